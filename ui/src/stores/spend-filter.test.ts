import { describe, expect, it } from "vitest";
import { addDays, columnDays, daysIn, EVERYTHING, narrowings, rangeOf, stepFor } from "./spend-filter";

describe("days", () => {
  it("are counted over the end of a month, of February and of summer time", () => {
    expect(addDays("2026-11-01", -1)).toBe("2026-10-31");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    // Europe's clocks go back on 25 October 2026: that day has 25 hours, and is one day.
    expect(addDays("2026-10-24", 2)).toBe("2026-10-26");
    expect(daysIn("2026-10-24", "2026-10-26")).toBe(3);
  });

  it("of a length end today", () => {
    expect(rangeOf({ period: "week", from: null, to: null }, "2026-11-21")).toEqual({
      from: "2026-11-15",
      to: "2026-11-21",
    });
    expect(rangeOf({ period: "all", from: "2026-01-01", to: null }, "2026-11-21")).toEqual({
      from: null,
      to: null,
    });
    expect(rangeOf({ period: "custom", from: "2026-01-01", to: null }, "2026-11-21")).toEqual({
      from: "2026-01-01",
      to: null,
    });
    // Before today is known nothing is left out.
    expect(rangeOf({ period: "month", from: null, to: null }, null)).toEqual({ from: null, to: null });
  });
});

describe("columns", () => {
  it("are as fine as can be read", () => {
    expect(stepFor("2026-11-21", "2026-11-21")).toBe("hour");
    expect(stepFor("2026-10-23", "2026-11-21")).toBe("day");
    expect(stepFor("2026-01-01", "2026-11-21")).toBe("week");
    expect(stepFor("2020-01-01", "2026-11-21")).toBe("month");
  });

  it("have days of their own, the last up to the last", () => {
    const weeks = ["2026-11-02", "2026-11-09", "2026-11-16"];
    expect(columnDays(weeks, 0, "2026-11-21")).toEqual({ from: "2026-11-02", to: "2026-11-08" });
    expect(columnDays(weeks, 2, "2026-11-21")).toEqual({ from: "2026-11-16", to: "2026-11-21" });
    expect(columnDays(weeks, 3, "2026-11-21")).toBeNull();
    // Hours of one day share it.
    expect(columnDays(["2026-11-21", "2026-11-21"], 0, "2026-11-21")).toEqual({
      from: "2026-11-21",
      to: "2026-11-21",
    });
  });
});

describe("a choice", () => {
  it("counts what narrows it", () => {
    expect(narrowings(EVERYTHING)).toBe(0);
    expect(narrowings({ ...EVERYTHING, period: "year", kinds: ["film"], currency: "usd" })).toBe(2);
  });
});
