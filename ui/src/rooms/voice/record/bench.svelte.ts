/** What the Record tab shows: one sound of the list, or the one that was asked for. */
import { OpenSound } from "@/stores/open-sound.svelte";
import { items } from "@/stores/items.svelte";
import { sounds } from "@/stores/sounds.svelte";
import type { Part } from "@/sound/view.svelte";

class Bench {
  /** What was chosen; until something is, the newest there was when one came. */
  #chosen = $state<string | null>(null);
  readonly selected: string | null = $derived.by(() => {
    const chosen = this.#chosen;
    // What went into the trash elsewhere is shown no longer.
    if (chosen !== null && items.get(chosen)?.trashed_at == null) return chosen;
    return sounds.list[0] ?? null;
  });
  readonly item = $derived(this.selected === null ? null : items.get(this.selected));
  readonly sound = new OpenSound();
  #part = $state.raw<{ readonly of: string; readonly part: Part } | null>(null);
  /** The sound that is just being renamed in the list. */
  naming = $state<string | null>(null);
  /** The sound that is just being exported. */
  writing = $state<string | null>(null);

  select(id: string | null): void {
    this.#chosen = id;
    this.#part = null;
  }

  /** What is shown stays: nothing newer takes its place under somebody's hand. */
  hold(): void {
    this.#chosen = this.selected;
  }

  /** The part of it that was chosen. */
  get part(): Part | null {
    return this.#part !== null && this.#part.of === this.selected ? this.#part.part : null;
  }
  set part(part: Part | null) {
    this.#part = part === null || this.selected === null ? null : { of: this.selected, part };
  }

  #followed: string | null = null;

  /** Shows what was recorded last, once. */
  follow(id: string): void {
    if (id === this.#followed) return;
    this.#followed = id;
    this.select(id);
  }

  /** The one below it in the list, or above it at the end. */
  beside(id: string): string | null {
    const at = sounds.list.indexOf(id);
    return sounds.list[at + 1] ?? sounds.list[at - 1] ?? null;
  }
}

export const bench = new Bench();
