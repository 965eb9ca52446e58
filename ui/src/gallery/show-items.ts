/** Takes the window to items in the Library, selected on the wall. */
import { EVERYTHING } from "@/stores/library-query";
import { library } from "@/stores/library.svelte";
import { route } from "@/stores/route.svelte";

/** As many as the wall is asked to select by the address. */
export const MOST_SHOWN = 200;

export async function showItems(ids: readonly string[]): Promise<void> {
  // A filter may hide them.
  if (library.narrowed || library.filter.trashed) await library.ask(EVERYTHING);
  route.go("library", { items: ids.slice(0, MOST_SHOWN).join(",") });
}
