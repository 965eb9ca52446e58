/**
 * Where every picture of a long wall hangs, in numbers alone: a hundred thousand are laid out in some milliseconds and
 * kept in a megabyte. Rows are justified: each but a section's last fills the width; pictures keep their order and shape.
 */
import { endOfRow, shapeOf, type RowOptions } from "./justified";

export interface WallSection {
  readonly id: string;
  readonly count: number;
}

export interface WallMeasures {
  readonly targetHeight: number;
  readonly gap: number;
  /** Of sections that have a name. */
  readonly headingHeight: number;
  readonly sectionGap: number;
}

/** Lists by cell, by row and by section. Those of where something begins have one entry more: where all ends. */
export interface WallLayout {
  readonly sections: readonly WallSection[];
  readonly lefts: Uint16Array;
  readonly widths: Uint16Array;
  /** First cell of each row. */
  readonly rowCells: Int32Array;
  /** Pixels from the top of everything. */
  readonly rowTops: Int32Array;
  readonly rowHeights: Uint16Array;
  readonly sectionCells: Int32Array;
  readonly sectionRows: Int32Array;
  readonly sectionTops: Int32Array;
  readonly height: number;
  readonly rowCount: number;
}

/** `ratios` are width by height in hundredths, in the order of the sections' cells. */
export function layOut(
  ratios: Uint16Array,
  sections: readonly WallSection[],
  width: number,
  measures: WallMeasures,
): WallLayout {
  const { gap, headingHeight, sectionGap } = measures;
  const count = width > 0 ? ratios.length : 0;
  const shown = width > 0 ? sections : [];
  const options: RowOptions = {
    width: Math.max(1, Math.floor(width)),
    targetHeight: measures.targetHeight,
    gap,
  };
  const lefts = new Uint16Array(count);
  const widths = new Uint16Array(count);
  // There can't be more rows than cells; what isn't needed is given back below.
  const rowCells = new Int32Array(count + 1);
  const rowTops = new Int32Array(count);
  const rowHeights = new Uint16Array(count);
  const sectionCells = new Int32Array(shown.length + 1);
  const sectionRows = new Int32Array(shown.length + 1);
  const sectionTops = new Int32Array(shown.length + 1);
  let row = 0;
  let top = 0;
  let cell = 0;
  for (const [index, section] of shown.entries()) {
    sectionCells[index] = cell;
    sectionRows[index] = row;
    sectionTops[index] = top;
    if (section.id !== "") top += headingHeight;
    const end = Math.min(count, cell + section.count);
    while (cell < end) {
      const { after, height, fills } = endOfRow(ratios, cell, end, options);
      const rounded = Math.max(1, Math.round(height));
      rowCells[row] = cell;
      rowTops[row] = top;
      rowHeights[row] = rounded;
      let x = 0;
      for (; cell < after; cell++) {
        const next = x + shapeOf(ratios[cell] ?? 0) * height;
        const left = Math.round(x);
        const right = fills && cell === after - 1 ? options.width : Math.min(options.width, Math.round(next));
        lefts[cell] = left;
        widths[cell] = Math.max(1, right - left);
        x = next + gap;
      }
      row++;
      top += rounded + (cell < end ? gap : 0);
    }
    top += sectionGap;
  }
  sectionCells[shown.length] = cell;
  sectionRows[shown.length] = row;
  sectionTops[shown.length] = top;
  rowCells[row] = cell;
  return {
    sections: shown,
    lefts,
    widths,
    rowCells: rowCells.slice(0, row + 1),
    rowTops: rowTops.slice(0, row),
    rowHeights: rowHeights.slice(0, row),
    sectionCells,
    sectionRows,
    sectionTops,
    height: top,
    rowCount: row,
  };
}
