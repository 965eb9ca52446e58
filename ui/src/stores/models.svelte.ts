import type {
  AppError,
  ModelChange,
  ModelChanges,
  ModelEntry,
  ModelMarks,
  ModelsPage,
  Purpose,
} from "@/bindings";
import { language } from "@/i18n/index.svelte";
import { platform } from "@/platform/platform";
import { accounts } from "./accounts.svelte";
import { events } from "./events";
import {
  ALL_MODELS,
  ordered,
  passes,
  type ModelFilter,
  type ModelOrder,
  type ModelSort,
} from "./models-list";

/** Models that are set side by side. */
const MOST_COMPARED = 4;
const NO_MARKS: ModelMarks = { favourites: [], defaults: [] };

/** All models of the account that pays, what the user marked, and what is new in the list. */
export class Models {
  page = $state.raw<ModelsPage | null>(null);
  loading = $state(false);
  failure = $state.raw<AppError | null>(null);
  marks = $state.raw<ModelMarks>(NO_MARKS);
  filter = $state.raw<ModelFilter>(ALL_MODELS);
  order = $state.raw<ModelOrder>({ by: "venice", down: false });
  /** The ids of those that are compared, in the order they were chosen. */
  compared = $state.raw<readonly string[]>([]);
  /** Since the user last looked. */
  news = $state.raw<ModelChanges | null>(null);
  /** How far films are quoted; null while none are. */
  quoting = $state.raw<{ readonly done: number; readonly of: number } | null>(null);

  readonly all: readonly ModelEntry[] = $derived(this.page?.models ?? []);
  readonly list: readonly ModelEntry[] = $derived.by(() =>
    ordered(
      this.all.filter((model) => passes(model, this.filter, this.marks)),
      this.order,
      language(),
    ),
  );
  readonly #byId: ReadonlyMap<string, ModelEntry> = $derived(
    new Map(this.all.map((model) => [model.id, model])),
  );
  readonly #favourites: ReadonlySet<string> = $derived(new Set(this.marks.favourites));
  readonly #newsOf: ReadonlyMap<string, readonly ModelChange[]> = $derived.by(() => {
    const found = new Map<string, ModelChange[]>();
    for (const change of this.news?.changes ?? []) {
      found.set(change.model, [...(found.get(change.model) ?? []), change]);
    }
    return found;
  });
  /** Films without a price among what is shown. */
  readonly unquoted: readonly ModelEntry[] = $derived(
    this.list.filter((model) => model.is_quoted && model.price === null && !model.offline),
  );

  #account: string | null = null;
  /** Which list is read: an answer to another question is no longer wanted. */
  #run = 0;
  /** Which asking for quotes goes on. */
  #asking = 0;
  #stop: (() => void) | null = null;

  /** Reads the list and follows which account it is of. */
  async start(): Promise<void> {
    this.#account = accounts.selected?.id ?? null;
    this.#stop ??= events.on("accounts", () => {
      const now = accounts.selected?.id ?? null;
      if (now === this.#account) return;
      this.#account = now;
      this.compared = [];
      // Another account's prices aren't shown, not even where its own can't be read.
      this.page = this.news = null;
      this.marks = NO_MARKS;
      void this.load();
    });
    await this.load();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.stopQuotes();
  }

  find(id: string): ModelEntry | null {
    return this.#byId.get(id) ?? null;
  }

  /** Its name; the id of one that isn't listed. */
  nameOf(id: string): string {
    return this.find(id)?.name ?? id;
  }

  isFavourite(id: string): boolean {
    return this.#favourites.has(id);
  }

  isDefault(model: ModelEntry): boolean {
    return this.marks.defaults.some((entry) => entry.model === model.id && entry.purpose === model.purpose);
  }

  /** What became of a model since the user last looked. */
  newsOf(id: string): readonly ModelChange[] {
    return this.#newsOf.get(id) ?? [];
  }

  /** Reads the list; `refresh` asks Venice again. */
  async load(refresh = false): Promise<void> {
    const run = ++this.#run;
    this.stopQuotes();
    this.loading = true;
    const answer = await platform.commands.modelsPage(refresh);
    if (run !== this.#run) return;
    this.loading = false;
    if (answer.status === "error") {
      this.failure = answer.error;
      return;
    }
    this.page = answer.data;
    this.marks = answer.data.marks;
    this.failure = answer.data.problem;
    const news = await platform.commands.modelChanges(null);
    if (run === this.#run && news.status === "ok") this.news = news.data;
  }

  show(filter: Partial<ModelFilter>): void {
    this.filter = { ...this.filter, ...filter };
  }

  /** By this; once more the other way round, and a third time in Venice's own order. */
  sort(by: ModelSort): void {
    // Who sorts by context or age looks for the largest and the newest.
    const first = by === "context" || by === "added";
    if (this.order.by !== by) this.order = { by, down: first };
    else if (this.order.down === first) this.order = { by, down: !first };
    else this.order = { by: "venice", down: false };
  }

  compare(id: string): void {
    this.compared = this.compared.includes(id)
      ? this.compared.filter((other) => other !== id)
      : [...this.compared, id].slice(-MOST_COMPARED);
  }

  /** Shown at once, and taken back where it can't be kept. */
  async favourite(id: string, on: boolean): Promise<AppError | null> {
    const before = this.marks;
    const others = before.favourites.filter((other) => other !== id);
    this.marks = { ...before, favourites: on ? [...others, id] : others };
    const answer = await platform.commands.favouriteModel(id, on);
    this.marks = answer.status === "ok" ? answer.data : before;
    return answer.status === "ok" ? null : answer.error;
  }

  /** The model that is used where a form has none; null = Venice's own. */
  async setDefault(purpose: Purpose, model: string | null): Promise<AppError | null> {
    const answer = await platform.commands.setDefaultModel(purpose, model);
    if (answer.status === "error") return answer.error;
    this.marks = answer.data;
    return null;
  }

  /** What changed within so many days; null = since the user last looked. */
  async changesOf(days: number | null): Promise<ModelChanges | AppError> {
    const answer = await platform.commands.modelChanges(days);
    return answer.status === "ok" ? answer.data : answer.error;
  }

  /** The user has seen what is new in the list that is shown. */
  async seen(): Promise<AppError | null> {
    if (this.page === null) return null;
    const answer = await platform.commands.markModelsSeen(this.page.fetched_at);
    if (answer.status === "error") return answer.error;
    this.news = answer.data;
    return null;
  }

  /** Asks Venice what a usual film costs. */
  async quote(id: string): Promise<AppError | null> {
    const account = this.page?.account;
    const answer = await platform.commands.quoteModel(id);
    if (answer.status === "error") return answer.error;
    const { page } = this;
    // Another account's list has come meanwhile.
    if (page?.account !== account || page === null) return null;
    const price = answer.data;
    const models = page.models.map((model) =>
      model.id === id ? { ...model, price, is_quoted: price !== null } : model,
    );
    this.page = { ...page, models };
    return null;
  }

  /** Asks for the films that are shown without a price, one after the other. */
  async quoteShown(): Promise<AppError | null> {
    if (this.quoting !== null) return null;
    const ids = this.unquoted.map((model) => model.id);
    const run = ++this.#asking;
    let problem: AppError | null = null;
    this.quoting = { done: 0, of: ids.length };
    for (const [index, id] of ids.entries()) {
      problem = await this.quote(id);
      if (run !== this.#asking) return null;
      if (problem !== null) break;
      this.quoting = { done: index + 1, of: ids.length };
    }
    this.quoting = null;
    return problem;
  }

  stopQuotes(): void {
    this.#asking += 1;
    this.quoting = null;
  }
}

export const models = new Models();
