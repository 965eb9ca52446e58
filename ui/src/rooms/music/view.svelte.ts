/** What is selected and open in the Music room. */
import type { ItemView } from "@/bindings";
import { items } from "@/stores/items.svelte";
import { Made } from "@/stores/made.svelte";

class View {
  /** The sound that is selected. */
  selected = $state<string | null>(null);
  /** The form, where it is a sheet. */
  form = $state(false);
  /** The details, where they are one. */
  details = $state(false);
  readonly item: ItemView | null = $derived(this.selected === null ? null : items.get(this.selected));
}

export const view = new View();

/** The sounds of the Library, the newest first; those of this room are found among them by their models. */
export const made = new Made("sound", "made");
