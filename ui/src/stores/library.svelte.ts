import type {
  AppError,
  DaySummary,
  ItemPatch,
  ItemView,
  LibraryFacets,
  LibraryPage,
  LibraryStatus,
} from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { EVERYTHING, hasDays, isNarrowed, merged, needsBackEnd, type LibraryFilter } from "./library-query";
import { Selection } from "./library-selection.svelte";

/** The first page is small, so that it is there at once. */
const FIRST_PAGE = 120;
const PAGE = 500;
/** A pause in typing after which the search starts, in milliseconds. */
const TYPING = 160;

/** The list of the Library: what it is asked for, what is loaded of it, and what is selected. */
export class Library {
  filter = $state.raw<LibraryFilter>(EVERYTHING);
  items = $state.raw<readonly ItemView[]>([]);
  /** How many items match, loaded or not. */
  total = $state(0);
  days = $state.raw<readonly DaySummary[]>([]);
  facets = $state.raw<LibraryFacets>({ models: [], tags: [] });
  status = $state.raw<LibraryStatus | null>(null);
  /** The first page of what is asked for is there. */
  loaded = $state(false);
  loadingMore = $state(false);
  complete = $state(false);
  problem = $state.raw<AppError | null>(null);

  readonly ids: readonly string[] = $derived(this.items.map((item) => item.id));
  readonly #places: ReadonlyMap<string, number> = $derived(new Map(this.ids.map((id, index) => [id, index])));
  readonly narrowed: boolean = $derived(isNarrowed(this.filter));
  readonly selection = new Selection(() => this.ids);

  #cursor: string | null = null;
  #run = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | null = null;
  #sumsRunning = false;
  #sumsStale = false;

  /** Reads the list and follows it from then on. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = events.on("items", (batch) => {
      const all = batch.some((event) => event.ids === null);
      void this.changed(all ? null : [...new Set(batch.flatMap((event) => event.ids ?? []))]);
    });
    await this.reload();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    clearTimeout(this.#typing);
  }

  indexOf(id: string | null): number {
    return id === null ? -1 : (this.#places.get(id) ?? -1);
  }

  get(id: string | null): ItemView | null {
    return this.items[this.indexOf(id)] ?? null;
  }

  /** The selected items in the order of the list. */
  chosen(): readonly ItemView[] {
    return this.items.filter((item) => this.selection.selected.has(item.id));
  }

  /** Asks for something else. */
  async ask(patch: Partial<LibraryFilter>): Promise<void> {
    clearTimeout(this.#typing);
    const text = patch.text === undefined ? this.filter.text : patch.text?.trim() || null;
    this.filter = { ...this.filter, ...patch, text };
    await this.reload();
  }

  /** Words are being typed: the search waits for a pause. */
  typed(text: string): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      if ((text.trim() || null) !== this.filter.text) void this.ask({ text });
    }, TYPING);
  }

  /** Reads the list from its beginning; what is shown stays until the answer is there. */
  async reload(): Promise<void> {
    const run = ++this.#run;
    this.loadingMore = false;
    const before = this.ids;
    const answer = await platform.commands.libraryPage({ ...this.filter, cursor: null, limit: FIRST_PAGE });
    if (run !== this.#run) return;
    if (answer.status === "error") {
      this.problem = answer.error;
      this.loaded = true;
      return;
    }
    this.problem = null;
    this.#take(answer.data, answer.data.items);
    this.loaded = true;
    this.selection.follow(before);
    await this.#readSums();
  }

  /** Loads the next page, unless one is under way or all is there. */
  async more(): Promise<void> {
    if (this.loadingMore || this.complete || !this.loaded || this.problem) return;
    const run = this.#run;
    this.loadingMore = true;
    const answer = await platform.commands.libraryPage({ ...this.filter, cursor: this.#cursor, limit: PAGE });
    if (run !== this.#run) return;
    this.loadingMore = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    // An item that came in by itself meanwhile may be part of the page.
    const known = this.#places;
    this.#take(answer.data, [...this.items, ...answer.data.items.filter((item) => !known.has(item.id))]);
  }

  /** Brings the list up to date in one step, without losing its place or selection. null: anything may have changed. */
  async changed(ids: readonly string[] | null): Promise<void> {
    if (!this.loaded) return;
    const strange = ids === null || ids.some((id) => !this.#places.has(id));
    if (ids === null || (strange && needsBackEnd(this.filter))) await this.#readAgain();
    else await this.#merge(ids);
    await this.#readSums();
  }

  async #merge(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const run = this.#run;
    const answer = await platform.commands.getItems([...ids]);
    if (run !== this.#run) return;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    const found = new Set(answer.data.map((item) => item.id));
    const gone = new Set(ids.filter((id) => !found.has(id)));
    const before = this.ids;
    const { list, added, removed } = merged(this.items, answer.data, gone, this.filter, this.complete);
    this.items = list;
    this.total = Math.max(list.length, this.total + added - removed);
    this.selection.follow(before);
  }

  /** Reads as much as is loaded once more, page by page, and shows it in one step. */
  async #readAgain(): Promise<void> {
    const run = ++this.#run;
    this.loadingMore = false;
    const wanted = Math.max(FIRST_PAGE, this.items.length);
    const list: ItemView[] = [];
    let cursor: string | null = null;
    for (;;) {
      const limit = Math.min(PAGE, Math.max(FIRST_PAGE, wanted - list.length));
      const answer = await platform.commands.libraryPage({ ...this.filter, cursor, limit });
      if (run !== this.#run) return;
      if (answer.status === "error") {
        this.problem = answer.error;
        return;
      }
      list.push(...answer.data.items);
      cursor = answer.data.next;
      if (cursor !== null && list.length < wanted) continue;
      const before = this.ids;
      this.problem = null;
      this.#take(answer.data, list);
      this.selection.follow(before);
      return;
    }
  }

  #take(page: LibraryPage, list: readonly ItemView[]): void {
    this.items = list;
    this.total = page.total;
    this.#cursor = page.next;
    this.complete = page.next === null;
  }

  /** Days, choices of the filters and totals; while they are being read, further wishes wait and are met once. */
  async #readSums(): Promise<void> {
    this.#sumsStale = true;
    if (this.#sumsRunning) return;
    this.#sumsRunning = true;
    while (this.#sumsStale) {
      this.#sumsStale = false;
      const query = { ...this.filter, cursor: null, limit: FIRST_PAGE };
      const run = this.#run;
      const [days, facets, status] = await Promise.all([
        hasDays(this.filter) ? platform.commands.libraryDays(query) : null,
        platform.commands.libraryFacets(),
        platform.commands.libraryStatus(),
      ]);
      if (run === this.#run) {
        if (days === null) this.days = [];
        else if (days.status === "ok") {
          this.days = days.data;
          // The days count what matches beyond the loaded part, too.
          this.total = days.data.reduce((sum, day) => sum + day.items, 0);
        }
      }
      if (facets.status === "ok") this.facets = facets.data;
      if (status.status === "ok") this.status = status.data;
    }
    this.#sumsRunning = false;
  }

  /** Changes items; it shows at once and is taken back when it can't be kept. */
  async change(ids: readonly string[], patch: ItemPatch): Promise<AppError | null> {
    const touched = new Set(ids);
    const { title, rating, favourite } = patch;
    const shown = {
      ...(title == null ? {} : { title }),
      ...(rating == null ? {} : { rating }),
      ...(favourite == null ? {} : { favourite }),
    };
    this.items = this.items.map((item) => (touched.has(item.id) ? { ...item, ...shown } : item));
    let problem: AppError | null = null;
    for (const id of ids) {
      const answer = await platform.commands.changeItem(id, patch);
      if (answer.status === "error") problem = answer.error;
    }
    if (problem) await this.#merge(ids);
    return problem;
  }

  /** Puts items into the trash: they leave the list at once, and come back when that fails. */
  async trash(ids: readonly string[]): Promise<AppError | null> {
    return this.#away(ids, await this.#leaving(ids, () => platform.commands.trashItems([...ids])));
  }

  async restore(ids: readonly string[]): Promise<AppError | null> {
    return this.#away(ids, await this.#leaving(ids, () => platform.commands.restoreItems([...ids])));
  }

  /** Deletes what is in the trash for good. Answers how many items that were. */
  async emptyTrash(): Promise<{ readonly count: number; readonly problem: AppError | null }> {
    const answer = await platform.commands.emptyTrash();
    if (answer.status === "error") return { count: 0, problem: answer.error };
    await this.reload();
    return { count: answer.data, problem: null };
  }

  async #leaving(
    ids: readonly string[],
    run: () => ReturnType<typeof platform.commands.trashItems>,
  ): ReturnType<typeof platform.commands.trashItems> {
    const before = this.ids;
    const leaving = new Set(ids);
    const list = this.items.filter((item) => !leaving.has(item.id));
    this.total = Math.max(list.length, this.total - (this.items.length - list.length));
    this.items = list;
    this.selection.follow(before);
    return run();
  }

  async #away(
    ids: readonly string[],
    answer: Awaited<ReturnType<typeof platform.commands.trashItems>>,
  ): Promise<AppError | null> {
    // What didn't leave after all comes back, and what came back from elsewhere is shown.
    await this.#merge(ids);
    await this.#readSums();
    return answer.status === "error" ? answer.error : null;
  }
}

export const library = new Library();
