import type { AppError, ItemView, MediaKind } from "@/bindings";
import { platform } from "@/platform/platform";
import { EVERYTHING } from "./library-query";

const MOST = 60;

/** Items of the library to choose one from: the newest of a kind, or those that words find. */
export class ItemChoice {
  list = $state.raw<readonly ItemView[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  #run = 0;

  async read(kind: MediaKind | null, text: string, limit = MOST): Promise<void> {
    const run = ++this.#run;
    const answer = await platform.commands.libraryPage({
      ...EVERYTHING,
      kind,
      text: text.trim() || null,
      cursor: null,
      limit,
    });
    if (run !== this.#run) return;
    this.loaded = true;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.list = answer.data.items;
  }
}
