/** The parts of the Library's filter: which of them narrow, their presets, and what they stand for. */
import { EVERYTHING, type LibraryFilter } from "./library-query";

/** In the order of the row: the most used first. */
export const FILTERS = ["kind", "model", "board", "rating", "cost", "date", "tag", "size", "origin"] as const;
export type FilterId = (typeof FILTERS)[number];

const FIELDS: Readonly<Record<FilterId, readonly (keyof LibraryFilter)[]>> = {
  kind: ["kind"],
  origin: ["origin"],
  model: ["model"],
  board: ["board"],
  tag: ["tag"],
  rating: ["favourite", "min_rating", "max_rating"],
  date: ["from_day", "to_day"],
  size: ["min_pixels", "max_pixels", "min_bytes", "max_bytes"],
  cost: ["cost"],
};

export function isActive(filter: LibraryFilter, id: FilterId): boolean {
  return FIELDS[id].some((field) => (filter[field] ?? null) !== (EVERYTHING[field] ?? null));
}

/** What takes one part away. */
export function without(id: FilterId): Partial<LibraryFilter> {
  return Object.fromEntries(FIELDS[id].map((field) => [field, EVERYTHING[field] ?? null]));
}

/** What takes all parts and the words away; order and trash stay. */
export function withoutAll(filter: LibraryFilter): LibraryFilter {
  return { ...EVERYTHING, trashed: filter.trashed, sort: filter.sort };
}

export type RatingChoice = "any" | "favourite" | "unrated" | "1" | "2" | "3" | "4" | "5";

export function ratingOf(filter: LibraryFilter): RatingChoice {
  if (filter.favourite) return "favourite";
  if (filter.max_rating === 0) return "unrated";
  const stars = String(filter.min_rating);
  return stars === "1" || stars === "2" || stars === "3" || stars === "4" || stars === "5" ? stars : "any";
}

export function ratingFilter(choice: RatingChoice): Partial<LibraryFilter> {
  return {
    favourite: choice === "favourite",
    max_rating: choice === "unrated" ? 0 : null,
    min_rating: /^[1-5]$/.test(choice) ? Number(choice) : 0,
  };
}

export type DatePreset = "any" | "today" | "week" | "month" | "year" | "own";
type Days = { readonly from_day: string | null; readonly to_day: string | null };

function iso(year: number, month: number, day: number): string {
  const date = new Date(year, month, day);
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The local days of a preset; both ends are named, so that no two presets are ever the same. */
export function daysOfPreset(preset: Exclude<DatePreset, "own">, today: Date): Days {
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
  switch (preset) {
    case "any":
      return { from_day: null, to_day: null };
    case "today":
      return { from_day: iso(year, month, day), to_day: iso(year, month, day) };
    case "week":
      return { from_day: iso(year, month, day - 6), to_day: iso(year, month, day) };
    case "month":
      return { from_day: iso(year, month, 1), to_day: iso(year, month + 1, 0) };
    case "year":
      return { from_day: iso(year, 0, 1), to_day: iso(year, 11, 31) };
  }
}

export const DATE_PRESETS = ["any", "today", "week", "month", "year"] as const;

export function datePresetOf(filter: LibraryFilter, today: Date): DatePreset {
  const found = DATE_PRESETS.find((preset) => {
    const days = daysOfPreset(preset, today);
    return days.from_day === (filter.from_day ?? null) && days.to_day === (filter.to_day ?? null);
  });
  return found ?? "own";
}

/** A range whose ends are the wrong way round is meant the other way. */
export function range<T extends string | number>(
  from: T | null,
  to: T | null,
): readonly [T | null, T | null] {
  return from !== null && to !== null && from > to ? [to, from] : [from, to];
}

export type SizePreset = "any" | "small" | "medium" | "large" | "own";
export const SIZE_PRESETS = ["any", "small", "medium", "large"] as const;
type Bounds = readonly [number | null, number | null];
type Sizes = Readonly<Record<(typeof SIZE_PRESETS)[number], Bounds>>;

/** Pixels: below 1, 1 to 4, and from 4 megapixels. */
export const PIXELS: Sizes = {
  any: [null, null],
  small: [null, 999_999],
  medium: [1_000_000, 3_999_999],
  large: [4_000_000, null],
};
/** Bytes: below 1, 1 to 10, and from 10 megabytes. */
export const BYTES: Sizes = {
  any: [null, null],
  small: [null, 999_999],
  medium: [1_000_000, 9_999_999],
  large: [10_000_000, null],
};

export function sizePresetOf(sizes: Sizes, least: number | null, most: number | null): SizePreset {
  return SIZE_PRESETS.find((preset) => sizes[preset][0] === least && sizes[preset][1] === most) ?? "own";
}

/** An amount as it was typed; null when there is none, undefined when it is none. */
export function amountOf(typed: string): string | null | undefined {
  const text = typed.trim().replace(",", ".");
  if (text === "") return null;
  return /^\d{1,9}(\.\d{1,12})?$/.test(text) ? text : undefined;
}
