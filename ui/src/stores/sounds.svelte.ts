import type { AppError, ItemView, SoundFormat } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";
import { EVERYTHING } from "./library-query";

/** So many come at once, */
const PAGE = 60;
/** and no answer has more than this. */
const MOST = 500;

/** What was recorded here, or every sound of the library. */
export type SoundShelf = "recorded" | "all";

/** The list of sounds, the newest first, page by page. */
export class Sounds {
  shelf = $state<SoundShelf>("recorded");
  list = $state.raw<readonly string[]>([]);
  total = $state(0);
  loaded = $state(false);
  loading = $state(false);
  problem = $state.raw<AppError | null>(null);

  #next = $state<string | null>(null);
  /** There is more than what was read. */
  readonly more: boolean = $derived(this.#next !== null);
  #run = 0;
  #stop: (() => void) | null = null;

  /** Reads the list and follows it. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = events.on("items", () => void this.read());
    await this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#run++;
  }

  async show(shelf: SoundShelf): Promise<void> {
    if (shelf === this.shelf) return;
    this.shelf = shelf;
    this.list = [];
    this.#next = null;
    this.loaded = false;
    await this.read();
  }

  /** Reads it anew, as far as it was read. */
  async read(): Promise<void> {
    const run = ++this.#run;
    const wanted = Math.max(PAGE, this.list.length);
    const came: ItemView[] = [];
    let next: string | null = null;
    do {
      const answer = await this.#ask(next, Math.min(MOST, wanted - came.length));
      if (run !== this.#run) return;
      this.loaded = true;
      this.problem = answer.status === "error" ? answer.error : null;
      if (answer.status === "error") return;
      came.push(...answer.data.items);
      next = answer.data.next;
      this.total = answer.data.total;
    } while (next !== null && came.length < wanted);
    this.#take([], came);
    this.#next = next;
  }

  /** Reads the next page. */
  async readMore(): Promise<void> {
    if (this.#next === null || this.loading) return;
    const run = ++this.#run;
    this.loading = true;
    const answer = await this.#ask(this.#next, PAGE);
    this.loading = false;
    if (run !== this.#run) return;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") return;
    this.#take(this.list, answer.data.items);
    this.#next = answer.data.next;
  }

  async rename(id: string, title: string): Promise<AppError | null> {
    const answer = await platform.commands.changeItem(id, { title });
    if (answer.status === "error") return answer.error;
    items.keep([answer.data.item]);
    return null;
  }

  /** A part of a sound as an item of its own; the whole stays. */
  async trim(id: string, from: number, to: number): Promise<Result<ItemView>> {
    const answer = await platform.commands.trimSound(id, Math.round(from), Math.round(to));
    if (answer.status === "ok") items.keep([answer.data]);
    return answer;
  }

  /** Where it was written; null when the dialog was closed. */
  export(id: string, format: SoundFormat): Promise<Result<string | null>> {
    return platform.commands.exportSound(id, format);
  }

  async showInFolder(id: string): Promise<AppError | null> {
    const answer = await platform.commands.showItemInFolder(id);
    return answer.status === "error" ? answer.error : null;
  }

  #take(before: readonly string[], came: readonly ItemView[]): void {
    items.keep(came);
    const known = new Set(before);
    this.list = [...before, ...came.map((item) => item.id).filter((id) => !known.has(id))];
  }

  #ask(cursor: string | null, limit: number): ReturnType<typeof platform.commands.libraryPage> {
    const origin = this.shelf === "recorded" ? "recorded" : null;
    return platform.commands.libraryPage({ ...EVERYTHING, kind: "sound", origin, cursor, limit });
  }
}

export const sounds = new Sounds();
