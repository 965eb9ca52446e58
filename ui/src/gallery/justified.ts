/** Justified rows: every row but a section's last fills the width, pictures keep their order and their shape. */

/** Beyond these shapes (width / height) a cell crops its picture, so that one panorama can't flatten a whole row. */
const NARROWEST = 0.45;
const WIDEST = 3;
/** A last row is stretched to the full width when that enlarges it by no more than this. */
const LAST_ROW_STRETCH = 1.2;

interface Row {
  /** Pixels below the section's first row. */
  readonly top: number;
  readonly height: number;
  /** Index of the row's first cell within the section. */
  readonly first: number;
  readonly count: number;
}

export interface JustifiedLayout {
  readonly rows: readonly Row[];
  /** Left edge and width of every cell, in whole pixels, by index. */
  readonly lefts: Float64Array;
  readonly widths: Float64Array;
  /** Height of all rows with the gaps between them. */
  readonly height: number;
}

export interface JustifiedOptions {
  readonly width: number;
  readonly targetHeight: number;
  readonly gap: number;
}

export function shapeOf(width: number, height: number): number {
  if (!(width > 0) || !(height > 0)) return 1;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

/** The distance of two heights as a factor, so that half and double count the same. */
function distance(height: number, target: number): number {
  return Math.abs(Math.log(height / target));
}

export function justify(ratios: ArrayLike<number>, options: JustifiedOptions): JustifiedLayout {
  const { targetHeight, gap } = options;
  const width = Math.max(1, Math.floor(options.width));
  const count = ratios.length;
  const lefts = new Float64Array(count);
  const widths = new Float64Array(count);
  const rows: Row[] = [];
  let top = 0;

  const fillHeight = (cells: number, sum: number) => (width - gap * (cells - 1)) / sum;

  const place = (first: number, cells: number, exactHeight: number, fills: boolean) => {
    const height = Math.max(1, Math.round(exactHeight));
    let x = 0;
    for (let cell = first; cell < first + cells; cell++) {
      const next = x + (ratios[cell] ?? 1) * exactHeight;
      const left = Math.round(x);
      const isLast = cell === first + cells - 1;
      const right = fills && isLast ? width : Math.min(width, Math.round(next));
      lefts[cell] = left;
      widths[cell] = Math.max(1, right - left);
      x = next + gap;
    }
    rows.push({ top, height, first, count: cells });
    top += height + gap;
  };

  let first = 0;
  let sum = 0;
  for (let cell = 0; cell < count; cell++) {
    const ratio = ratios[cell] ?? 1;
    sum += ratio;
    const cells = cell - first + 1;
    const height = fillHeight(cells, sum);
    if (height > targetHeight) continue;
    const without = cells > 1 ? fillHeight(cells - 1, sum - ratio) : Number.POSITIVE_INFINITY;
    if (distance(without, targetHeight) < distance(height, targetHeight)) {
      place(first, cells - 1, without, true);
      first = cell;
      sum = ratio;
      if (fillHeight(1, sum) > targetHeight) continue;
      place(first, 1, fillHeight(1, sum), true);
    } else {
      place(first, cells, height, true);
    }
    first = cell + 1;
    sum = 0;
  }
  if (first < count) {
    const cells = count - first;
    const height = fillHeight(cells, sum);
    const stretches = height <= targetHeight * LAST_ROW_STRETCH;
    place(first, cells, stretches ? height : targetHeight, stretches);
  }
  return { rows, lefts, widths, height: Math.max(0, top - gap) };
}

/** The last index whose value is at most `wanted`; 0 when none is. `values` ascend. */
export function lastAtMost<T>(list: readonly T[], value: (entry: T) => number, wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const entry = list[middle];
    if (entry !== undefined && value(entry) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
