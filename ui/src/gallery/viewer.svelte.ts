import type { AppError, ItemView } from "@/bindings";
import { items } from "@/stores/items.svelte";

/** Whether an item was made from another one, so that there is something to compare it with. */
export function hasBefore(item: ItemView): boolean {
  return item.origin === "edited" || item.origin === "upscaled" || item.origin === "cut_out";
}

/** The large view over the whole window: one picture, or one beside what it was made from. */
class Viewer {
  list = $state.raw<readonly ItemView[]>([]);
  id = $state<string | null>(null);
  /** What the picture was made from, while the two are compared. */
  before = $state.raw<ItemView | null>(null);

  readonly index: number = $derived(this.list.findIndex((item) => item.id === this.id));
  /** As it is known now, or as it came along. */
  readonly item: ItemView | null = $derived.by(() => {
    if (this.id === null) return null;
    return items.get(this.id) ?? this.list[this.index] ?? null;
  });

  show(item: ItemView, list: readonly ItemView[]): void {
    this.list = list.some((entry) => entry.id === item.id) ? list : [item];
    this.before = null;
    this.id = item.id;
  }

  step(by: 1 | -1): void {
    const next = this.list[this.index + by];
    if (!next) return;
    this.before = null;
    this.id = next.id;
  }

  /** Shows a picture beside its parent; the large view opens when it isn't open yet. */
  async compare(item: ItemView, list: readonly ItemView[] = [item]): Promise<AppError | null> {
    const answer = await items.parentOf(item.id);
    if (answer.status === "error") return answer.error;
    if (this.id !== item.id) this.show(item, list);
    this.before = answer.data;
    return null;
  }

  close(): void {
    this.id = null;
    this.before = null;
  }
}

export const viewer = new Viewer();
