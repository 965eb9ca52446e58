/**
 * The geometry of a long wall of pictures: where each cell hangs, which of them are to be in the page, and which one lies
 * above, below or beside another. It knows nothing of the page, so that it can be tested without one.
 */
import { justify, lastAtMost, type JustifiedLayout } from "./justified";

export interface GalleryCell {
  readonly id: string;
  /** Width / height. */
  readonly ratio: number;
  /** Cells of one section follow each other. */
  readonly section: string;
}

/** A section that is known to exist, with how many cells it has in all, loaded or not. */
export interface KnownSection {
  readonly id: string;
  readonly count: number;
}

export interface SectionBox {
  readonly id: string;
  /** Position among all sections. */
  readonly index: number;
  readonly top: number;
  /** Heading, rows, and the estimated room of cells that aren't loaded. */
  readonly height: number;
  /** Index of its first cell in the whole list. */
  readonly first: number;
  /** Cells that are loaded. */
  readonly count: number;
  /** Cells that aren't loaded yet. */
  readonly missing: number;
  /** Top of the room kept for the missing cells, below the section's top. */
  readonly missingTop: number;
  readonly missingHeight: number;
  readonly layout: JustifiedLayout;
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

export interface GalleryMeasures {
  readonly targetHeight: number;
  readonly gap: number;
  readonly headingHeight: number;
  readonly sectionGap: number;
}

const EMPTY: readonly never[] = [];
/** Width / height taken for cells that aren't loaded, when none is. */
const USUAL_RATIO = 1.2;

export class GalleryGeometry {
  width = $state(0);
  viewportHeight = $state(0);
  scrollTop = $state(0);
  measures = $state.raw<GalleryMeasures>({ targetHeight: 150, gap: 8, headingHeight: 36, sectionGap: 12 });
  /** How far beyond the visible part cells are kept, in pixels. */
  overscan = $state(480);
  cells = $state.raw<readonly GalleryCell[]>(EMPTY);
  known = $state.raw<readonly KnownSection[]>(EMPTY);

  readonly sections: readonly SectionBox[] = $derived.by(() => this.#layOut());
  readonly totalHeight: number = $derived.by(() => {
    const last = this.sections.at(-1);
    return last ? last.top + last.height : 0;
  });
  readonly rowCount: number = $derived.by(() => {
    const last = this.sections.at(-1);
    return last ? last.firstRow + last.layout.rows.length : 0;
  });
  /** Height of what is loaded, from the top. */
  readonly loadedHeight: number = $derived.by(() => {
    const missing = this.sections.find((section) => section.missing > 0);
    return missing ? missing.top + missing.missingTop : this.totalHeight;
  });

  // Rows rather than pixels: the lists below change only when a row comes in or goes out, not with each pixel of scrolling.
  readonly #from: number = $derived.by(() => this.#edge(this.scrollTop - this.overscan));
  readonly #to: number = $derived.by(() => this.#edge(this.scrollTop + this.viewportHeight + this.overscan));
  readonly visible: readonly VisibleSection[] = $derived.by(() => this.#between(this.#from, this.#to));

  /** A number for "row r of section s" that grows downwards: rows count on, and each section's head takes one number. */
  #edge(y: number): number {
    const sections = this.sections;
    const box = sections[lastAtMost(sections, (section) => section.top, y)];
    if (!box) return 0;
    const head = box.firstRow + box.index;
    const inside = y - box.top - this.#head(box);
    if (inside < 0 || box.layout.rows.length === 0) return head;
    return head + 1 + lastAtMost(box.layout.rows, (row) => row.top, inside);
  }

  #head(box: SectionBox): number {
    return box.id === "" ? 0 : this.measures.headingHeight;
  }

  #between(from: number, to: number): readonly VisibleSection[] {
    const sections = this.sections;
    if (sections.length === 0 || this.width === 0) return EMPTY;
    const shown: VisibleSection[] = [];
    let at = lastAtMost(sections, (section) => section.firstRow + section.index, from);
    for (; at < sections.length; at++) {
      const box = sections[at];
      if (!box) break;
      const head = box.firstRow + box.index;
      if (head > to) break;
      const firstRow = Math.max(0, from - head - 1);
      const lastRow = Math.min(box.layout.rows.length - 1, to - head - 1);
      const rows: VisibleRow[] = [];
      for (let row = firstRow; row <= lastRow; row++) rows.push(this.#row(box, row));
      shown.push({ box, rows });
    }
    return shown;
  }

  #row(box: SectionBox, number: number): VisibleRow {
    const row = box.layout.rows[number];
    if (!row) return { number: box.firstRow + number, top: 0, height: 0, cells: [] };
    const cells: VisibleCell[] = [];
    for (let cell = row.first; cell < row.first + row.count; cell++) {
      cells.push({
        index: box.first + cell,
        left: box.layout.lefts[cell] ?? 0,
        width: box.layout.widths[cell] ?? 0,
      });
    }
    return { number: box.firstRow + number, top: this.#head(box) + row.top, height: row.height, cells };
  }

  #layOut(): readonly SectionBox[] {
    const { width, measures, cells } = this;
    if (width <= 0) return EMPTY;
    const { targetHeight, gap, headingHeight, sectionGap } = measures;
    const options = { width, targetHeight, gap };
    const counts = new Map(this.known.map((section) => [section.id, section.count]));
    const seen = new Set<string>();
    const boxes: SectionBox[] = [];
    let top = 0;
    let firstRow = 0;
    let ratioSum = 0;

    const add = (id: string, first: number, layout: JustifiedLayout, missing: number, isLast: boolean) => {
      const perRow = Math.max(
        1,
        width / ((cells.length > 0 ? ratioSum / cells.length : USUAL_RATIO) * targetHeight + gap),
      );
      const missingHeight = missing > 0 ? Math.ceil(missing / perRow) * (targetHeight + gap) : 0;
      const head = id === "" ? 0 : headingHeight;
      const missingTop = head + (layout.height > 0 ? layout.height + gap : 0);
      const height =
        head +
        layout.height +
        (missing > 0 && layout.height > 0 ? gap : 0) +
        missingHeight +
        (isLast ? 0 : sectionGap);
      boxes.push({
        id,
        index: boxes.length,
        top,
        height,
        first,
        count: layout.lefts.length,
        missing,
        missingTop,
        missingHeight,
        layout,
        firstRow,
      });
      top += height;
      firstRow += layout.rows.length;
    };

    for (const cell of cells) ratioSum += cell.ratio;
    let start = 0;
    while (start < cells.length) {
      const id = cells[start]?.section ?? "";
      let end = start + 1;
      while (end < cells.length && cells[end]?.section === id) end++;
      const ratios = new Float64Array(end - start);
      for (let cell = start; cell < end; cell++) ratios[cell - start] = cells[cell]?.ratio ?? 1;
      seen.add(id);
      // Only the section at the edge of what is loaded can lack cells; a summary that is a moment behind is not believed elsewhere.
      const missing = end === cells.length ? Math.max(0, (counts.get(id) ?? 0) - (end - start)) : 0;
      add(id, start, justify(ratios, options), missing, false);
      start = end;
    }
    const nothing = justify([], options);
    for (const section of this.known) {
      if (!seen.has(section.id) && section.count > 0)
        add(section.id, cells.length, nothing, section.count, false);
    }
    return boxes;
  }

  /** Where a cell hangs, from the top of everything; null when there is no such cell. */
  boxOf(index: number): { left: number; top: number; width: number; height: number } | null {
    const place = this.#place(index);
    if (!place) return null;
    const { box, row, cell } = place;
    const found = box.layout.rows[row];
    if (!found) return null;
    return {
      left: box.layout.lefts[cell] ?? 0,
      width: box.layout.widths[cell] ?? 0,
      top: box.top + this.#head(box) + found.top,
      height: found.height,
    };
  }

  #place(index: number): { box: SectionBox; row: number; cell: number } | null {
    const sections = this.sections;
    if (index < 0 || index >= this.cells.length) return null;
    let at = lastAtMost(sections, (section) => section.first, index);
    // Sections without loaded cells share their first index with the end of the list.
    while (at > 0 && sections[at]?.count === 0) at--;
    const box = sections[at];
    if (!box) return null;
    const cell = index - box.first;
    return { box, row: lastAtMost(box.layout.rows, (row) => row.first, cell), cell };
  }

  /** The top of a section by its id; null when it is unknown. */
  topOf(section: string): number | null {
    return this.sections.find((box) => box.id === section)?.top ?? null;
  }

  /** The first cell that is at least partly below the given height; -1 when nothing is loaded. */
  cellAt(y: number): number {
    const sections = this.sections;
    const box = sections[lastAtMost(sections, (section) => section.top, y)];
    if (!box || box.count === 0) return this.cells.length - 1;
    const row =
      box.layout.rows[lastAtMost(box.layout.rows, (entry) => entry.top, y - box.top - this.#head(box))];
    return box.first + (row?.first ?? 0);
  }

  /** The scroll position that shows a cell whole, moving as little as possible. */
  scrollToShow(index: number, margin = 12): number {
    const cell = this.boxOf(index);
    if (!cell) return this.scrollTop;
    const place = this.#place(index);
    const above = place?.row === 0 ? this.measures.headingHeight : margin;
    if (cell.top - above < this.scrollTop) return Math.max(0, cell.top - above);
    const bottom = cell.top + cell.height + margin - this.viewportHeight;
    return bottom > this.scrollTop ? bottom : this.scrollTop;
  }

  /** The cell one step from another; the same one at the edge. */
  neighbour(index: number, direction: Direction): number {
    const last = this.cells.length - 1;
    if (last < 0) return -1;
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
      case "rowEnd": {
        const place = this.#place(index);
        const row = place?.box.layout.rows[place.row];
        if (!place || !row) return index;
        return place.box.first + row.first + (direction === "rowStart" ? 0 : row.count - 1);
      }
      case "up":
        return this.#vertical(index, -1);
      case "down":
        return this.#vertical(index, 1);
      case "pageUp":
      case "pageDown": {
        const step = direction === "pageUp" ? -1 : 1;
        const start = this.boxOf(index)?.top ?? 0;
        let at = index;
        for (;;) {
          const next = this.#vertical(at, step);
          if (next === at) return at;
          const box = this.boxOf(next);
          if (!box || Math.abs(box.top - start) > this.viewportHeight - box.height)
            return at === index ? next : at;
          at = next;
        }
      }
    }
  }

  #vertical(index: number, step: -1 | 1): number {
    const place = this.#place(index);
    const here = this.boxOf(index);
    if (!place || !here) return index;
    let { box, row } = { box: place.box, row: place.row + step };
    while (row < 0 || row >= box.layout.rows.length) {
      const next = this.sections[box.index + step];
      if (!next || next.count === 0) return index;
      box = next;
      row = step > 0 ? 0 : box.layout.rows.length - 1;
    }
    const target = box.layout.rows[row];
    if (!target) return index;
    const centre = here.left + here.width / 2;
    let best = target.first;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let cell = target.first; cell < target.first + target.count; cell++) {
      const left = box.layout.lefts[cell] ?? 0;
      const width = box.layout.widths[cell] ?? 0;
      const away = Math.max(0, left - centre, centre - left - width);
      const fine = Math.abs(left + width / 2 - centre) / 1e6;
      if (away + fine < bestDistance) {
        bestDistance = away + fine;
        best = cell;
      }
    }
    return box.first + best;
  }
}
