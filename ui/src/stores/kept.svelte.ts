import type { LibraryStatus } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";

/** What is kept, for the foot of the window: read again when items change, one reading at a time. */
export class Kept {
  status = $state.raw<LibraryStatus | null>(null);
  #stop: (() => void) | null = null;
  #reading = false;
  #again = false;

  start(): void {
    this.#stop ??= events.on("items", () => void this.read());
    void this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    const answer = await platform.commands.libraryStatus();
    this.#reading = false;
    // The foot keeps its last figures when they can't be read: the rooms say what is wrong.
    if (answer.status === "ok") this.status = answer.data;
    if (this.#again) {
      this.#again = false;
      await this.read();
    }
  }
}

export const kept = new Kept();
