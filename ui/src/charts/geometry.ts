/** Where the marks of a chart lie, in pixels. Works with numbers that are only drawn, never told. */
import { nice, ticks as roundValues, tickStep } from "d3-array";
import { line, stack, stackOffsetDiverging } from "d3-shape";
import type { Column, Limit } from "./types";

export type Size = { readonly width: number; readonly height: number };

/** Room for the figures at the right and the names below. */
export const MARGIN = { top: 10, right: 64, bottom: 26, left: 4 } as const;
const TICK_GAP = 56;
/** A bar isn't wider than this, however few there are. */
const WIDEST = 64;
/** Before the first bar and after the last, as a part of the distance between two. */
const EDGE = 0.1;
/** Between the parts of a bar. */
const GAP = 1.5;
/** A line that lies higher than this many times the dearest column would only make all others small. */
const IN_SIGHT = 2.5;

export type Tick = { readonly value: number; readonly y: number };
export type Name = { readonly text: string; readonly x: number };
/** A strip from top to bottom: what is pointed at anywhere in it is meant. */
export type Strip = { readonly x: number; readonly width: number; readonly middle: number };

export type Axes = {
  readonly ticks: readonly Tick[];
  /** How far apart the ticks are. */
  readonly step: number;
  readonly zero: number;
  readonly names: readonly Name[];
  readonly strips: readonly Strip[];
  readonly left: number;
  readonly right: number;
  /** Where the line of the limit lies, where it is in sight. */
  readonly limit: number | null;
};

export type Bar = {
  readonly column: number;
  readonly series: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type Trace = {
  readonly series: number;
  readonly path: string;
  /** Where it ends: the last place that is known. */
  readonly end: { readonly x: number; readonly y: number } | null;
};

/** Letters of Chinese are about twice as wide. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffff]/.test(letter) ? 11 : 6), 0);
}

/** Every how many columns one has its name written, so that none touches another. */
export function everyHowMany(columns: readonly Column[], distance: number): number {
  const widest = Math.max(0, ...columns.map((column) => widthOf(column.tick))) + 14;
  return distance <= 0 ? Math.max(1, columns.length) : Math.max(1, Math.ceil(widest / distance));
}

function vertical(
  low: number,
  high: number,
  size: Size,
): { ticks: Tick[]; step: number; y: (value: number) => number } {
  const bottom = size.height - MARGIN.bottom;
  const count = Math.max(2, Math.floor((bottom - MARGIN.top) / TICK_GAP));
  // Nothing at all is drawn on an axis of its own, not divided by.
  const [from, to] = nice(low, high > low ? high : low + 1, count);
  const y = (value: number): number => bottom - ((value - from) / (to - from)) * (bottom - MARGIN.top);
  return {
    ticks: roundValues(from, to, count).map((value) => ({ value, y: y(value) })),
    step: tickStep(from, to, count),
    y,
  };
}

function names(columns: readonly Column[], strips: readonly Strip[], distance: number): Name[] {
  const every = everyHowMany(columns, distance);
  return columns
    .map((column, index) => {
      // The first one may be wider than its column: it begins where the drawing does.
      const x = Math.max(strips[index]?.middle ?? 0, widthOf(column.tick) / 2);
      return { text: column.tick, x };
    })
    .filter((_, index) => index % every === 0);
}

/** Bars of parts on parts; what is less than nothing hangs below the line. */
export function stackedBars(
  columns: readonly Column[],
  parts: number,
  size: Size,
  limit: Limit | null = null,
): Axes & { bars: Bar[] } {
  const keys = Array.from({ length: parts }, (_, index) => index);
  const layers = stack<Column, number>()
    .keys(keys)
    .value((column, part) => column.values[part]?.height ?? 0)
    .offset(stackOffsetDiverging)(columns as Column[]);
  const ends = layers.flatMap((layer) => layer.flatMap(([from, to]) => [from, to]));
  const [low, high] = spread(ends);
  const inSight = limit !== null && limit.height > 0 && limit.height <= high * IN_SIGHT ? limit : null;
  const { ticks, step, y } = vertical(low, Math.max(high, inSight?.height ?? 0), size);
  const [left, right] = [MARGIN.left, size.width - MARGIN.right];
  const between = columns.length > 120 ? 0.1 : 0.24;
  const distance = (right - left) / Math.max(1, columns.length - between + 2 * EDGE);
  const band = distance * (1 - between);
  const width = Math.min(WIDEST, Math.max(0.5, band));
  const strips = columns.map((_, index) => {
    const middle = left + distance * (EDGE + index) + band / 2;
    return { x: middle - distance / 2, width: distance, middle };
  });
  const bars = layers.flatMap((layer, series) =>
    layer.flatMap(([from, to], column) => {
      if (from === to) return [];
      const [top, bottom] = [y(Math.max(from, to)), y(Math.min(from, to))];
      const height = bottom - top;
      // The gap is taken from a part only where enough of it is left.
      const shown = height > 3 * GAP ? height - GAP : Math.max(0.75, height);
      return [
        {
          column,
          series,
          x: (strips[column]?.middle ?? 0) - width / 2,
          y: bottom - shown,
          width,
          height: shown,
        },
      ];
    }),
  );
  return {
    ticks,
    step,
    zero: y(0),
    names: names(columns, strips, distance),
    strips,
    left,
    right,
    limit: inSight === null ? null : y(inSight.height),
    bars,
  };
}

/** Lines over the same columns; one that ends early, ends there. */
export function lines(columns: readonly Column[], count: number, size: Size): Axes & { traces: Trace[] } {
  const heights = columns.flatMap((column) => column.values.map((value) => value?.height ?? 0));
  const { ticks, step, y } = vertical(...spread(heights), size);
  const [left, right] = [MARGIN.left + 6, size.width - MARGIN.right - 6];
  const distance = (right - left) / Math.max(1, columns.length - 1);
  const strips = columns.map((_, index) => {
    // One alone stands in the middle.
    const middle = columns.length > 1 ? left + distance * index : (left + right) / 2;
    return { x: middle - distance / 2, width: distance, middle };
  });
  const traces = Array.from({ length: count }, (_, series): Trace => {
    const known = columns.flatMap((column, index) => {
      const value = column.values[series];
      return value == null ? [] : [{ x: strips[index]?.middle ?? 0, y: y(value.height) }];
    });
    const draw = line<{ x: number; y: number }>(
      (point) => point.x,
      (point) => point.y,
    );
    return { series, path: draw(known) ?? "", end: known.at(-1) ?? null };
  });
  return {
    ticks,
    step,
    zero: y(0),
    names: names(columns, strips, distance),
    strips,
    left,
    right,
    limit: null,
    traces,
  };
}

/** The least and the most, nothing among them: the line at zero is always seen. */
function spread(values: readonly number[]): [number, number] {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** How many digits after the point ticks need that are `step` apart. */
export function tickPlaces(step: number): number {
  return step >= 1 || step <= 0 ? 0 : Math.min(12, Math.ceil(-Math.log10(step) - 1e-9));
}
