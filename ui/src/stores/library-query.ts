/** What the Library is asked for, and which items answer that as far as it can be told here. */
import type { ItemView } from "@/bindings";
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
  favourite: false,
  min_rating: 0,
  trashed: false,
  sort: "newest",
};

/** Whether anything narrows what is shown; the order and the trash don't. */
export function isNarrowed(filter: LibraryFilter): boolean {
  return (
    filter.text !== null ||
    filter.kind !== null ||
    filter.origin !== null ||
    filter.model !== null ||
    filter.tag !== null ||
    filter.favourite ||
    filter.min_rating > 0
  );
}

/** Whether only the back end can say which items match: words and tags aren't part of an item's view. */
export function needsBackEnd(filter: LibraryFilter): boolean {
  return filter.text !== null || filter.tag !== null;
}

/** Whether an item belongs into the list; words and tags are taken as met. */
function belongs(item: ItemView, filter: LibraryFilter): boolean {
  return (
    (item.trashed_at !== null) === filter.trashed &&
    (filter.kind === null || item.kind === filter.kind) &&
    (filter.origin === null || item.origin === filter.origin) &&
    (filter.model === null || item.model === filter.model) &&
    (!filter.favourite || item.favourite) &&
    item.rating >= filter.min_rating
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The order of the list. Equal ones stay as they are, but for their ids, so that no two are ever equal. */
export function inOrder(one: ItemView, other: ItemView, sort: LibrarySort): number {
  switch (sort) {
    case "newest":
      return compareText(other.made_at, one.made_at) || compareText(other.id, one.id);
    case "oldest":
      return compareText(one.made_at, other.made_at) || compareText(one.id, other.id);
    case "title":
      return (
        compareText(one.title.toLocaleLowerCase(), other.title.toLocaleLowerCase()) ||
        compareText(one.id, other.id)
      );
    case "size":
      return other.bytes - one.bytes || compareText(other.id, one.id);
  }
}

/** Whether the list is in days. */
export function hasDays(filter: LibraryFilter): boolean {
  return filter.sort === "newest" || filter.sort === "oldest";
}

/**
 * The list with changed items put in their places: those that no longer belong go, new ones come in. New ones beyond
 * the end of what is loaded are left out (`complete` says that all is loaded), their page brings them.
 */
export function merged(
  list: readonly ItemView[],
  changed: readonly ItemView[],
  gone: ReadonlySet<string>,
  filter: LibraryFilter,
  complete: boolean,
): { readonly list: readonly ItemView[]; readonly added: number; readonly removed: number } {
  const news = new Map(changed.map((item) => [item.id, item]));
  const kept: ItemView[] = [];
  let removed = 0;
  for (const item of list) {
    const now = news.get(item.id) ?? item;
    news.delete(item.id);
    if (gone.has(item.id) || !belongs(now, filter)) removed++;
    else kept.push(now);
  }
  let added = 0;
  if (!needsBackEnd(filter)) {
    for (const item of news.values()) {
      if (gone.has(item.id) || !belongs(item, filter)) continue;
      let low = 0;
      let high = kept.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        const there = kept[middle];
        if (there && inOrder(there, item, filter.sort) <= 0) low = middle + 1;
        else high = middle;
      }
      if (low === kept.length && !complete) continue;
      kept.splice(low, 0, item);
      added++;
    }
  }
  return { list: kept, added, removed };
}
