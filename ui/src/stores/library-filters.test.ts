import { describe, expect, it } from "vitest";
import {
  amountOf,
  BYTES,
  DATE_PRESETS,
  datePresetOf,
  daysOfPreset,
  FILTERS,
  isActive,
  PIXELS,
  range,
  ratingFilter,
  ratingOf,
  sizePresetOf,
  without,
  withoutAll,
} from "./library-filters";
import { EVERYTHING, type LibraryFilter } from "./library-query";

const set = (patch: Partial<LibraryFilter>): LibraryFilter => ({ ...EVERYTHING, ...patch });
const each: Partial<LibraryFilter>[] = [
  { kind: "film" },
  { model: "a" },
  { board: "b" },
  { max_rating: 0 },
  { cost: { kind: "free" } },
  { to_day: "2026-01-01" },
  { tag: "fog" },
  { max_bytes: 1 },
  { origin: "composed" },
];

describe("the parts of the filter", () => {
  it("are set by their own fields and by no others, and are taken away alone", () => {
    for (const [index, patch] of each.entries()) {
      const filter = set(patch);
      expect(FILTERS.filter((id) => isActive(filter, id))).toEqual([FILTERS[index]]);
      const id = FILTERS[index] ?? "kind";
      expect({ ...filter, ...without(id) }).toEqual(EVERYTHING);
    }
    expect(FILTERS.some((id) => isActive(EVERYTHING, id))).toBe(false);
  });

  it("go together; order and trash stay", () => {
    const filter = each.reduce<LibraryFilter>(
      (all, patch) => ({ ...all, ...patch }),
      set({ text: "x", trashed: true, sort: "title" }),
    );
    expect(withoutAll(filter)).toEqual(set({ trashed: true, sort: "title" }));
  });

  it("tell each choice of rating from the others", () => {
    for (const choice of ["any", "favourite", "unrated", "1", "5"] as const) {
      expect(ratingOf(set(ratingFilter(choice)))).toBe(choice);
    }
    const unrated = ratingFilter("unrated");
    expect(ratingOf(set({ ...unrated, ...ratingFilter("3") }))).toBe("3");
  });
});

describe("days", () => {
  it("of no two presets are the same, whatever the day", () => {
    for (const today of [
      new Date(2026, 0, 1),
      new Date(2026, 10, 30),
      new Date(2024, 1, 29),
      new Date(2027, 0, 7),
    ]) {
      for (const preset of DATE_PRESETS) {
        expect(datePresetOf(set(daysOfPreset(preset, today)), today)).toBe(preset);
      }
    }
  });

  it("end where the calendar says", () => {
    expect(daysOfPreset("month", new Date(2024, 1, 3))).toEqual({
      from_day: "2024-02-01",
      to_day: "2024-02-29",
    });
    expect(daysOfPreset("week", new Date(2026, 2, 3))).toEqual({
      from_day: "2026-02-25",
      to_day: "2026-03-03",
    });
    expect(datePresetOf(set({ from_day: "2026-02-25" }), new Date(2026, 2, 3))).toBe("own");
  });

  it("are put the right way round", () => {
    expect(range("2026-02-01", "2026-01-01")).toEqual(["2026-01-01", "2026-02-01"]);
    expect(range(null, 3)).toEqual([null, 3]);
  });
});

describe("sizes and amounts", () => {
  it("know their presets and their own numbers", () => {
    expect(sizePresetOf(PIXELS, 1_000_000, 3_999_999)).toBe("medium");
    expect(sizePresetOf(BYTES, null, null)).toBe("any");
    expect(sizePresetOf(BYTES, 5, null)).toBe("own");
  });

  it("take decimal text and nothing else", () => {
    expect([amountOf(" 0,05 "), amountOf("2"), amountOf("")]).toEqual(["0.05", "2", null]);
    for (const wrong of ["-1", "1e3", "x", "1.2.3", ".5"]) expect(amountOf(wrong)).toBeUndefined();
  });
});
