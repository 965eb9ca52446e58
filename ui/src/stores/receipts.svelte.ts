import type { ItemCharges } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";

/** What was charged for one item, or for the work behind a message or a transcript; follows the history while it is shown. */
export class Receipt {
  charges = $state.raw<ItemCharges | null>(null);
  failed = $state(false);
  #run = 0;

  /** Reads it and follows it until the answer is called; for an effect. */
  ofItem(item: string): () => void {
    return this.#follow(() => platform.commands.itemCharges(item));
  }

  ofJobs(jobs: readonly string[]): () => void {
    return this.#follow(() => platform.commands.jobCharges([...jobs]));
  }

  #follow(ask: () => ReturnType<typeof platform.commands.itemCharges>): () => void {
    const read = async (): Promise<void> => {
      const run = (this.#run += 1);
      const answer = await ask();
      // Where it can't be read, what the answer itself told stands alone.
      if (run !== this.#run) return;
      this.charges = answer.status === "ok" ? answer.data : null;
      this.failed = answer.status === "error";
    };
    this.charges = null;
    this.failed = false;
    void read();
    const stop = events.on("spend_changed", () => void read());
    return () => {
      stop();
      this.#run += 1;
    };
  }
}
