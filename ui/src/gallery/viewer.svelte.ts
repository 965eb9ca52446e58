import type { ItemView } from "@/bindings";
import { listOf, type ItemList, type Shown } from "@/stores/item-list";
import { items } from "@/stores/items.svelte";

/** Pictures on both sides that are asked for before they are stepped to. */
const AROUND = 4;

/** Whether an item was made from another one, so that there is something to compare it with. */
export function hasBefore({ kind, origin }: ItemView): boolean {
  return kind === "picture" && origin !== "made" && origin !== "imported" && origin !== "recorded";
}

/** The large view over the whole window: one picture of a list. */
class Viewer {
  list = $state.raw<ItemList>(listOf([]));
  id = $state<string | null>(null);
  /** As it came along; the list may let go of it, or lose it. */
  #shown = $state.raw<ItemView | null>(null);
  /** Where it was when it was come to: its neighbours stay where they are when it leaves the list. */
  #place = 0;
  #run = 0;

  readonly index: number = $derived(this.id === null ? -1 : this.list.indexOf(this.id));
  /** As it is known now, or as it came along. */
  readonly item: ItemView | null = $derived.by(() => {
    if (this.id === null) return null;
    return items.get(this.id) ?? this.list.at(this.index) ?? this.#shown;
  });

  show(item: ItemView, list: Shown): void {
    const wanted = listOf(list);
    this.list = wanted.indexOf(item.id) >= 0 ? wanted : listOf([item]);
    this.#come(item, this.list.indexOf(item.id));
  }

  /** Whether there is one on that side. */
  canStep(by: 1 | -1): boolean {
    return this.id !== null && this.list.idAt(this.#beside(by)) !== null;
  }

  /** The next or the previous one; one that isn't loaded yet comes as soon as it is. */
  step(by: 1 | -1): void {
    const { list } = this;
    const at = this.#beside(by);
    const id = list.idAt(at);
    if (id === null) return;
    const known = list.at(at) ?? items.get(id);
    if (known !== null) {
      this.#come(known, at);
      return;
    }
    const run = ++this.#run;
    void items.ensure([id]).then(() => {
      const came = items.get(id);
      if (run === this.#run && this.id !== null && came !== null) this.#come(came, at);
    });
  }

  /** Sees to it that the shown one and those beside it are at hand. */
  near(): void {
    const place = this.index >= 0 ? this.index : this.#place;
    this.list.ensure(place - AROUND, place + AROUND + 1);
  }

  /** The one before or after it, where it is loaded. */
  neighbour(by: 1 | -1): ItemView | null {
    return this.id === null ? null : this.list.at(this.#beside(by));
  }

  close(): void {
    this.#run++;
    this.id = null;
    this.#shown = null;
    this.list = listOf([]);
  }

  #beside(by: 1 | -1): number {
    if (this.index >= 0) return this.index + by;
    return by > 0 ? this.#place : this.#place - 1;
  }

  #come(item: ItemView, place: number): void {
    this.#run++;
    this.#shown = item;
    this.#place = place;
    this.id = item.id;
    this.near();
  }
}

export const viewer = new Viewer();
