import type { AppError, ItemView } from "@/bindings";
import { listOf, type ItemList, type Shown } from "@/stores/item-list";
import { items } from "@/stores/items.svelte";

/** side: all of them beside each other. one: one at a time, in the same place. slider: one over the other, for two. */
export type CompareMode = "side" | "one" | "slider";

export const LEAST = 2;
export const MOST = 4;

/** Whether these can be compared with each other. */
export function canCompare(list: readonly ItemView[]): boolean {
  return (
    list.length >= LEAST &&
    list.length <= MOST &&
    list.every((item) => item.kind === "picture" && item.trashed_at === null)
  );
}

/** Two to four pictures that are looked at together. */
export class Comparing {
  mode = $state<CompareMode>("side");
  /** The one that has the keyboard. */
  at = $state(0);
  /** While held, the next picture is shown in the place of the one with the keyboard. */
  peeking = $state(false);
  recipes = $state(false);
  /** What another one can be chosen from. */
  choice = $state.raw<ItemList>(listOf([]));
  #came = $state.raw<readonly ItemView[]>([]);

  /** As they are known now, or as they came along. */
  readonly list: readonly ItemView[] = $derived(this.#came.map((item) => items.get(item.id) ?? item));
  readonly open: boolean = $derived(this.#came.length >= LEAST);
  readonly focused: ItemView | null = $derived(this.list[this.at] ?? null);
  /** The one that a peek shows. */
  readonly other: number = $derived((this.at + 1) % Math.max(1, this.#came.length));

  /** Begins to compare; the earlier one of two comes first, as the one before. */
  show(list: readonly ItemView[], choice: Shown = list, mode: CompareMode = "side"): boolean {
    if (!canCompare(list)) return false;
    items.keep(list);
    this.#came = [...list];
    this.choice = listOf(choice);
    this.mode = mode === "slider" && list.length !== 2 ? "side" : mode;
    this.at = list.length - 1;
    this.peeking = false;
    return true;
  }

  /** Compares a picture with what it was made from. Answers what went wrong; `gone` when its source is no more. */
  async withSource(item: ItemView, choice: Shown): Promise<AppError | "gone" | null> {
    const answer = await items.parentOf(item.id);
    if (answer.status === "error") return answer.error;
    if (answer.data === null || !this.show([answer.data, item], choice, "slider")) return "gone";
    return null;
  }

  close(): void {
    this.#came = [];
    this.peeking = false;
  }

  to(mode: CompareMode): void {
    if (mode !== "slider" || this.#came.length === 2) this.mode = mode;
  }

  focus(at: number): void {
    if (at >= 0 && at < this.#came.length) this.at = at;
  }

  /** Pictures that another one can be chosen from: those around a place of the list they came from. */
  around(id: string | null, many: number): readonly ItemView[] {
    const at = Math.max(0, id === null ? 0 : this.choice.indexOf(id));
    const from = Math.max(0, at - many);
    const compared = new Set(this.#came.map((item) => item.id));
    const near: ItemView[] = [];
    for (let index = from; index < Math.min(this.choice.length, at + many); index++) {
      const item = this.choice.at(index);
      if (item?.kind === "picture" && item.trashed_at === null && !compared.has(item.id)) near.push(item);
    }
    return near;
  }

  /** The keyboard goes to the next one, around the end. */
  step(by: 1 | -1): void {
    const { length } = this.#came;
    this.at = (this.at + by + length) % length;
  }

  /** The one with the keyboard and its next change places; the keyboard goes along. */
  swap(): void {
    const next = [...this.#came];
    const [one, other] = [next[this.at], next[this.other]];
    if (one === undefined || other === undefined) return;
    next[this.at] = other;
    next[this.other] = one;
    this.#came = next;
    this.at = this.other;
  }

  /** Another picture in a place; one that is compared already changes places with it. */
  replace(at: number, item: ItemView): void {
    const there = this.#came.findIndex((entry) => entry.id === item.id);
    const next = [...this.#came];
    const before = next[at];
    if (before === undefined) return;
    if (there >= 0) next[there] = before;
    next[at] = item;
    items.keep([item]);
    this.#came = next;
  }

  add(item: ItemView): void {
    if (this.#came.length >= MOST || this.#came.some((entry) => entry.id === item.id)) return;
    items.keep([item]);
    this.#came = [...this.#came, item];
    if (this.mode === "slider") this.mode = "side";
    this.at = this.#came.length - 1;
  }

  /** Takes one out of the comparison; it stays in the Library. With fewer than two it ends. */
  leave(at: number): void {
    this.#came = this.#came.filter((_, index) => index !== at);
    this.at = Math.min(this.at, Math.max(0, this.#came.length - 1));
    if (this.#came.length < LEAST) this.close();
  }
}

export const comparing = new Comparing();
