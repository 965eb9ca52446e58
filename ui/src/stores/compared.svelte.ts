import { SvelteMap } from "svelte/reactivity";
import type { AppError, ItemDetails } from "@/bindings";
import { platform } from "@/platform/platform";
import { items } from "./items.svelte";

/** All that is known of the few items that are compared: read as they come in, forgotten as they go. */
export class Compared {
  problem = $state.raw<AppError | null>(null);
  readonly #details = new SvelteMap<string, ItemDetails>();
  readonly #asked = new Set<string>();

  get(id: string): ItemDetails | null {
    return this.#details.get(id) ?? null;
  }

  /** Sees to it that exactly these are known. */
  async read(ids: readonly string[]): Promise<void> {
    for (const id of this.#details.keys()) if (!ids.includes(id)) this.#details.delete(id);
    const missing = ids.filter((id) => !this.#details.has(id) && !this.#asked.has(id));
    await Promise.all(missing.map((id) => this.#read(id)));
  }

  async #read(id: string): Promise<void> {
    this.#asked.add(id);
    const answer = await platform.commands.getItem(id);
    this.#asked.delete(id);
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.#details.set(id, answer.data);
    items.keep([answer.data.item]);
  }
}
