import type { AppError, ItemDetails, ItemPatch } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";

/** Everything about the one item whose details are shown. */
export class OpenItem {
  id = $state<string | null>(null);
  details = $state.raw<ItemDetails | null>(null);
  problem = $state.raw<AppError | null>(null);
  #run = 0;
  #stop: (() => void) | null = null;

  start(): void {
    if (this.#stop) return;
    const stops = [
      events.on("items", (batch) => this.#follow(batch)),
      events.on("boards", () => void this.read()),
    ];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
  }

  #follow(batch: readonly { readonly ids: readonly string[] | null }[]): void {
    // A child of this item shows up in its lineage: its own id isn't among those that changed.
    const something = batch.some((event) => event.ids === null || event.ids.length > 0);
    if (this.id !== null && something) void this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Shows another item; what is shown of the last one stays until the answer is there. */
  async open(id: string | null): Promise<void> {
    if (id === this.id) return;
    this.id = id;
    this.problem = null;
    if (id === null) {
      this.#run++;
      this.details = null;
      return;
    }
    await this.read();
  }

  async read(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const run = ++this.#run;
    const answer = await platform.commands.getItem(id);
    if (run !== this.#run) return;
    if (answer.status === "error") {
      this.details = null;
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.#take(answer.data);
  }

  /** Changes an item, open or not. */
  async change(id: string, patch: ItemPatch): Promise<AppError | null> {
    const answer = await platform.commands.changeItem(id, patch);
    if (answer.status === "error") {
      // What was shown ahead of the answer goes back to what is kept.
      if (id === this.id) void this.read();
      return answer.error;
    }
    items.keep([answer.data.item]);
    if (id === this.id) {
      this.#run++;
      this.#take(answer.data);
    }
    return null;
  }

  #take(details: ItemDetails): void {
    this.details = details;
    items.keep([details.item, ...details.parents, ...details.children]);
  }
}
