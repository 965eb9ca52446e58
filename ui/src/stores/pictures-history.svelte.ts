import type { AppError, PastPrompt } from "@/bindings";
import { platform } from "@/platform/platform";

/** How many are read at once. */
const MOST = 100;

/** The prompts that were sent from the Image room, the last first. */
export class PromptHistory {
  list = $state.raw<readonly PastPrompt[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  #run = 0;

  /** Reads those with these words in them. */
  async read(text: string): Promise<void> {
    const run = ++this.#run;
    const answer = await platform.commands.promptHistory(text.trim() || null, MOST);
    if (run !== this.#run) return;
    this.loaded = true;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.list = answer.data;
  }
}

/** Walks through the prompts that were sent, from the field they were typed in and back to what was typed there. */
export class PromptWalk {
  readonly #history = new PromptHistory();
  /** How far back; 0 is what was typed. */
  #at = 0;
  #typed = "";
  #shown: string | null = null;

  /** What is wrong with the history, if anything. */
  get problem(): AppError | null {
    return this.#history.problem;
  }

  /** One step back (1) or forth (-1) from what the field holds now; null where there is nothing further. */
  async step(by: 1 | -1, now: string): Promise<string | null> {
    // Whoever typed since then has begun something new.
    if (this.#shown !== now) {
      this.#at = 0;
      this.#typed = now;
      if (by === -1) return null;
      await this.#history.read("");
    }
    const past = this.#history.list.map((entry) => entry.prompt).filter((prompt) => prompt !== this.#typed);
    const at = this.#at + by;
    const found = at === 0 ? this.#typed : past[at - 1];
    if (at < 0 || found === undefined) return null;
    this.#at = at;
    this.#shown = found;
    return found;
  }
}
