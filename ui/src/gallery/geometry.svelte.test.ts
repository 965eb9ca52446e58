import { flushSync } from "svelte";
import { describe, expect, it } from "vitest";
import { GalleryGeometry, type SectionBox } from "./geometry.svelte";

function wall(
  days: readonly (readonly [string, number])[],
  { width = 820, viewport = 600 } = {},
): GalleryGeometry {
  const shapes = [100, 150, 67, 178, 56];
  const ratios = days.flatMap(([, count]) =>
    Array.from({ length: count }, (_, cell) => shapes[(cell * 7 + count) % shapes.length] ?? 100),
  );
  const cells = {
    ratios: Uint16Array.from(ratios),
    sections: days.map(([id, count]) => ({ id, count })),
  };
  const geometry = new GalleryGeometry(() => cells);
  geometry.width = width;
  geometry.viewportHeight = viewport;
  return geometry;
}

function boxes(geometry: GalleryGeometry): SectionBox[] {
  return geometry.layout.sections.flatMap((_, at) => geometry.sectionAt(at) ?? []);
}

const DAYS = [
  ["2026-11-21", 38],
  ["2026-11-20", 64],
  ["2026-11-18", 1],
  ["2026-11-02", 200],
] as const;

describe("the gallery's geometry", () => {
  it("puts sections under each other without overlap", () => {
    const geometry = wall(DAYS);
    let bottom = 0;
    for (const box of boxes(geometry)) {
      expect(box.top).toBe(bottom);
      const last = geometry.boxOf(box.first + box.count - 1);
      expect(geometry.boxOf(box.first)?.top).toBe(box.top + geometry.measures.headingHeight);
      expect(box.top + box.height).toBeGreaterThan((last?.top ?? 0) + (last?.height ?? 0));
      bottom = box.top + box.height;
    }
    expect(geometry.totalHeight).toBe(bottom);
    expect(boxes(geometry).map((box) => box.count)).toEqual([38, 64, 1, 200]);
  });

  it("keeps in the page exactly the cells near the viewport", () => {
    const geometry = wall(DAYS);
    for (const top of [0, 37, 500, 1234, 2600, geometry.totalHeight - 600]) {
      geometry.scrollTop = top;
      const shown = new Set(
        geometry.visible.flatMap((section) =>
          section.rows.flatMap((row) => row.cells.map((cell) => cell.index)),
        ),
      );
      for (let index = 0; index < geometry.layout.lefts.length; index++) {
        const box = geometry.boxOf(index);
        if (!box) throw new Error("every cell hangs somewhere");
        const near = box.top + box.height >= top && box.top <= top + 600;
        if (near) expect(shown.has(index), `cell ${String(index)} at ${String(top)}`).toBe(true);
        const far =
          box.top + box.height < top - geometry.overscan - 400 ||
          box.top > top + 600 + geometry.overscan + 400;
        if (far) expect(shown.has(index), `cell ${String(index)} at ${String(top)}`).toBe(false);
      }
    }
  });

  it("stays small however long the wall is", () => {
    const geometry = wall([["2026-11-21", 20_000]]);
    geometry.scrollTop = geometry.totalHeight / 2;
    const cells = geometry.visible.flatMap((section) => section.rows.flatMap((row) => row.cells));
    expect(cells.length).toBeGreaterThan(20);
    expect(cells.length).toBeLessThan(120);
  });

  it("changes what is shown by rows, not by pixels", () => {
    const geometry = wall(DAYS);
    let runs = 0;
    const stop = $effect.root(() => {
      $effect(() => {
        void geometry.visible;
        runs++;
      });
    });
    flushSync();
    for (let y = 0; y < 60; y++) {
      geometry.scrollTop = y;
      flushSync();
    }
    stop();
    expect(runs).toBeGreaterThan(0);
    expect(runs).toBeLessThan(5);
  });

  it("keeps what stays in the page the same object", () => {
    const geometry = wall(DAYS);
    const rows = () => geometry.visible.flatMap((section) => section.rows);
    const before = rows();
    geometry.scrollTop = 700;
    const after = rows();
    const stayed = after.filter((row) => before.some((one) => one.number === row.number));
    expect(stayed.length).toBeGreaterThan(2);
    for (const row of stayed) expect(before).toContain(row);
    expect(geometry.visibleCells).toEqual([
      after[0]?.cells[0]?.index,
      (after.at(-1)?.cells.at(-1)?.index ?? 0) + 1,
    ]);
  });

  it("steps in two dimensions, across sections, and stops at the edges", () => {
    const geometry = wall(DAYS);
    const last = geometry.layout.lefts.length - 1;
    expect(geometry.neighbour(0, "left")).toBe(0);
    expect(geometry.neighbour(0, "up")).toBe(0);
    expect(geometry.neighbour(last, "right")).toBe(last);
    expect(geometry.neighbour(last, "down")).toBe(last);
    expect(geometry.neighbour(5, "first")).toBe(0);
    expect(geometry.neighbour(5, "last")).toBe(last);
    let at = 0;
    for (let step = 0; step < 200; step++) {
      const below = geometry.neighbour(at, "down");
      if (below === at) break;
      const here = geometry.boxOf(at);
      const there = geometry.boxOf(below);
      expect(there?.top).toBeGreaterThan(here?.top ?? 0);
      at = below;
    }
    expect(geometry.boxOf(at)?.top).toBe(geometry.boxOf(last)?.top);
    const end = geometry.neighbour(7, "rowEnd");
    const start = geometry.neighbour(7, "rowStart");
    expect(geometry.boxOf(start)?.left).toBe(0);
    expect(geometry.boxOf(end)?.top).toBe(geometry.boxOf(start)?.top);
  });

  it("pages by about a viewport", () => {
    const geometry = wall(DAYS);
    const down = geometry.neighbour(0, "pageDown");
    const moved = (geometry.boxOf(down)?.top ?? 0) - (geometry.boxOf(0)?.top ?? 0);
    expect(moved).toBeGreaterThan(200);
    expect(moved).toBeLessThanOrEqual(600);
    expect(geometry.boxOf(geometry.neighbour(down, "pageUp"))?.top).toBeLessThan(200);
  });

  it("scrolls no further than needed to show a cell", () => {
    const geometry = wall(DAYS);
    expect(geometry.scrollToShow(0)).toBe(0);
    geometry.scrollTop = geometry.scrollToShow(200);
    const box = geometry.boxOf(200);
    expect(box?.top).toBeGreaterThanOrEqual(geometry.scrollTop);
    expect((box?.top ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(geometry.scrollTop + 600);
    expect(geometry.scrollToShow(200)).toBe(geometry.scrollTop);
    expect(geometry.cellAt(geometry.scrollTop)).toBeLessThanOrEqual(200);
  });

  it("shows nothing while it has no width", () => {
    expect(wall(DAYS, { width: 0 }).visible).toEqual([]);
  });
});
