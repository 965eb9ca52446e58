import { describe, expect, it } from "vitest";
import { everyHowMany, lines, MARGIN, stackedBars, tickPlaces } from "./geometry";
import type { Column } from "./types";

function column(id: string, heights: readonly (number | null)[]): Column {
  return {
    id,
    label: id,
    tick: id,
    values: heights.map((height) => (height === null ? null : { height, words: String(height) })),
  };
}
const size = { width: 600, height: 216 };

describe("stacked bars", () => {
  it("lie on each other, from the line up, as high as they are dear", () => {
    const { bars, zero } = stackedBars([column("a", [1, 2]), column("b", [0, 4])], 2, size);
    expect(bars.map((bar) => [bar.column, bar.series])).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
    const [first, second, third] = bars as [(typeof bars)[0], (typeof bars)[0], (typeof bars)[0]];
    expect(first.y + first.height).toBeCloseTo(zero, 5);
    expect(second.y + second.height).toBeLessThanOrEqual(first.y + 2);
    expect(third.y + third.height).toBeCloseTo(zero, 5);
    // Two is half of four, but for the gap between two parts.
    expect(Math.abs(third.height / 2 - second.height)).toBeLessThan(2);
  });

  it("hang below the line where more was given back than spent", () => {
    const { bars, zero, ticks } = stackedBars([column("a", [2, -1])], 2, size);
    expect(bars[1]?.y).toBeGreaterThanOrEqual(zero - 2);
    expect(ticks[0]?.value).toBeLessThan(0);
  });

  it("are drawn where there is nothing, and where there is one", () => {
    expect(stackedBars([], 0, size).bars).toEqual([]);
    const { bars, ticks } = stackedBars([column("a", [0])], 1, size);
    expect(bars).toEqual([]);
    expect(ticks.every((tick) => Number.isFinite(tick.y))).toBe(true);
    expect(stackedBars([column("a", [3])], 1, size).bars[0]?.width).toBeLessThanOrEqual(64);
  });

  it("have a line of what is allowed, where it would not make them all small", () => {
    const columns = [column("a", [2])];
    const allowed = (height: number): number | null =>
      stackedBars(columns, 1, size, { height, words: "daily" }).limit;
    expect(allowed(3)).toBeGreaterThanOrEqual(MARGIN.top - 1);
    expect(allowed(3)).toBeLessThan(stackedBars(columns, 1, size).zero);
    expect(allowed(50)).toBeNull();
    expect(allowed(0)).toBeNull();
  });

  it("stay within the drawing, a thousand as well", () => {
    const many = Array.from({ length: 1000 }, (_, index) => column(String(index), [index % 7, 1]));
    const { bars, strips } = stackedBars(many, 2, size);
    for (const bar of bars) {
      expect(bar.x).toBeGreaterThanOrEqual(0);
      expect(bar.x + bar.width).toBeLessThanOrEqual(size.width - MARGIN.right + 1);
      expect(bar.y).toBeGreaterThanOrEqual(0);
    }
    expect(strips).toHaveLength(1000);
  });
});

describe("lines", () => {
  it("end where what is known ends", () => {
    const { traces, strips } = lines(
      [column("1", [1, 2]), column("2", [3, 4]), column("3", [null, 5])],
      2,
      size,
    );
    expect(traces[0]?.end?.x).toBeCloseTo(strips[1]?.middle ?? 0, 5);
    expect(traces[1]?.end?.x).toBeCloseTo(strips[2]?.middle ?? 0, 5);
    expect(traces[0]?.path).toMatch(/^M[\d.]+,[\d.]+L[\d.]+,[\d.]+$/);
  });

  it("are none where nothing is known", () => {
    const { traces } = lines([column("1", [null])], 1, size);
    expect(traces).toEqual([{ series: 0, path: "", end: null }]);
  });
});

describe("names under the axis", () => {
  it("never touch, and Chinese ones are wider", () => {
    const english = [column("16 Nov", [])];
    const chinese = [column("11月16日", [])];
    expect(everyHowMany(english, 80)).toBe(1);
    expect(everyHowMany(english, 12)).toBeGreaterThan(3);
    expect(everyHowMany(chinese, 6)).toBeGreaterThan(everyHowMany(english, 6));
    expect(everyHowMany(english, 0)).toBe(1);
  });
});

describe("ticks", () => {
  it("have as many digits as their distance asks for", () => {
    expect([5, 1, 0.5, 0.2, 0.05, 0.001, 0].map(tickPlaces)).toEqual([0, 0, 1, 1, 2, 3, 0]);
  });
});
