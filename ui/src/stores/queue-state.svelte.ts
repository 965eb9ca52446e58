import type { AppError, QueueCounts } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";

/** How many jobs stand where, whether any is sent just now, and in which order they will be. */
export class QueueState {
  counts = $state.raw<QueueCounts | null>(null);
  /** The ids of what isn't sent yet, as far as their order was told. */
  line = $state.raw<readonly string[]>([]);
  readonly paused: boolean = $derived(this.counts?.paused ?? false);

  #stop: (() => void) | null = null;
  #reading: Promise<void> | null = null;
  #again = false;

  /** Reads how it stands and follows the pause and the order from then on. Calling it again does nothing. */
  start(): void {
    if (this.#stop !== null) return;
    this.#stop = events.on("queue", (batch) => {
      const last = batch.at(-1);
      if (last === undefined) return;
      this.line = last.line;
      if (this.counts !== null) this.counts = { ...this.counts, paused: last.paused };
      void this.read();
    });
    void this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Counts anew, and has counted when it is through. Asked for while it counts, it counts once more afterwards. */
  read(): Promise<void> {
    this.#again = true;
    this.#reading ??= this.#count().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #count(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const answer = await platform.commands.queueCounts();
      if (answer.status === "ok") this.counts = answer.data;
    }
  }

  /** Holds back what isn't sent yet, or lets it go on. */
  async pause(paused: boolean): Promise<AppError | null> {
    const answer = await platform.commands.pauseQueue(paused);
    if (answer.status === "error") return answer.error;
    this.counts = answer.data;
    return null;
  }
}

export const queueState = new QueueState();
