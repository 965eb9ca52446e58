import { describe, expect, it } from "vitest";
import { layOut, type WallLayout } from "@/gallery/geometry-layout";
import { marksOf, monthAt, monthsOf, type Month } from "./months";

const MEASURES = { targetHeight: 150, gap: 8, headingHeight: 36, sectionGap: 12 };

function layout(days: readonly string[]): WallLayout {
  const sections = days.map((id) => ({ id, count: 1 }));
  return layOut(new Uint16Array(days.length).fill(100), sections, 600, MEASURES);
}

function manyMonths(count: number): Month[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${String(2026 - Math.floor(index / 12))}-${String(12 - (index % 12)).padStart(2, "0")}`,
    top: index * 100,
  }));
}

describe("the months beside the wall", () => {
  it("begin where their first day hangs, in either order", () => {
    const days = ["2026-11-21", "2026-11-02", "2026-10-31", "2025-12-24"];
    const down = layout(days);
    expect(monthsOf(down)).toEqual([
      { id: "2026-11", top: 0 },
      { id: "2026-10", top: down.sectionTops[2] },
      { id: "2025-12", top: down.sectionTops[3] },
    ]);
    expect(monthsOf(layout(days.toReversed())).map((month) => month.id)).toEqual([
      "2025-12",
      "2026-10",
      "2026-11",
    ]);
  });

  it("are none where the list isn't in days", () => {
    expect(monthsOf(layout([""]))).toEqual([]);
  });

  it("are found by height", () => {
    const months = manyMonths(30);
    for (const y of [-5, 0, 99, 100, 1250, 2900, 9999]) {
      const plain = Math.max(
        0,
        months.findLastIndex((month) => month.top <= y),
      );
      expect(monthAt(months, y)).toBe(plain);
    }
  });

  it.each([1, 13, 60, 400])("never touch each other on the rail: %i months", (count) => {
    const marks = marksOf(manyMonths(count), count * 100, 400, 20, 6);
    for (const [index, mark] of marks.entries()) {
      expect(mark.at).toBeLessThanOrEqual(380);
      const before = marks[index - 1];
      if (!before) continue;
      const least = before.says === "dot" && mark.says === "dot" ? 6 : 13;
      expect(mark.at - before.at).toBeGreaterThanOrEqual(
        before.says !== "dot" && mark.says !== "dot" ? 20 : least,
      );
    }
  });

  it("tell each year that has room, and the months between where there is more", () => {
    const marks = marksOf(manyMonths(60), 6000, 400, 20, 6);
    expect(marks.filter((mark) => mark.says === "year").map((mark) => mark.id)).toEqual([
      "2026-12",
      "2025-12",
      "2024-12",
      "2023-12",
      "2022-12",
    ]);
    expect(marks.some((mark) => mark.says === "month")).toBe(true);
    expect(marks.some((mark) => mark.says === "dot")).toBe(true);
  });
});
