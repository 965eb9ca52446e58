import type { AppError } from "@/bindings";
import { platform } from "@/platform/platform";
import { notices } from "./notices.svelte";

/** A pause in typing after which notes are kept, in milliseconds. */
const PAUSE = 700;

export type Keeping = "kept" | "typing" | "keeping" | "failed";

/** Notes as they are typed: kept after a pause, and at once when they are left. */
export class NotesDraft {
  id = $state<string | null>(null);
  text = $state("");
  state = $state<Keeping>("kept");
  /** Something was kept since these notes were opened. */
  touched = $state(false);
  #kept = "";
  /** What couldn't be kept of items that were left since: it is there again with them. */
  readonly #unkept = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #keep: (id: string, notes: string) => Promise<AppError | null>;

  constructor(keep: (id: string, notes: string) => Promise<AppError | null>) {
    this.#keep = keep;
  }

  /** Takes what is kept of an item; what is being typed of the same one is newer. */
  show(id: string, notes: string): void {
    if (id !== this.id) {
      void this.now();
      this.id = id;
      this.touched = false;
    } else if (this.state !== "kept") return;
    this.#kept = notes;
    const unkept = this.#unkept.get(id);
    this.#unkept.delete(id);
    this.text = unkept ?? notes;
    this.state = unkept === undefined ? "kept" : "failed";
  }

  typed(text: string): void {
    this.text = text;
    this.state = "typing";
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.now(), PAUSE);
  }

  /** Keeps what is typed now. */
  async now(): Promise<AppError | null> {
    clearTimeout(this.#timer);
    const { id, text } = this;
    if (id === null || this.state === "kept" || this.state === "keeping") return null;
    if (text === this.#kept) {
      this.state = "kept";
      return null;
    }
    this.state = "keeping";
    const problem = await this.#keep(id, text);
    if (id !== this.id) {
      if (problem !== null) this.#unkept.set(id, text);
      return problem;
    }
    if (problem === null) {
      this.#kept = text;
      this.touched = true;
    }
    // What was typed meanwhile waits for its own turn.
    if (this.text !== text) {
      this.typed(this.text);
      return problem;
    }
    this.state = problem === null ? "kept" : "failed";
    return problem;
  }
}

/** The notes that are being written: one at a time, whichever room shows them. */
export const notes = new NotesDraft(async (id, text) => {
  const answer = await platform.commands.changeItem(id, { notes: text });
  if (answer.status === "ok") return null;
  notices.error(answer.error);
  return answer.error;
});
