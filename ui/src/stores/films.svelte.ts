import type {
  AppError,
  FilmMode,
  FilmModel,
  FilmModels,
  FilmRequest,
  ItemView,
  QuotedPrice,
  RequestOrigin,
} from "@/bindings";
import { platform } from "@/platform/platform";
import { usualOf } from "./default-model";
import {
  EMPTY_FILM,
  filmLost,
  filmRequest,
  FILM_MODES,
  itemsIn,
  KEYFRAME_RATE,
  leftOut,
  missingInFilm,
  placed,
  placeFor,
  readFilm,
  ruleOf,
  settled,
  withFilmChoices,
  withFilmModel,
  withFilmRequest,
  withoutFile,
  type FileRole,
  type FilmChoices,
  type FilmFields,
  type FilmMissing,
} from "./film-form";
import { withPlaced, type FilmPlace } from "./film-places";
import { FilmInputs } from "./film-inputs.svelte";
import { items } from "./items.svelte";
import { jobs } from "./jobs.svelte";
import { Quoted, type QuotedSent, type Refilled } from "./quoted.svelte";

/** The form is written down this long after the last change, in milliseconds. */
const KEEP = 500;

/** Whether there are words, and not too many: that decides whether it can be sent, and nothing about its price. */
function wordsOf(request: FilmRequest, limit: number | null): string {
  const length = [...request.prompt].length;
  if (length === 0) return "none";
  return limit !== null && length > limit ? "long" : "some";
}

const withoutWords = (request: FilmRequest): string =>
  JSON.stringify({ ...request, prompt: null, negative_prompt: null });

/** The Film room's form: its fields, the models it may choose from, what Venice quotes for it, and sending it. */
export class Films {
  fields = $state.raw<FilmFields>(EMPTY_FILM);
  list = $state.raw<FilmModels | null>(null);
  modelsProblem = $state.raw<AppError | null>(null);
  readonly inputs = new FilmInputs();

  readonly #quoted: Quoted<FilmRequest>;

  /** What can be started from, as far as there are models for it. */
  readonly modes: readonly FilmMode[] = $derived.by(() =>
    FILM_MODES.filter((mode) => this.list?.models.some((model) => model.mode === mode)),
  );
  /** The models of the mode. */
  readonly models: readonly FilmModel[] = $derived.by(() => this.#of(this.fields.mode));
  readonly model: FilmModel | null = $derived.by(() => this.#modelOf(this.fields.mode));
  /** What is chosen, as the model has it. */
  readonly choices: FilmChoices | null = $derived.by(() =>
    this.model === null ? null : settled(this.fields, this.model),
  );
  /** The last frame that a picture can be at; undefined where nobody knows how long the film will be. */
  readonly lastFrame: number | undefined = $derived.by(() => {
    const seconds = Number.parseFloat(this.choices?.duration ?? "");
    return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * KEYFRAME_RATE) - 1) : undefined;
  });
  readonly missing: FilmMissing | null = $derived.by(() => missingInFilm(this.fields, this.model));
  /** As far as it is filled in; what is missing is missing in it. */
  readonly request: FilmRequest | null = $derived.by(() =>
    this.model === null ? null : filmRequest(this.fields, this.model),
  );
  readonly promptTooLong: boolean = $derived.by(
    () =>
      this.model !== null &&
      this.model.mode !== "upscale" &&
      ([...this.fields.prompt].length > this.model.prompt_limit ||
        [...this.fields.negative].length > this.model.prompt_limit),
  );
  /** Files of the form that this model takes nothing of. */
  readonly leftOut: number = $derived.by(() => (this.model === null ? 0 : leftOut(this.fields, this.model)));
  /** The first file that can't be sent as it is. */
  readonly inputProblem: AppError | null = $derived.by(() => {
    const { model } = this;
    if (model === null) return null;
    for (const [role, item] of placed(this.fields, model)) {
      const problem = this.inputs.of(model.id, role, item)?.problem ?? null;
      if (problem !== null) return problem;
    }
    return null;
  });

  readonly offer: QuotedPrice | null = $derived.by(() => this.#quoted.offer);
  readonly offerStale: boolean = $derived.by(() => this.#quoted.stale);
  readonly offerProblem: AppError | null = $derived.by(() => this.#quoted.problem);
  readonly sending: boolean = $derived.by(() => this.#quoted.sending);
  readonly ready: boolean = $derived.by(
    () => this.missing === null && !this.promptTooLong && this.inputProblem === null && this.#quoted.ready,
  );

  #keep: ((form: string) => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #modelsRun = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#quoted = new Quoted<FilmRequest>(
      {
        read: (request) => platform.commands.quoteFilm(request),
        bearing: withoutWords,
        // Venice is asked once for all words: only whether there are any, and too many, is judged anew.
        asked: (request) => `${wordsOf(request, this.model?.prompt_limit ?? null)} ${withoutWords(request)}`,
      },
      now,
    );
  }

  /** Takes the form as it was left, and says where to write it down from then on. */
  open(kept: string | null, keep: (form: string) => void): void {
    if (this.#keep !== null) return;
    this.#keep = keep;
    this.fields = readFilm(kept);
    void items.ensure(itemsIn(this.fields));
  }

  /** Reads the models; `refresh` asks Venice again. */
  async load(refresh = false): Promise<void> {
    const run = ++this.#modelsRun;
    const answer = await platform.commands.filmModels(refresh);
    if (run !== this.#modelsRun) return;
    if (answer.status === "error") {
      this.modelsProblem = answer.error;
      return;
    }
    this.list = answer.data;
    this.modelsProblem = answer.data.problem;
    this.inputs.forget();
  }

  change(patch: Partial<Omit<FilmFields, "mode" | "models" | "choices">>): void {
    this.#put({ ...this.fields, ...patch });
  }

  /** Starts from something else; the model of the same name goes on where there is one. */
  chooseMode(mode: FilmMode): void {
    const { model } = this;
    const chosen = this.fields.models[mode];
    const own = this.#of(mode).find((other) => other.id === chosen);
    const alike = this.#of(mode).find((other) => other.name === model?.name && !other.offline);
    const next = own ?? alike ?? this.#modelOf(mode);
    if (next === null) this.#put({ ...this.fields, mode });
    else this.#put(withFilmModel(this.fields, model, next));
  }

  chooseModel(id: string): void {
    const next = this.list?.models.find((model) => model.id === id);
    if (next !== undefined) this.#put(withFilmModel(this.fields, this.model, next));
  }

  /** Chooses for the model that is in the form. */
  choose(patch: Partial<FilmChoices>): void {
    if (this.model !== null) this.#put(withFilmChoices(this.fields, this.model.id, patch));
  }

  /** Puts an item into a place of the film. False where it is full. */
  put(place: FilmPlace, item: ItemView): boolean {
    const next = withPlaced(this.fields, this.model, place, item.id, this.lastFrame);
    if (next === null) return false;
    items.keep([item]);
    this.#put(next);
    return true;
  }

  /** Where an item of this kind would go; null where the model takes none. */
  placeOf(item: Pick<ItemView, "kind">): FileRole | null {
    return placeFor(this.fields, this.model, item);
  }

  take(role: FileRole, item: string): void {
    this.#put(withoutFile(this.fields, role, item));
  }

  /** Moves an item among those of its place. */
  move(role: FileRole, item: string, by: 1 | -1): void {
    const list = [...(this.fields.files[role] ?? [])];
    const at = list.indexOf(item);
    if (at < 0 || at + by < 0 || at + by >= list.length) return;
    list.splice(at + by, 0, ...list.splice(at, 1));
    this.change({ files: { ...this.fields.files, [role]: list } });
  }

  /**
   * Puts an item where it fits. Where the model takes nothing of its kind, one that does takes its place. Answers false when
   * there is none, or no more room.
   */
  use(item: ItemView): boolean {
    const place = placeFor(this.fields, this.model, item);
    if (place !== null) return this.put(place, item);
    const modes: readonly FilmMode[] =
      item.kind === "picture"
        ? ["image", "reference"]
        : item.kind === "film"
          ? ["film", "upscale", "reference"]
          : ["reference", "image", "text", "film"];
    for (const mode of modes) {
      const next = this.#of(mode).find(
        (model) => !model.offline && placeFor(EMPTY_FILM, model, item) !== null,
      );
      if (next === undefined) continue;
      this.#put(withFilmModel(this.fields, this.model, next));
      return this.use(item);
    }
    return false;
  }

  /** A picture becomes the first frame. Answers false when no model begins with one. */
  beginWith(item: ItemView): boolean {
    if (ruleOf(this.model, "image") === null) {
      const takes = (model: FilmModel | null): boolean => ruleOf(model, "image") !== null && !model?.offline;
      const next = takes(this.#modelOf("image"))
        ? this.#modelOf("image")
        : (this.list?.models.find(takes) ?? null);
      if (next === null) return false;
      this.#put(withFilmModel(this.fields, this.model, next));
    }
    this.put("image", item);
    return true;
  }

  /** Opens the file dialog for a document to keep to. */
  async pickDocument(): Promise<AppError | null> {
    const answer = await platform.commands.pickFile("document");
    if (answer.status === "error") return answer.error;
    if (answer.data !== null) {
      this.change({ document: { file: { picked: answer.data.handle }, name: answer.data.name } });
    }
    return null;
  }

  /**
   * Fills the form with what a film was asked for with. Answers how to take it back, or null when nobody loses anything, and
   * whether its model is no longer there.
   */
  async useRequestOf(origin: RequestOrigin): Promise<Refilled | AppError> {
    const answer = await platform.commands.filmFrom(origin);
    if (answer.status === "error") return answer.error;
    const model = this.list?.models.find((one) => one.id === answer.data.model) ?? null;
    return {
      back: this.#replace(withFilmRequest(this.fields, answer.data, model)),
      modelGone: model === null,
    };
  }

  /** Puts other words in place of the prompt. */
  usePrompt(prompt: string): (() => void) | null {
    return this.#replace({ ...this.fields, prompt });
  }

  /** Starts the form anew; what it starts from and the models stay. */
  reset(): (() => void) | null {
    const { mode, models, choices } = this.fields;
    return this.#replace({ ...EMPTY_FILM, mode, models, choices });
  }

  /** Has what the form asks for quoted, after a pause. */
  ask(): void {
    this.#quoted.ask(this.#askable());
  }

  /** Has the same quoted again: the account or the limit has changed. */
  askAgain(): void {
    this.#quoted.again(this.#askable());
  }

  /** Looks at the files that are to go into the film. */
  look(): void {
    const { model } = this;
    if (model === null) return;
    for (const [role, item] of placed(this.fields, model)) void this.inputs.look(model.id, role, item);
  }

  /** Sends what the form asks for, at the price that is shown. */
  async send(): Promise<QuotedSent> {
    const { request } = this;
    if (request === null || !this.ready) return null;
    return this.#quoted.send(request, (sent, expected) => jobs.sendFilm(sent, expected));
  }

  nameOf(model: string): string {
    return this.list?.models.find((one) => one.id === model)?.name ?? model;
  }

  /** Writes the form down now, if it changed. */
  keepNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keep?.(JSON.stringify(this.fields));
  }

  /** A quote needs all that a price depends on; words it can do without. */
  #askable(): FilmRequest | null {
    return this.missing === null || this.missing === "prompt" ? this.request : null;
  }

  #of(mode: FilmMode): readonly FilmModel[] {
    return this.list?.models.filter((model) => model.mode === mode) ?? [];
  }

  #modelOf(mode: FilmMode): FilmModel | null {
    const models = this.#of(mode);
    const chosen = this.fields.models[mode];
    return models.find((model) => model.id === chosen) ?? usualOf(models, this.list?.defaults ?? []);
  }

  #replace(next: FilmFields): (() => void) | null {
    const before = this.fields;
    this.#put(next);
    void items.ensure(itemsIn(next));
    return filmLost(before, next) ? () => this.#put(before) : null;
  }

  #put(next: FilmFields): void {
    this.#quoted.changed();
    this.fields = next;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(), KEEP);
  }
}

export const films = new Films();
