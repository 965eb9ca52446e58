import { describe, expect, it } from "vitest";
import { justify, lastAtMost, shapeOf } from "./justified";

/** A small generator with a seed, so that a failure can be repeated. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function someRatios(seed: number, count: number): number[] {
  const next = chance(seed);
  const usual = [1, 1.5, 2 / 3, 16 / 9, 9 / 16, 3, 0.45];
  return Array.from({ length: count }, () => usual[Math.floor(next() * usual.length)] ?? 1);
}

const cases = Array.from({ length: 40 }, (_, seed) => {
  const next = chance(seed + 100);
  return {
    seed,
    count: Math.floor(next() * 300),
    width: 200 + Math.floor(next() * 1600),
    targetHeight: 90 + Math.floor(next() * 200),
    gap: Math.floor(next() * 16),
  };
});

describe("justified rows", () => {
  it.each(cases)(
    "keep order, overlap nothing and fill the width (seed $seed)",
    ({ seed, count, width, targetHeight, gap }) => {
      const layout = justify(someRatios(seed, count), { width, targetHeight, gap });
      let next = 0;
      let bottom = -gap;
      for (const [number, row] of layout.rows.entries()) {
        expect(row.first).toBe(next);
        expect(row.count).toBeGreaterThan(0);
        expect(row.top).toBe(bottom + gap);
        let right = -gap;
        for (let cell = row.first; cell < row.first + row.count; cell++) {
          expect(layout.lefts[cell]).toBeGreaterThanOrEqual(right + gap - 1);
          right = (layout.lefts[cell] ?? 0) + (layout.widths[cell] ?? 0);
        }
        expect(right).toBeLessThanOrEqual(width);
        if (number < layout.rows.length - 1) expect(right).toBe(width);
        next = row.first + row.count;
        bottom = row.top + row.height;
      }
      expect(next).toBe(count);
      expect(layout.height).toBe(Math.max(0, bottom));
    },
  );

  it.each(cases)(
    "leave finished rows alone when more pictures follow (seed $seed)",
    ({ seed, count, width, targetHeight, gap }) => {
      const all = someRatios(seed, count + 40);
      const before = justify(all.slice(0, count), { width, targetHeight, gap }).rows.slice(0, -1);
      const after = justify(all, { width, targetHeight, gap }).rows;
      expect(after.slice(0, before.length)).toEqual(before);
    },
  );

  it("keep each picture's shape to within the rounding", () => {
    const ratios = someRatios(3, 200);
    const layout = justify(ratios, { width: 900, targetHeight: 180, gap: 8 });
    for (const row of layout.rows) {
      for (let cell = row.first; cell < row.first + row.count; cell++) {
        expect(Math.abs((layout.widths[cell] ?? 0) - row.height * (ratios[cell] ?? 1))).toBeLessThanOrEqual(
          3,
        );
      }
    }
  });

  it("don't blow up a lonely last picture", () => {
    const layout = justify([1], { width: 1000, targetHeight: 150, gap: 8 });
    expect(layout.rows).toEqual([{ top: 0, height: 150, first: 0, count: 1 }]);
    expect(layout.widths[0]).toBe(150);
  });

  it("have no rows for no pictures", () => {
    expect(justify([], { width: 500, targetHeight: 150, gap: 8 })).toMatchObject({ rows: [], height: 0 });
  });
});

describe("shapes", () => {
  it("are bounded, and square when the size is unknown", () => {
    expect(shapeOf(300, 200)).toBe(1.5);
    expect(shapeOf(9000, 100)).toBe(3);
    expect(shapeOf(100, 9000)).toBe(0.45);
    expect(shapeOf(0, 0)).toBe(1);
    expect(shapeOf(Number.NaN, 4)).toBe(1);
  });
});

describe("the search for the last entry at most a value", () => {
  it("agrees with a plain scan", () => {
    const list = [0, 3, 3, 8, 20];
    for (let wanted = -2; wanted < 25; wanted++) {
      const expected = Math.max(
        0,
        list.findLastIndex((entry) => entry <= wanted),
      );
      expect(lastAtMost(list, (entry) => entry, wanted)).toBe(expected);
    }
  });
});
