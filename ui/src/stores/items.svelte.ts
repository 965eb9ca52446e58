import { SvelteMap } from "svelte/reactivity";
import type { AppError, ItemView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";

/** The most ids that are asked for at once. */
const AT_ONCE = 200;
/** The strip of recent pictures is as long as this. */
const RECENT = 60;
/** As they are kept, with their recipes. */
/** Items by id, as far as something shows them, and the most recent ones. */
export class Items {
  readonly #known = new SvelteMap<string, ItemView>();
  readonly #asked = new Set<string>();
  recent = $state.raw<readonly ItemView[]>([]);
  recentLoaded = $state(false);
  #stop: (() => void) | null = null;
  #recentRun = 0;

  /** Reads the most recent ones and follows all from then on. Calling it again does nothing. */
  async start(): Promise<AppError | null> {
    if (this.#stop) return null;
    this.#stop = events.on("items", (batch) => {
      const all = batch.some((event) => event.ids === null);
      void this.changed(all ? null : batch.flatMap((event) => event.ids ?? []));
    });
    return this.loadRecent();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  get(id: string): ItemView | null {
    return this.#known.get(id) ?? null;
  }

  /** Keeps items that came along with another answer. */
  keep(list: readonly ItemView[]): void {
    for (const item of list) this.#known.set(item.id, item);
  }

  /** Sees to it that these are known, asking once for those that aren't. */
  async ensure(ids: readonly string[]): Promise<AppError | null> {
    const missing = ids.filter((id) => !this.#known.has(id) && !this.#asked.has(id));
    if (missing.length === 0) return null;
    for (const id of missing) this.#asked.add(id);
    const problem = await this.#read(missing);
    for (const id of missing) this.#asked.delete(id);
    return problem;
  }

  /** Reads again what is shown of the changed ones; null means any may have changed. */
  async changed(ids: readonly string[] | null): Promise<void> {
    const shown = ids === null ? [...this.#known.keys()] : ids.filter((id) => this.#known.has(id));
    await Promise.all([shown.length > 0 ? this.#read(shown) : null, this.loadRecent()]);
  }

  async loadRecent(): Promise<AppError | null> {
    const run = ++this.#recentRun;
    const answer = await platform.commands.libraryPage({
      text: null,
      kind: "picture",
      origin: null,
      model: null,
      tag: null,
      favourite: false,
      min_rating: 0,
      trashed: false,
      sort: "newest",
      cursor: null,
      limit: RECENT,
    });
    // A later reading is under way and knows better.
    if (run !== this.#recentRun) return null;
    if (answer.status === "error") return answer.error;
    this.keep(answer.data.items);
    this.recent = answer.data.items;
    this.recentLoaded = true;
    return null;
  }

  /** What an item was made from; null when it was made from nothing, or that is gone. */
  async parentOf(id: string): Promise<Result<ItemView | null>> {
    const answer = await platform.commands.getItem(id);
    if (answer.status === "error") return answer;
    return { status: "ok", data: answer.data.parents[0] ?? null };
  }

  /** Saves a copy where the user says; the file's name, or null when the dialog was closed. */
  export(id: string, withRecipe: boolean): Promise<Result<string | null>> {
    return platform.commands.exportItem(id, withRecipe);
  }

  /** Drags the files of items out of the window, while the mouse button is down. */
  async dragOut(ids: readonly string[]): Promise<AppError | null> {
    const answer = await platform.commands.dragItems([...ids]);
    return answer.status === "error" ? answer.error : null;
  }

  copy(id: string): Promise<Result<null>> {
    return platform.commands.copyItem(id);
  }

  showInFolder(id: string): Promise<Result<null>> {
    return platform.commands.showItemInFolder(id);
  }

  async #read(ids: readonly string[]): Promise<AppError | null> {
    let problem: AppError | null = null;
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const part = ids.slice(from, from + AT_ONCE);
      const answer = await platform.commands.getItems(part);
      if (answer.status === "error") {
        problem = answer.error;
        continue;
      }
      this.keep(answer.data);
      const found = new Set(answer.data.map((item) => item.id));
      for (const id of part) if (!found.has(id)) this.#known.delete(id);
    }
    return problem;
  }
}

export const items = new Items();
