/** What the Library is asked for. */
import type { platform } from "@/platform/platform";

export type LibraryQuery = Parameters<typeof platform.commands.libraryPage>[0];
export type LibraryFilter = Omit<LibraryQuery, "cursor" | "limit">;
export type LibrarySort = LibraryFilter["sort"];

export const EVERYTHING: LibraryFilter = {
  text: null,
  kind: null,
  origin: null,
  model: null,
  tag: null,
  board: null,
  favourite: false,
  min_rating: 0,
  max_rating: null,
  from_day: null,
  to_day: null,
  min_pixels: null,
  max_pixels: null,
  min_bytes: null,
  max_bytes: null,
  cost: null,
  trashed: false,
  sort: "newest",
};

/** Whether anything narrows what is shown; the order and the trash don't. */
export function isNarrowed(filter: LibraryFilter): boolean {
  const { trashed: _, sort: __, ...parts } = filter;
  return Object.entries(parts).some(
    ([field, value]) => (value ?? null) !== (EVERYTHING[field as keyof LibraryFilter] ?? null),
  );
}

/** Whether the list is in days. */
export function hasDays(filter: LibraryFilter): boolean {
  return filter.sort === "newest" || filter.sort === "oldest";
}
