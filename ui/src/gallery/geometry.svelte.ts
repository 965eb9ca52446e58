/**
 * The geometry of a long wall of pictures: where each cell hangs, which of them are to be in the page, and which one lies
 * above, below or beside another. It knows nothing of the page, so that it can be tested without one.
 */
import { layOut, type WallLayout, type WallMeasures, type WallSection } from "./geometry-layout";
import { lastAtMost } from "./justified";

export interface SectionBox {
  readonly id: string;
  /** Position among all sections. */
  readonly index: number;
  readonly top: number;
  /** Heading, rows, and the gap below. */
  readonly height: number;
  /** Index of its first cell in the whole list. */
  readonly first: number;
  readonly count: number;
  /** Number of its first row among all rows. */
  readonly firstRow: number;
}

interface VisibleCell {
  readonly index: number;
  readonly left: number;
  readonly width: number;
}

export interface VisibleRow {
  readonly number: number;
  /** Below the section's top. */
  readonly top: number;
  readonly height: number;
  readonly cells: readonly VisibleCell[];
}

export interface VisibleSection {
  readonly box: SectionBox;
  readonly rows: readonly VisibleRow[];
}

export type Direction =
  "left" | "right" | "up" | "down" | "rowStart" | "rowEnd" | "first" | "last" | "pageUp" | "pageDown";

/** What hangs on the wall. */
export interface WallCells {
  /** Width by height of each, in hundredths; 0 where it isn't known. */
  readonly ratios: Uint16Array;
  /** How they are divided; a section without a name has no heading. */
  readonly sections: readonly WallSection[];
}

const EMPTY: readonly never[] = [];

export class GalleryGeometry {
  width = $state(0);
  viewportHeight = $state(0);
  scrollTop = $state(0);
  measures = $state.raw<WallMeasures>({ targetHeight: 150, gap: 8, headingHeight: 36, sectionGap: 12 });
  /** How far beyond the visible part cells are kept, in pixels. */
  overscan = $state(480);

  readonly #cells: () => WallCells;
  // Apart, so that what else changes with them lays nothing out anew.
  readonly #ratios = $derived.by(() => this.#cells().ratios);
  readonly #sections = $derived.by(() => this.#cells().sections);
  readonly layout: WallLayout = $derived(layOut(this.#ratios, this.#sections, this.width, this.measures));
  readonly totalHeight: number = $derived(this.layout.height);
  readonly rowCount: number = $derived(this.layout.rowCount);

  // Rows rather than pixels: the lists below change only when a row comes in or goes out, not with each pixel of scrolling.
  readonly #from: number = $derived(lastAtMost(this.layout.rowTops, this.scrollTop - this.overscan));
  readonly #to: number = $derived(
    lastAtMost(this.layout.rowTops, this.scrollTop + this.viewportHeight + this.overscan),
  );
  readonly visible: readonly VisibleSection[] = $derived.by(() =>
    this.#between(this.layout, this.#from, this.#to),
  );
  /** The cells in the page, from the first to before the last. */
  readonly visibleCells: readonly [number, number] = $derived.by(() => {
    const { rowCells, rowCount } = this.layout;
    if (rowCount === 0) return [0, 0];
    return [rowCells[this.#from] ?? 0, rowCells[this.#to + 1] ?? 0];
  });

  constructor(cells: () => WallCells) {
    this.#cells = cells;
  }

  // What stays in the page stays the same object, so that nothing of it is looked at again.
  #drawn: WallLayout | null = null;
  #rows = new Map<number, VisibleRow>();

  #between(layout: WallLayout, from: number, to: number): readonly VisibleSection[] {
    if (layout.rowCount === 0) return EMPTY;
    const before = this.#drawn === layout ? this.#rows : new Map<number, VisibleRow>();
    const rows = new Map<number, VisibleRow>();
    const shown: VisibleSection[] = [];
    for (let at = lastAtMost(layout.sectionRows, from, layout.sections.length); ; at++) {
      const box = this.sectionAt(at);
      if (box === null || box.firstRow > to) break;
      const last = (layout.sectionRows[at + 1] ?? 0) - 1;
      const own: VisibleRow[] = [];
      for (let number = Math.max(from, box.firstRow); number <= Math.min(to, last); number++) {
        const row = before.get(number) ?? this.#row(layout, box, number);
        rows.set(number, row);
        own.push(row);
      }
      shown.push({ box, rows: own });
    }
    this.#drawn = layout;
    this.#rows = rows;
    return shown;
  }

  #row(layout: WallLayout, box: SectionBox, number: number): VisibleRow {
    const cells: VisibleCell[] = [];
    const end = layout.rowCells[number + 1] ?? 0;
    for (let index = layout.rowCells[number] ?? 0; index < end; index++) {
      cells.push({ index, left: layout.lefts[index] ?? 0, width: layout.widths[index] ?? 0 });
    }
    const top = (layout.rowTops[number] ?? 0) - box.top;
    return { number, top, height: layout.rowHeights[number] ?? 0, cells };
  }

  /** A section by its position; null when there is none. */
  sectionAt(at: number): SectionBox | null {
    const { sections, sectionCells, sectionRows, sectionTops } = this.layout;
    const section = sections[at];
    if (!section) return null;
    const top = sectionTops[at] ?? 0;
    const first = sectionCells[at] ?? 0;
    return {
      id: section.id,
      index: at,
      top,
      height: (sectionTops[at + 1] ?? 0) - top,
      first,
      count: (sectionCells[at + 1] ?? 0) - first,
      firstRow: sectionRows[at] ?? 0,
    };
  }

  /** The position of the section at a height. */
  sectionAtHeight(y: number): number {
    return lastAtMost(this.layout.sectionTops, y, this.layout.sections.length);
  }

  /** Where a cell hangs, from the top of everything; null when there is no such cell. */
  boxOf(index: number): { left: number; top: number; width: number; height: number } | null {
    const row = this.#rowOf(index);
    if (row < 0) return null;
    const { lefts, widths, rowTops, rowHeights } = this.layout;
    return {
      left: lefts[index] ?? 0,
      width: widths[index] ?? 0,
      top: rowTops[row] ?? 0,
      height: rowHeights[row] ?? 0,
    };
  }

  /** -1 when there is no such cell. */
  #rowOf(index: number): number {
    const { lefts, rowCells, rowCount } = this.layout;
    return index < 0 || index >= lefts.length || rowCount === 0 ? -1 : lastAtMost(rowCells, index, rowCount);
  }

  /** The first cell of the row at a height; -1 when there is none. */
  cellAt(y: number): number {
    const { rowCells, rowTops, rowHeights, rowCount } = this.layout;
    if (rowCount === 0) return -1;
    const row = lastAtMost(rowTops, y);
    const above = (rowTops[row] ?? 0) + (rowHeights[row] ?? 0) <= y && row < rowCount - 1;
    return rowCells[above ? row + 1 : row] ?? -1;
  }

  /** The scroll position that shows a cell whole, moving as little as possible. */
  scrollToShow(index: number, margin = 12): number {
    const cell = this.boxOf(index);
    if (!cell) return this.scrollTop;
    const { sectionRows, sections } = this.layout;
    const row = this.#rowOf(index);
    const isFirst = sectionRows[lastAtMost(sectionRows, row, sections.length)] === row;
    const above = isFirst ? this.measures.headingHeight : margin;
    if (cell.top - above < this.scrollTop) return Math.max(0, cell.top - above);
    const bottom = cell.top + cell.height + margin - this.viewportHeight;
    return bottom > this.scrollTop ? bottom : this.scrollTop;
  }

  /** The cell one step from another; the same one at the edge. */
  neighbour(index: number, direction: Direction): number {
    const { rowCells, lefts } = this.layout;
    const last = lefts.length - 1;
    if (last < 0) return -1;
    const row = this.#rowOf(index);
    switch (direction) {
      case "left":
        return Math.max(0, index - 1);
      case "right":
        return Math.min(last, index + 1);
      case "first":
        return 0;
      case "last":
        return last;
      case "rowStart":
        return row < 0 ? index : (rowCells[row] ?? index);
      case "rowEnd":
        return row < 0 ? index : (rowCells[row + 1] ?? index + 1) - 1;
      case "up":
        return this.#vertical(index, row - 1);
      case "down":
        return this.#vertical(index, row + 1);
      case "pageUp":
      case "pageDown":
        return this.#paged(index, row, direction === "pageUp" ? -1 : 1);
    }
  }

  /** As far as what was at one edge of the viewport is at the other; one row at least. */
  #paged(index: number, row: number, step: -1 | 1): number {
    const { rowTops, rowHeights, rowCount } = this.layout;
    const start = rowTops[row] ?? 0;
    let to = row;
    while (to + step >= 0 && to + step < rowCount) {
      const far = Math.abs((rowTops[to + step] ?? 0) - start);
      if (to !== row && far > this.viewportHeight - (rowHeights[to + step] ?? 0)) break;
      to += step;
    }
    return this.#vertical(index, to);
  }

  /** The cell of another row that is nearest below or above one; itself when there is no such row. */
  #vertical(index: number, row: number): number {
    const { rowCells, rowCount, lefts, widths } = this.layout;
    const here = this.boxOf(index);
    if (!here || row < 0 || row >= rowCount) return index;
    const centre = here.left + here.width / 2;
    let best = index;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let cell = rowCells[row] ?? 0; cell < (rowCells[row + 1] ?? 0); cell++) {
      const left = lefts[cell] ?? 0;
      const width = widths[cell] ?? 0;
      const away = Math.max(0, left - centre, centre - left - width);
      const fine = Math.abs(left + width / 2 - centre) / 1e6;
      if (away + fine < bestDistance) {
        bestDistance = away + fine;
        best = cell;
      }
    }
    return best;
  }
}
