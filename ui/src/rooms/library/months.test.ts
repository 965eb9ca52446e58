import { describe, expect, it } from "vitest";
import { GalleryGeometry } from "@/gallery/geometry.svelte";
import { marksOf, monthsOf } from "./months";

function sections(days: readonly string[]) {
  const geometry = new GalleryGeometry();
  geometry.width = 600;
  geometry.cells = days.map((day, index) => ({ id: String(index), ratio: 1, section: day }));
  return geometry.sections;
}

describe("the months beside the wall", () => {
  it("begin where their first day hangs", () => {
    const boxes = sections(["2026-11-21", "2026-11-02", "2026-10-31", "2025-12-24"]);
    expect(monthsOf(boxes)).toEqual([
      { id: "2026-11", top: 0 },
      { id: "2026-10", top: boxes[2]?.top },
      { id: "2025-12", top: boxes[3]?.top },
    ]);
  });

  it("are none where the list isn't in days", () => {
    expect(monthsOf(sections(["", ""]))).toEqual([]);
  });

  it("never touch each other on the rail, and tell a new year", () => {
    const months = Array.from({ length: 60 }, (_, index) => ({
      id: `${String(2026 - Math.floor(index / 12))}-${String(12 - (index % 12)).padStart(2, "0")}`,
      top: index * 100,
    }));
    const marks = marksOf(months, 6000, 400, 22);
    expect(marks.length).toBeGreaterThan(10);
    for (const [index, mark] of marks.entries()) {
      expect(mark.at).toBeLessThanOrEqual(400 - 22);
      if (index > 0) expect(mark.at - (marks[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(22);
    }
    expect(marks.filter((mark) => mark.year).length).toBe(4);
  });
});
