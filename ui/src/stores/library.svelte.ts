import type { AppError, ItemPatch, ItemView, LibraryFacets, LibraryStatus } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import type { ItemList } from "./item-list";
import { EVERYTHING, isNarrowed, type LibraryFilter } from "./library-query";
import { Refresh } from "./library-refresh";
import { Selection } from "./library-selection.svelte";
import { NO_SHAPE, sameOrder, unpack, without, type Shape } from "./library-shape";
import { ItemViews } from "./library-views.svelte";

/** A pause in typing after which the search starts, in milliseconds. */
const TYPING = 160;
/** So many selected items are loaded with all they say; of more, what happens to be at hand. */
const MOST_AT_HAND = 300;

/** The list of the Library: what it is asked for, all of it in a few bytes an item, what is loaded of it, what is selected. */
export class Library {
  filter = $state.raw<LibraryFilter>(EVERYTHING);
  shape = $state.raw<Shape>(NO_SHAPE);
  /** Counts on when another list takes the place of the shown one, rather than the same with changes. */
  listing = $state(0);
  facets = $state.raw<LibraryFacets>({ models: [], tags: [], first_day: null, last_day: null });
  status = $state.raw<LibraryStatus | null>(null);
  /** What is asked for is there. */
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);

  /** How many items match, loaded or not. */
  readonly total: number = $derived(this.shape.ids.length);
  readonly days = $derived(this.shape.days);
  readonly narrowed: boolean = $derived(isNarrowed(this.filter));
  readonly selection: Selection = new Selection(
    () => this.shape.ids,
    () => this.views.want(this.#atHand()),
  );
  readonly views = new ItemViews(
    () => this.#atHand(),
    (problem) => (this.problem = problem),
  );
  /** The whole list; items come as they are asked for. */
  readonly items: ItemList = this.#list();

  /** What the shown list was asked for. */
  #shown: LibraryFilter | null = null;
  /** Taken away here, while the back end is still at it. */
  readonly #leaving = new Set<string>();
  readonly #refresh = new Refresh(() => this.#read());
  #run = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | null = null;

  /** Reads the list and follows it from then on. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = events.on("items", (batch) => {
      const all = batch.some((event) => event.ids === null);
      this.changed(all ? null : [...new Set(batch.flatMap((event) => event.ids ?? []))]);
    });
    await this.reload();
  }

  /** Follows it no longer, and forgets it. */
  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#run++;
    clearTimeout(this.#typing);
    this.#refresh.stop();
    this.#leaving.clear();
    this.#shown = null;
    this.loaded = false;
    this.shape = NO_SHAPE;
    this.selection.clear();
    this.selection.focused = null;
    this.views.clear();
  }

  indexOf(id: string | null): number {
    return id === null ? -1 : this.shape.ids.indexOf(id);
  }

  /** null also for what isn't loaded just now. */
  get(id: string | null): ItemView | null {
    return id !== null && this.indexOf(id) >= 0 ? this.views.get(id) : null;
  }

  /** The selected items in the order of the list; of very many only those that are loaded. */
  chosen(): readonly ItemView[] {
    const chosen: ItemView[] = [];
    const { selected } = this.selection;
    if (selected.size <= MOST_AT_HAND) {
      for (const id of selected) {
        const view = this.get(id);
        if (view !== null) chosen.push(view);
      }
      return chosen;
    }
    for (const view of this.views.all()) if (selected.has(view.id)) chosen.push(view);
    return chosen.sort((one, other) => this.indexOf(one.id) - this.indexOf(other.id));
  }

  /** The ids of all that are selected in the list, in its order, loaded or not: for what is done to many at once. */
  chosenIds(): string[] {
    const { selected } = this.selection;
    return [...selected].filter((id) => !selected.strays.has(id));
  }

  /** Asks for something else. */
  async ask(patch: Partial<LibraryFilter>): Promise<void> {
    clearTimeout(this.#typing);
    const text = patch.text === undefined ? this.filter.text : patch.text?.trim() || null;
    if (patch.trashed !== undefined && patch.trashed !== this.filter.trashed) this.#leaving.clear();
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

  /** Reads the list; what is shown stays until the answer is there. */
  reload(): Promise<void> {
    return this.#read();
  }

  /** Brings the list up to date, without losing its place or selection. null: anything may have changed. */
  changed(ids: readonly string[] | null): void {
    if (!this.loaded) return;
    this.views.outdate(ids);
    this.views.want(this.#atHand());
    this.#refresh.poke();
  }

  async #read(): Promise<void> {
    const run = ++this.#run;
    const { filter } = this;
    const answer = await platform.commands.libraryShape({ ...filter, cursor: null, limit: 1 });
    if (run !== this.#run) return;
    this.loaded = true;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.#take(without(unpack(answer.data), this.#leaving));
    if (this.#shown !== filter) {
      this.#shown = filter;
      this.listing++;
    }
    await this.readSums();
  }

  #take(shape: Shape): void {
    if (shape === this.shape) return;
    // The same list anew would have the whole wall laid out for nothing.
    if (sameOrder(shape, this.shape)) this.shape = { ...this.shape, days: shape.days };
    else this.shape = shape;
    this.selection.follow();
  }

  /** Choices of the filters and totals. */
  async readSums(): Promise<void> {
    const [facets, status] = await Promise.all([
      platform.commands.libraryFacets(),
      platform.commands.libraryStatus(),
    ]);
    if (facets.status === "ok") this.facets = facets.data;
    if (status.status === "ok") this.status = status.data;
  }

  /** Changes items; it shows at once and is taken back when it can't be kept. */
  async change(ids: readonly string[], patch: ItemPatch): Promise<AppError | null> {
    const { title, rating, favourite } = patch;
    this.views.change(ids, {
      ...(title == null ? {} : { title }),
      ...(rating == null ? {} : { rating }),
      ...(favourite == null ? {} : { favourite }),
    });
    let problem: AppError | null = null;
    if (ids.length > 1 && title == null && patch.tags == null && patch.notes == null) {
      const answer = await platform.commands.changeItems([...ids], {
        rating: rating ?? null,
        favourite: favourite ?? null,
        add_tags: [],
        remove_tags: [],
      });
      if (answer.status === "error") problem = answer.error;
    } else {
      for (const id of ids) {
        const answer = await platform.commands.changeItem(id, patch);
        if (answer.status === "error") problem = answer.error;
      }
    }
    if (problem !== null) await this.views.read(this.views.outdate(ids));
    return problem;
  }

  /** Puts items into the trash: they leave the list at once, and come back when that fails. */
  trash(ids: readonly string[]): Promise<AppError | null> {
    return this.#away(ids, false, () => platform.commands.trashItems([...ids]));
  }

  restore(ids: readonly string[]): Promise<AppError | null> {
    return this.#away(ids, true, () => platform.commands.restoreItems([...ids]));
  }

  /** Deletes what is in the trash for good. Answers how many items that were. */
  async emptyTrash(): Promise<{ readonly count: number; readonly problem: AppError | null }> {
    const answer = await platform.commands.emptyTrash();
    if (answer.status === "error") return { count: 0, problem: answer.error };
    await this.#refresh.now();
    return { count: answer.data, problem: null };
  }

  /** `from`: whether they come out of the trash, or go into it; only the list they are in loses them. */
  async #away(
    ids: readonly string[],
    from: boolean,
    run: () => Promise<Result<unknown>>,
  ): Promise<AppError | null> {
    const leaves = this.filter.trashed === from;
    for (const id of ids) {
      // What comes back may still be on its way out.
      if (leaves && this.indexOf(id) >= 0) this.#leaving.add(id);
      else this.#leaving.delete(id);
    }
    if (leaves) this.#take(without(this.shape, ids));
    const answer = await run();
    // What didn't leave after all comes back; what did is no part of a reading that begins now.
    if (answer.status === "error") for (const id of ids) this.#leaving.delete(id);
    this.views.outdate(ids);
    await this.#refresh.now();
    for (const id of ids) this.#leaving.delete(id);
    return answer.status === "error" ? answer.error : null;
  }

  #list(): ItemList {
    const ids = () => this.shape.ids;
    return {
      get length() {
        return ids().length;
      },
      at: (index) => {
        const id = ids().at(index);
        return id === null ? null : this.views.get(id);
      },
      idAt: (index) => ids().at(index),
      indexOf: (id) => ids().indexOf(id),
      ensure: (from, to) => {
        const wanted: string[] = [];
        for (let index = Math.max(0, from); index < Math.min(to, ids().length); index++) {
          const id = ids().at(index);
          if (id !== null) wanted.push(id);
        }
        this.views.want(wanted);
      },
    };
  }

  /** What is to be at hand wherever one has scrolled to. */
  #atHand(): readonly string[] {
    const { focused, selected } = this.selection;
    const ids = selected.size <= MOST_AT_HAND ? [...selected] : [];
    return focused === null ? ids : [focused, ...ids];
  }
}

export const library = new Library();
