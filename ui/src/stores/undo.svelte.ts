import type { AppError } from "@/bindings";

/** Puts things back as they were; what stood in the way, or null. */
export type Undo = () => Promise<AppError | null>;

/** How a change went: it can be taken back where `undo` is there. */
export type Outcome = { readonly problem: AppError | null; readonly undo: Undo | null };

export function failed(problem: AppError): Outcome {
  return { problem, undo: null };
}

/** No more changes than this are remembered. */
const MOST = 50;

/** The changes that can be taken back, the latest last. Each is taken back once, by its button or by the key. */
export class UndoList {
  #list = $state.raw<readonly Undo[]>([]);
  readonly possible: boolean = $derived(this.#list.length > 0);

  /** Remembers a change, and answers what takes it back. */
  keep(undo: Undo): Undo {
    const once: Undo = async () => {
      if (!this.#list.includes(once)) return null;
      this.#list = this.#list.filter((other) => other !== once);
      return undo();
    };
    this.#list = [...this.#list, once].slice(-MOST);
    return once;
  }

  /** What was taken back in another way can't be taken back once more. */
  forget(undo: readonly Undo[]): void {
    this.#list = this.#list.filter((other) => !undo.includes(other));
  }

  async last(): Promise<AppError | null> {
    return (await this.#list.at(-1)?.()) ?? null;
  }
}

export const undos = new UndoList();
