import type { AppError, LineageTree } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";
import { layOut, type LineageLayout } from "./lineage-layout";

/** All that hangs together with one item. */
export class LineageOf {
  id = $state<string | null>(null);
  tree = $state.raw<LineageTree | null>(null);
  problem = $state.raw<AppError | null>(null);
  readonly layout: LineageLayout | null = $derived(this.tree === null ? null : layOut(this.tree));
  #run = 0;
  #reading = false;
  #stale = false;

  /** Follows what becomes of the items until told to stop. */
  start(): () => void {
    return events.on("items", () => {
      if (this.id !== null) void this.read();
    });
  }

  /** Shows another item's. One that is part of what is shown already only becomes the one that is meant. */
  async open(id: string): Promise<void> {
    if (id === this.id) return;
    const known = this.tree?.left_out === 0 && this.tree.items.some((item) => item.id === id);
    this.id = id;
    if (known) return;
    this.#run++;
    this.tree = null;
    this.problem = null;
    await this.read();
  }

  /** Reads it anew; while that goes on, further wishes are met by one more reading. */
  async read(): Promise<void> {
    this.#stale = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#stale && this.id !== null) {
      this.#stale = false;
      const run = this.#run;
      const answer = await platform.commands.itemLineage(this.id);
      if (run !== this.#run) continue;
      this.problem = answer.status === "error" ? answer.error : null;
      if (answer.status === "ok") {
        this.tree = answer.data;
        items.keep(answer.data.items);
      }
    }
    this.#reading = false;
  }
}
