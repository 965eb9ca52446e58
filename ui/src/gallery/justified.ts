/** Justified rows: every row but a section's last fills the width, pictures keep their order and their shape. */

/** Beyond these shapes (width / height) a cell crops its picture, so that one panorama can't flatten a whole row. */
const NARROWEST = 0.45;
const WIDEST = 3;
/** A last row is stretched to the full width when that enlarges it by no more than this. */
const LAST_ROW_STRETCH = 1.2;

export interface RowOptions {
  /** Whole pixels. */
  readonly width: number;
  readonly targetHeight: number;
  readonly gap: number;
}

interface Row {
  /** The first cell that is no longer in the row. */
  readonly after: number;
  /** Not rounded. */
  readonly height: number;
  /** Whether its last cell ends where the wall does. */
  readonly fills: boolean;
}

/** The shape of a cell, from width by height in hundredths; 0 where it isn't known. */
export function shapeOf(hundredths: number): number {
  return hundredths === 0 ? 1 : Math.min(WIDEST, Math.max(NARROWEST, hundredths / 100));
}

/** The distance of two heights as a factor, so that half and double count the same. */
function distance(height: number, target: number): number {
  return Math.abs(Math.log(height / target));
}

/** The row that begins with a cell, of those before `end`. */
export function endOfRow(ratios: Uint16Array, first: number, end: number, options: RowOptions): Row {
  const { width, targetHeight, gap } = options;
  const heightOf = (cells: number, sum: number): number => (width - gap * (cells - 1)) / sum;
  let sum = 0;
  for (let cell = first; cell < end; cell++) {
    const shape = shapeOf(ratios[cell] ?? 0);
    const cells = cell - first + 1;
    const height = heightOf(cells, sum + shape);
    if (height > targetHeight) {
      sum += shape;
      continue;
    }
    if (cells > 1) {
      const without = heightOf(cells - 1, sum);
      if (distance(without, targetHeight) < distance(height, targetHeight)) {
        return { after: cell, height: without, fills: true };
      }
    }
    return { after: cell + 1, height, fills: true };
  }
  const height = heightOf(end - first, sum);
  const fills = height <= targetHeight * LAST_ROW_STRETCH;
  return { after: end, height: fills ? height : targetHeight, fills };
}

/** The last index whose value is at most `wanted`; 0 when none is. The values ascend. */
export function lastAtMost(values: ArrayLike<number>, wanted: number, length = values.length): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? Number.POSITIVE_INFINITY) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
