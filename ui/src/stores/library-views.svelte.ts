import type { AppError, ItemView } from "@/bindings";
import { platform } from "@/platform/platform";

/** So many are kept; the ones that were wanted longest ago go first. */
const MOST = 3000;
/** So many are asked for at once. */
const AT_ONCE = 120;
/** Questions under way at the same time. */
const SIDE_BY_SIDE = 2;
/** Wishes that wait. An older one is for what has been passed by. */
const WAITING = 3;

/** What is loaded of a long list, item by item: what is seen and a little around it, and no more than a few thousand. */
export class ItemViews {
  /** Counts on with each change, for whoever reads. */
  #version = $state(0);
  readonly #kept = new Map<string, ItemView>();
  /** Shown until what they are now has come. */
  readonly #stale = new Set<string>();
  readonly #asked = new Set<string>();
  /** Asked for and not found; not asked for again until something changes. */
  readonly #missing = new Set<string>();
  #wishes: (readonly string[])[] = [];
  #running = 0;
  readonly #pinned: () => Iterable<string>;
  readonly #failed: (problem: AppError) => void;

  /** `pinned` are never let go of. */
  constructor(pinned: () => Iterable<string>, failed: (problem: AppError) => void) {
    this.#pinned = pinned;
    this.#failed = failed;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(id: string): ItemView | null {
    void this.#version;
    return this.#kept.get(id) ?? null;
  }

  all(): readonly ItemView[] {
    void this.#version;
    return [...this.#kept.values()];
  }

  /** Sees to it that these come soon: before what was wished for earlier, which goes when more wishes wait. */
  want(ids: readonly string[]): void {
    for (const id of ids) {
      const view = this.#kept.get(id);
      if (view === undefined) continue;
      this.#kept.delete(id);
      this.#kept.set(id, view);
    }
    if (!ids.some((id) => this.#lacks(id))) return;
    this.#wishes = [ids, ...this.#wishes].slice(0, WAITING);
    this.#next();
  }

  /** Reads these now, whether they are known or not. */
  async read(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += AT_ONCE) await this.#ask(ids.slice(from, from + AT_ONCE));
  }

  /** What is known of these may no longer be so; null means all. Answers which of them are known. */
  outdate(ids: readonly string[] | null): readonly string[] {
    this.#missing.clear();
    const known = ids === null ? [...this.#kept.keys()] : ids.filter((id) => this.#kept.has(id));
    for (const id of known) this.#stale.add(id);
    this.#version++;
    return known;
  }

  /** Shows a change of those that are known. */
  change(ids: Iterable<string>, change: Partial<ItemView>): void {
    for (const id of ids) {
      const view = this.#kept.get(id);
      if (view !== undefined) this.#kept.set(id, { ...view, ...change });
    }
    this.#version++;
  }

  clear(): void {
    this.#kept.clear();
    this.#stale.clear();
    this.#missing.clear();
    this.#wishes = [];
    this.#version++;
  }

  #lacks(id: string): boolean {
    return (!this.#kept.has(id) || this.#stale.has(id)) && !this.#asked.has(id) && !this.#missing.has(id);
  }

  /** The newest wish is looked at again with each answer: some of it may have changed meanwhile. */
  #next(): void {
    while (this.#running < SIDE_BY_SIDE) {
      const lacking = this.#wishes.map((wish) => wish.filter((id) => this.#lacks(id)));
      this.#wishes = this.#wishes.filter((_, index) => index === 0 || (lacking[index]?.length ?? 0) > 0);
      const ids = lacking.find((wish) => wish.length > 0);
      if (ids === undefined) return;
      void this.#ask(ids.slice(0, AT_ONCE));
    }
  }

  async #ask(ids: readonly string[]): Promise<void> {
    this.#running++;
    for (const id of ids) {
      this.#asked.add(id);
      // A change that is told while this is under way makes it out of date again.
      this.#stale.delete(id);
    }
    const answer = await platform.commands.getItems([...ids]);
    this.#running--;
    for (const id of ids) this.#asked.delete(id);
    if (answer.status === "error") {
      this.#wishes = [];
      for (const id of ids) if (this.#kept.has(id)) this.#stale.add(id);
      this.#failed(answer.error);
      return;
    }
    const found = new Set<string>();
    for (const view of answer.data) {
      found.add(view.id);
      this.#kept.delete(view.id);
      this.#kept.set(view.id, view);
    }
    for (const id of ids) {
      if (found.has(id)) continue;
      this.#kept.delete(id);
      this.#missing.add(id);
    }
    this.#trim();
    this.#version++;
    this.#next();
  }

  #trim(): void {
    if (this.#kept.size <= MOST) return;
    const stay = new Set(this.#pinned());
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      if (stay.has(id)) continue;
      this.#kept.delete(id);
      this.#stale.delete(id);
    }
  }
}
