import "@/i18n/spend";
import { describe, expect, it } from "vitest";
import type { SeriesPart, SpendSeries } from "@/bindings";
import { csv } from "@/charts/csv";
import { paceChart } from "./pace-chart";
import { seriesChart } from "./series-chart";

function part(id: string, amounts: string[], currency = "usd"): SeriesPart {
  return { id, name: id, currency, amounts, total: "0" };
}
const days = ["2026-11-20", "2026-11-21"];
function series(...parts: SeriesPart[]): SpendSeries {
  return { starts: days.map((day) => `${day}T00:00:00+01:00`), days, parts, notes: [] };
}

describe("what was spent over time", () => {
  it("is told to the last digit", () => {
    const chart = seriesChart(
      series(part("film", ["0.1", "1.400000000001"]), part("chat", ["0.2", "0"])),
      "usd",
      "kind",
      "day",
    );
    expect(chart.columns.map((column) => column.total)).toEqual(["$0.30", "$1.400000000001"]);
    expect(chart.series.map((one) => one.label)).toEqual(["Film", "Chat"]);
    expect(chart.columns[1]?.values[1]).toBeNull();
    expect(csv(chart.table)).toBe(
      "When,Film (USD),Chat (USD),Total (USD)\r\n2026-11-20,0.1,0.2,0.3\r\n2026-11-21,1.400000000001,0,1.400000000001\r\n",
    );
  });

  it("is of one currency: what was paid in another isn't drawn on its scale", () => {
    const both = series(part("film", ["1", "1"]), part("chat", ["6", "6"], "diem"));
    expect(seriesChart(both, "diem", "kind", "day").columns[0]?.total).toBe("6.00 DIEM");
    expect(seriesChart(both, "usd", "kind", "day").columns[0]?.total).toBe("$1.00");
  });

  it("draws the cheap ones as one, and has them all in its table", () => {
    const many = Array.from({ length: 30 }, (_, index) => part(`model-${index}`, ["0.1", "0"]));
    const chart = seriesChart(series(...many), "usd", "model", "day");
    expect(chart.series).toHaveLength(8);
    expect(chart.series.at(-1)?.label).toBe("23 others");
    expect(chart.columns[0]?.values.at(-1)?.words).toBe("$2.30");
    expect(chart.columns[0]?.total).toBe("$3.00");
    expect(chart.table.headings).toHaveLength(32);
  });

  it("names what isn't known, and what was given back", () => {
    const chart = seriesChart(series(part("", ["-0.5", "0"])), "usd", "model", "day");
    expect(chart.series[0]?.label).toBe("Not known");
    expect(chart.columns[0]?.values[0]).toEqual({ height: -0.5, words: "−$0.50" });
  });
});

describe("this month against the one before", () => {
  it("ends today, and where a month ends", () => {
    const chart = paceChart({
      currency: "usd",
      month: "2026-03",
      days: [
        { day: 1, spent: "1.5", before: "0" },
        { day: 30, spent: null, before: null },
      ],
    });
    expect(chart.series.map((one) => one.label)).toEqual(["March 2026", "February 2026"]);
    expect(chart.columns[0]?.values[0]?.words).toBe("$1.50");
    expect(chart.columns[1]?.values).toEqual([null, null]);
    expect(csv(chart.table)).toBe("Day,March 2026 (USD),February 2026 (USD)\r\n1,1.5,0\r\n30,,\r\n");
  });
});
