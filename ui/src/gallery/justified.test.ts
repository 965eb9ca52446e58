import { describe, expect, it } from "vitest";
import { endOfRow, lastAtMost, shapeOf } from "./justified";

const options = { width: 900, targetHeight: 180, gap: 8 };

describe("justified rows", () => {
  it("end where the height is nearest to the one that is wanted", () => {
    const squares = new Uint16Array(20).fill(100);
    const row = endOfRow(squares, 3, 20, options);
    expect(row.fills).toBe(true);
    const count = row.after - 3;
    expect(row.height).toBeCloseTo((900 - 8 * (count - 1)) / count);
    for (const other of [count - 1, count + 1]) {
      const height = (900 - 8 * (other - 1)) / other;
      expect(Math.abs(Math.log(height / 180))).toBeGreaterThan(Math.abs(Math.log(row.height / 180)));
    }
  });

  it("don't blow up a lonely last picture", () => {
    expect(endOfRow(Uint16Array.of(100), 0, 1, options)).toEqual({ after: 1, height: 180, fills: false });
  });

  it("stretch a last row that is nearly full", () => {
    const row = endOfRow(new Uint16Array(4).fill(110), 0, 4, options);
    expect(row.fills).toBe(true);
    expect(row.height).toBeLessThan(180 * 1.2);
  });
});

describe("shapes", () => {
  it("are bounded, and square when the size is unknown", () => {
    expect(shapeOf(150)).toBe(1.5);
    expect(shapeOf(9000)).toBe(3);
    expect(shapeOf(1)).toBe(0.45);
    expect(shapeOf(0)).toBe(1);
  });
});

describe("the search for the last entry at most a value", () => {
  it("agrees with a plain scan", () => {
    const list = Int32Array.of(0, 3, 3, 8, 20);
    for (let wanted = -2; wanted < 25; wanted++) {
      for (const length of [1, 3, 5]) {
        const plain = list.subarray(0, length).findLastIndex((entry) => entry <= wanted);
        expect(lastAtMost(list, wanted, length)).toBe(Math.max(0, plain));
      }
    }
  });
});
