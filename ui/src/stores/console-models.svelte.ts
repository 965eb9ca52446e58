import { SvelteMap } from "svelte/reactivity";
import type { ModelChoice } from "@/console-contract";
import { platform } from "@/platform/platform";

/** The models to choose from in the Console's forms, by kind, each kind read when a form first shows it. */
export class ModelChoices {
  readonly #byKind = new SvelteMap<string, readonly ModelChoice[]>();
  readonly #asked = new Map<string, Promise<void>>();

  of(kinds: readonly string[]): readonly ModelChoice[] {
    return kinds.flatMap((kind) => this.#byKind.get(kind) ?? []);
  }

  find(id: string): ModelChoice | null {
    for (const list of this.#byKind.values()) {
      const found = list.find((model) => model.id === id);
      if (found) return found;
    }
    return null;
  }

  /** Reads what isn't known yet. What can't be read is asked for again the next time: ids can be typed meanwhile. */
  async ensure(kinds: readonly string[]): Promise<void> {
    await Promise.all(
      kinds.map((kind) => {
        const asked = this.#asked.get(kind) ?? this.#read(kind);
        this.#asked.set(kind, asked);
        return asked;
      }),
    );
  }

  /** Another account may have other models. */
  forget(): void {
    this.#asked.clear();
  }

  async #read(kind: string): Promise<void> {
    const answer = await platform.commands.listModelChoices([kind]);
    if (answer.status === "ok") this.#byKind.set(kind, answer.data);
    else this.#asked.delete(kind);
  }
}
