/** What lies on the Image room's stage: work under way and its results, newest first, and what is selected of it. */
import type { ItemView, JobView } from "@/bindings";
import { items } from "@/stores/items.svelte";
import { isRunning, jobs } from "@/stores/jobs.svelte";
import { pictureKinds } from "./strip";
import { tableOf, type Slot, type Table } from "./table";

export type Tile =
  | { readonly kind: "item"; readonly key: string; readonly item: ItemView }
  | { readonly kind: "work"; readonly key: string; readonly job: JobView; readonly index: number }
  | { readonly kind: "trouble"; readonly key: string; readonly job: JobView };

export type Group = {
  readonly key: string;
  readonly job: JobView | null;
  readonly tiles: readonly Tile[];
  /** The jobs of a batch hang together, in a table. */
  readonly batch: { readonly id: string; readonly jobs: readonly JobView[]; readonly table: Table } | null;
  /** Width / height of its pictures. */
  readonly ratio: number;
};

/** Older results are in the strip below and in the Library. */
const MOST_GROUPS = 12;
const MOST_RECENT = 4;
const MOST_COMPARED = 4;

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

/** What a place in a table shows; null where its picture is in the trash. */
export function tileOf({ job, index }: Slot): Tile | null {
  const key = `${job.id}/${String(index)}`;
  const id = job.items[index];
  if (id !== undefined) {
    const item = items.get(id);
    if (item === null) return { kind: "work", key, job, index };
    return item.trashed_at === null ? { kind: "item", key, item } : null;
  }
  if (isRunning(job)) return { kind: "work", key, job, index };
  return job.state === "saved" ? null : { kind: "trouble", key, job };
}

function batchGroup(id: string, batch: readonly JobView[], first: JobView): Group {
  const table = tableOf(batch);
  const slots = table.rows.flatMap((row) => row.cells.flatMap((cell) => cell ?? []));
  const tiles = slots.flatMap((slot) => tileOf(slot) ?? []);
  return { key: id, job: first, tiles, ratio: ratioOf(first, tiles), batch: { id, jobs: batch, table } };
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
    const seen = new Set<string>();
    for (const job of jobs.list) {
      // What was called by hand shows in the Console, what is said and heard in the Voice room.
      if (!pictureKinds.has(job.kind)) continue;
      // One alone is shown like any other.
      if (job.batch !== null && job.batch.of > 1) {
        const { id } = job.batch;
        if (seen.has(id)) continue;
        seen.add(id);
        const batch = jobs.batches.get(id) ?? [job];
        const group = batchGroup(id, batch, batch[0] ?? job);
        if (group.tiles.length > 0) groups.push(group);
      } else {
        const tiles = tilesOf(job);
        if (tiles.length > 0)
          groups.push({ key: job.id, job, tiles, ratio: ratioOf(job, tiles), batch: null });
      }
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
        batch: null,
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

  /** The selected one and those it was made together with, as many as can be compared. */
  readonly together: readonly ItemView[] = $derived.by(() => {
    for (const { tiles } of this.groups) {
      const made = tiles.flatMap((tile) => (tile.kind === "item" ? [tile.item] : []));
      const at = made.findIndex((item) => item.id === this.selected);
      if (at < 0) continue;
      const from = Math.max(0, Math.min(at, made.length - MOST_COMPARED));
      return made.slice(from, from + MOST_COMPARED);
    }
    return [];
  });

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

  /** The group the stage is to bring into view. */
  sought = $state<string | null>(null);

  /** Brings work into view. */
  seek(group: string): void {
    this.alone = null;
    this.sought = group;
  }
}

export const bench = new Bench();
