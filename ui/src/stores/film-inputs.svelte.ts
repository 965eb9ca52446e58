import { SvelteMap } from "svelte/reactivity";
import type { AppError, FileRef, FilmInputFacts, FilmRole } from "@/bindings";
import { platform } from "@/platform/platform";

/** What is known of a file in a place of a film; null while it is looked at. */
export type InputCheck = { readonly facts: FilmInputFacts | null; readonly problem: AppError | null };

/** So many answers are kept; looking at a file again costs a moment. */
const MOST = 400;

function keyOf(model: string, role: FilmRole, file: FileRef): string {
  return `${model} ${role} ${file.item ?? file.picked ?? ""}`;
}

/** The files that are to go into a film, looked at before anything is sent: each once for each model and place. */
export class FilmInputs {
  readonly #known = new SvelteMap<string, InputCheck>();
  readonly #asked = new Set<string>();
  /** Counts up when all is forgotten: an answer from before isn't kept. */
  #time = 0;

  /** What is known; null while nothing is. */
  of(model: string, role: FilmRole, item: string): InputCheck | null {
    return this.#known.get(keyOf(model, role, { item })) ?? null;
  }

  /** Has a file looked at, unless it was. */
  async look(model: string, role: FilmRole, item: string): Promise<void> {
    const file: FileRef = { item };
    const key = keyOf(model, role, file);
    if (this.#known.has(key) || this.#asked.has(key)) return;
    this.#asked.add(key);
    const time = this.#time;
    const answer = await platform.commands.checkFilmInput(file, model, role);
    if (time !== this.#time) return this.look(model, role, item);
    this.#asked.delete(key);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < MOST) break;
      this.#known.delete(oldest);
    }
    this.#known.set(
      key,
      answer.status === "ok"
        ? { facts: answer.data, problem: answer.data.problem }
        : { facts: null, problem: answer.error },
    );
  }

  /** Another account may take other files, and a file may have come back. */
  forget(): void {
    this.#time += 1;
    this.#asked.clear();
    this.#known.clear();
  }
}
