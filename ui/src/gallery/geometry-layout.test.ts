import { describe, expect, it } from "vitest";
import { layOut, type WallLayout, type WallMeasures, type WallSection } from "./geometry-layout";
import { shapeOf } from "./justified";

/** A small generator with a seed, so that a failure can be repeated. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Case = { ratios: Uint16Array; sections: WallSection[]; width: number; measures: WallMeasures };

function someWall(seed: number, most: number): Case {
  const next = chance(seed);
  const usual = [100, 150, 67, 178, 56, 300, 45, 999, 3, 0];
  const sections: WallSection[] = [];
  let count = 0;
  for (let day = 0; count < most; day++) {
    const own = Math.min(most - count, Math.floor(next() ** 3 * 200) + 1);
    sections.push({ id: next() < 0.1 && day === 0 ? "" : `day-${String(day)}`, count: own });
    count += own;
  }
  return {
    ratios: Uint16Array.from({ length: count }, () => usual[Math.floor(next() * usual.length)] ?? 100),
    sections,
    width: 200 + Math.floor(next() * 1600),
    measures: {
      targetHeight: 90 + Math.floor(next() * 200),
      gap: Math.floor(next() * 16),
      headingHeight: 36,
      sectionGap: 12,
    },
  };
}

type Box = { left: number; top: number; width: number; height: number };

/** The same as plainly as can be said: row by row, a box for each cell. */
function naive({ ratios, sections, width, measures }: Case): { boxes: Box[]; height: number } {
  const { gap, targetHeight, headingHeight, sectionGap } = measures;
  const boxes: Box[] = [];
  let top = 0;
  let first = 0;
  for (const { id, count } of sections) {
    if (id !== "") top += headingHeight;
    let row: number[] = [];
    const heightOf = (shapes: readonly number[]): number =>
      (width - gap * (shapes.length - 1)) / shapes.reduce((sum, shape) => sum + shape, 0);
    const away = (height: number): number => Math.abs(Math.log(height / targetHeight));
    const hang = (shapes: readonly number[], height: number, fills: boolean): void => {
      let x = 0;
      shapes.forEach((shape, at) => {
        const left = Math.round(x);
        const end = x + shape * height;
        const isEnd = fills && at === shapes.length - 1;
        const right = isEnd ? width : Math.min(width, Math.round(end));
        boxes.push({ left, top, width: Math.max(1, right - left), height: Math.max(1, Math.round(height)) });
        x = end + gap;
      });
      top += Math.max(1, Math.round(height)) + gap;
    };
    for (const ratio of ratios.slice(first, first + count)) {
      row.push(shapeOf(ratio));
      if (heightOf(row) > targetHeight) continue;
      const without = row.slice(0, -1);
      if (without.length > 0 && away(heightOf(without)) < away(heightOf(row))) {
        hang(without, heightOf(without), true);
        row = row.slice(-1);
        if (heightOf(row) > targetHeight) continue;
      }
      hang(row, heightOf(row), true);
      row = [];
    }
    if (row.length > 0) {
      const fills = heightOf(row) <= targetHeight * 1.2;
      hang(row, fills ? heightOf(row) : targetHeight, fills);
    }
    top += sectionGap - gap;
    first += count;
  }
  return { boxes, height: top };
}

function boxesOf(layout: WallLayout): Box[] {
  const boxes: Box[] = [];
  for (let row = 0; row < layout.rowCount; row++) {
    for (let cell = layout.rowCells[row] ?? 0; cell < (layout.rowCells[row + 1] ?? 0); cell++) {
      boxes.push({
        left: layout.lefts[cell] ?? -1,
        top: layout.rowTops[row] ?? -1,
        width: layout.widths[cell] ?? -1,
        height: layout.rowHeights[row] ?? -1,
      });
    }
  }
  return boxes;
}

describe("the layout of a wall", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))("is that of the plain way (seed %i)", (seed) => {
    const wall = someWall(seed, 1 + seed * 17);
    const layout = layOut(wall.ratios, wall.sections, wall.width, wall.measures);
    const plain = naive(wall);
    expect(boxesOf(layout)).toEqual(plain.boxes);
    expect(layout.height).toBe(plain.height);
  });

  it("is that for 100,000, and there at once", () => {
    const wall = someWall(77, 100_000);
    let layout = layOut(wall.ratios, wall.sections, wall.width, wall.measures);
    let took = Number.POSITIVE_INFINITY;
    // The quickest of some: the machine may have other things to do.
    for (let run = 0; run < 8; run++) {
      const begun = performance.now();
      layout = layOut(wall.ratios, wall.sections, wall.width, wall.measures);
      took = Math.min(took, performance.now() - begun);
    }
    const plain = naive(wall);
    const boxes = boxesOf(layout);
    expect(boxes).toHaveLength(100_000);
    // One comparison: each by itself would take a minute to be written down.
    expect(boxes.findIndex((box, at) => JSON.stringify(box) !== JSON.stringify(plain.boxes[at]))).toBe(-1);
    expect(layout.height).toBe(plain.height);
    expect(took).toBeLessThan(100);
  });

  it.each([3, 9, 21])("overlaps nothing and fills the width (seed %i)", (seed) => {
    const { ratios, sections, width, measures } = someWall(seed, 3000);
    const layout = layOut(ratios, sections, width, measures);
    let bottom = 0;
    let next = 0;
    for (let row = 0; row < layout.rowCount; row++) {
      expect(layout.rowTops[row]).toBeGreaterThanOrEqual(bottom);
      expect(layout.rowCells[row]).toBe(next);
      next = layout.rowCells[row + 1] ?? 0;
      let right = -measures.gap;
      for (let cell = layout.rowCells[row] ?? 0; cell < next; cell++) {
        expect(layout.lefts[cell]).toBeGreaterThanOrEqual(right + measures.gap - 1);
        right = (layout.lefts[cell] ?? 0) + (layout.widths[cell] ?? 0);
      }
      expect(right).toBeLessThanOrEqual(width);
      const isLast = layout.sectionCells.includes(next);
      if (!isLast) expect(right).toBe(width);
      bottom = (layout.rowTops[row] ?? 0) + (layout.rowHeights[row] ?? 0);
    }
    expect(next).toBe(3000);
    expect(layout.height).toBeGreaterThanOrEqual(bottom);
  });

  it("is empty without width or pictures", () => {
    const { ratios, sections, measures } = someWall(1, 20);
    expect(layOut(ratios, sections, 0, measures)).toMatchObject({ height: 0, rowCount: 0, sections: [] });
    expect(layOut(new Uint16Array(0), [], 500, measures)).toMatchObject({ height: 0, rowCount: 0 });
  });
});
