/** What is selected and open in the Film room. */
import type { ItemView } from "@/bindings";
import { items } from "@/stores/items.svelte";
import { Made } from "@/stores/made.svelte";

class View {
  /** The film that is selected. */
  selected = $state<string | null>(null);
  /** It is on the screen above the others. */
  playing = $state(false);
  /** The form, where it is a sheet. */
  form = $state(false);
  /** The details, where they are one. */
  details = $state(false);
  readonly item: ItemView | null = $derived(this.selected === null ? null : items.get(this.selected));

  select(item: ItemView): void {
    if (this.selected !== item.id) this.playing = false;
    this.selected = item.id;
  }

  /** Puts a film on the screen. */
  watch(item: ItemView): void {
    this.selected = item.id;
    this.playing = true;
  }
}

export const view = new View();

/** The films of the Library, the newest first. */
export const made = new Made("film");
