/** A list of items that need not all be at hand: what steps through it asks for what it comes near. */
import type { ItemView } from "@/bindings";

export interface ItemList {
  readonly length: number;
  /** null where there is none, and where it isn't loaded yet. */
  at(index: number): ItemView | null;
  idAt(index: number): string | null;
  /** -1 when it isn't in the list. */
  indexOf(id: string): number;
  /** Sees to it that the items from one place to before another come soon. */
  ensure(from: number, to: number): void;
}

/** What a view can step through: all there, or loaded as needed. */
export type Shown = ItemList | readonly ItemView[];

/** An array as such a list. */
export function listOf(items: Shown): ItemList {
  if ("idAt" in items) return items;
  return {
    length: items.length,
    at: (index) => items[index] ?? null,
    idAt: (index) => items[index]?.id ?? null,
    indexOf: (id) => items.findIndex((item) => item.id === id),
    ensure: () => undefined,
  };
}
