/** What lies on the Image room's stage: work under way and its results, newest first, and what is selected of it. */
import type { ItemView, JobView } from "@/bindings";
import { items } from "@/stores/items.svelte";
import { isRunning, jobs } from "@/stores/jobs.svelte";

type Tile =
  | { readonly kind: "item"; readonly key: string; readonly item: ItemView }
  | { readonly kind: "work"; readonly key: string; readonly job: JobView; readonly index: number }
  | { readonly kind: "trouble"; readonly key: string; readonly job: JobView };

export type Group = {
  readonly key: string;
  readonly job: JobView | null;
  readonly tiles: readonly Tile[];
  /** Width / height of its pictures. */
  readonly ratio: number;
};

/** Older results are in the strip below and in the Library. */
const MOST_GROUPS = 12;
const MOST_RECENT = 4;

function tilesOf(job: JobView): readonly Tile[] {
  const tiles: Tile[] = [];
  for (const [index, id] of job.items.entries()) {
    const item = items.get(id);
    if (item === null) tiles.push({ kind: "work", key: `${job.id}/${String(index)}`, job, index });
    else if (item.trashed_at === null) tiles.push({ kind: "item", key: `${job.id}/${String(index)}`, item });
  }
  if (isRunning(job)) {
    for (let index = job.items.length; index < job.wanted; index++) {
      tiles.push({ kind: "work", key: `${job.id}/${String(index)}`, job, index });
    }
  } else if (job.state !== "saved") tiles.push({ kind: "trouble", key: `${job.id}/trouble`, job });
  return tiles;
}

function ratioOf(job: JobView, tiles: readonly Tile[]): number {
  for (const tile of tiles) if (tile.kind === "item") return tile.item.width / tile.item.height;
  if (job.ratio !== null && job.ratio > 0) return job.ratio;
  const source = job.source === null ? null : items.get(job.source);
  return source ? source.width / source.height : 1;
}

class Bench {
  selected = $state<string | null>(null);
  /** A picture from the strip that is shown alone instead of the work. */
  alone = $state<string | null>(null);

  readonly groups: readonly Group[] = $derived.by(() => {
    const groups: Group[] = [];
    for (const job of jobs.list) {
      // What was called by hand shows in the Console.
      if (job.kind === "call") continue;
      const tiles = tilesOf(job);
      if (tiles.length > 0) groups.push({ key: job.id, job, tiles, ratio: ratioOf(job, tiles) });
      if (groups.length === MOST_GROUPS) break;
    }
    if (groups.length > 0) return groups;
    const recent = items.recent
      .map((item) => items.get(item.id) ?? item)
      .filter((item) => item.trashed_at === null);
    const first = recent[0];
    if (first === undefined) return [];
    // Only pictures of one shape hang well together.
    const shape = first.width / first.height;
    const alike = recent
      .filter((item) => Math.abs(item.width / item.height / shape - 1) < 0.05)
      .slice(0, MOST_RECENT);
    return [
      {
        key: "recent",
        job: null,
        ratio: shape,
        tiles: alike.map((item) => ({ kind: "item", key: `recent/${item.id}`, item }) as const),
      },
    ];
  });

  /** The pictures on the stage, in order. */
  readonly pictures: readonly ItemView[] = $derived(
    this.groups.flatMap((group) => group.tiles.flatMap((tile) => (tile.kind === "item" ? [tile.item] : []))),
  );
  readonly strip: readonly ItemView[] = $derived.by(() =>
    items.recent.map((item) => items.get(item.id) ?? item).filter((item) => item.trashed_at === null),
  );
  readonly item: ItemView | null = $derived(this.selected === null ? null : items.get(this.selected));
  readonly aloneItem: ItemView | null = $derived(this.alone === null ? null : items.get(this.alone));

  select(item: ItemView): void {
    this.selected = item.id;
  }

  /** Selects a picture from outside the stage: one that isn't on it is shown alone. */
  show(item: ItemView): void {
    items.keep([item]);
    this.selected = item.id;
    this.alone = this.pictures.some((entry) => entry.id === item.id) ? null : item.id;
  }

  backToWork(): void {
    this.alone = null;
  }
}

export const bench = new Bench();
