import { describe, expect, it } from "vitest";
import { columnsFor, fitTogether } from "./fit";

const stage = { width: 786, height: 600 };

describe("a few pictures hung together", () => {
  it.each([
    [1, 1],
    [1, 16 / 9],
    [4, 1],
    [4, 1.5],
    [4, 9 / 16],
    [3, 2 / 3],
    [2, 16 / 9],
  ])("fit into the space: %d of ratio %f", (count, ratio) => {
    const { columns, width, height } = fitTogether(count, ratio, stage, 12, 160);
    const rows = Math.ceil(count / columns);
    expect(columns * width + (columns - 1) * 12).toBeLessThanOrEqual(stage.width);
    expect(rows * height + (rows - 1) * 12).toBeLessThanOrEqual(stage.height + rows);
    expect(Math.abs(width / height / ratio - 1)).toBeLessThan(0.02);
  });

  it("use the shape of the space", () => {
    expect(fitTogether(4, 1.5, stage, 12, 160).columns).toBe(2);
    expect(fitTogether(4, 9 / 16, { width: 1000, height: 400 }, 12, 160).columns).toBe(4);
    expect(fitTogether(2, 16 / 9, stage, 12, 160).columns).toBe(1);
  });

  it("go on below a space that is too low, rather than shrink to stamps", () => {
    const { columns, width, height } = fitTogether(4, 1, { width: 500, height: 120 }, 12, 160);
    expect(columns).toBe(2);
    expect(width).toBe(244);
    expect(height).toBe(244);
  });

  it("never come to nothing", () => {
    expect(fitTogether(1, 1, { width: 0, height: 0 }, 12, 160).width).toBe(1);
  });
});

describe("columnsFor", () => {
  const window = { width: 1250, height: 740 };

  it("lays panes out by the shape of the window and of the pictures", () => {
    expect(columnsFor(2, 1, window, 10, 34)).toBe(2);
    expect(columnsFor(4, 1.5, window, 10, 34)).toBe(2);
    expect(columnsFor(4, 0.5, window, 10, 34)).toBe(4);
    expect(columnsFor(3, 2 / 3, window, 10, 34)).toBe(3);
    expect(columnsFor(2, 2.4, window, 10, 34)).toBe(1);
    expect(columnsFor(2, 1, { width: 500, height: 900 }, 10, 34)).toBe(1);
    expect(columnsFor(1, 1, { width: 0, height: 0 }, 10, 34)).toBe(1);
  });
});
