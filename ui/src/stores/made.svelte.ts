import type { AppError, ItemView, MediaKind, Origin } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";
import { EVERYTHING } from "./library-query";

/** A page of what hangs in a room. */
const PAGE = 60;

/** The newest items of a kind, as a room shows them beside the work that is under way; kept up to date. */
export class Made {
  readonly #kind: MediaKind;
  readonly #origin: Origin | null;
  #ids = $state.raw<readonly string[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** Where there are more. */
  #next = $state.raw<string | null>(null);
  #pages = 1;
  #run = 0;
  #stop: (() => void) | null = null;

  readonly list: readonly ItemView[] = $derived.by(() =>
    this.#ids.flatMap((id) => {
      const item = items.get(id);
      return item === null || item.trashed_at !== null ? [] : [item];
    }),
  );
  readonly hasMore: boolean = $derived(this.#next !== null);

  /** `origin`: only of this one. */
  constructor(kind: MediaKind, origin: Origin | null = null) {
    this.#kind = kind;
    this.#origin = origin;
  }

  /** Reads them and follows what changes from then on. */
  async start(): Promise<AppError | null> {
    this.#stop ??= events.on("items", () => void this.read());
    await this.read();
    return this.problem;
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Reads as many as are shown anew. */
  async read(): Promise<void> {
    const run = ++this.#run;
    let ids: string[] = [];
    let next: string | null = null;
    for (let page = 0; page < this.#pages; page++) {
      const answer = await platform.commands.libraryPage({
        ...EVERYTHING,
        kind: this.#kind,
        origin: this.#origin,
        cursor: next,
        limit: PAGE,
      });
      if (run !== this.#run) return;
      if (answer.status === "error") {
        this.problem = answer.error;
        return;
      }
      items.keep(answer.data.items);
      ids = [...ids, ...answer.data.items.map((item) => item.id)];
      next = answer.data.next;
      if (next === null) break;
    }
    this.problem = null;
    this.#ids = ids;
    this.#next = next;
    this.loaded = true;
  }

  /** Shows a page more. */
  async more(): Promise<AppError | null> {
    this.#pages += 1;
    await this.read();
    return this.problem;
  }
}
