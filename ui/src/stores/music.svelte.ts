import type {
  AppError,
  MusicModel,
  MusicModels,
  MusicRequest,
  MusicUse,
  QuotedPrice,
  RequestOrigin,
} from "@/bindings";
import { platform } from "@/platform/platform";
import { usualOf } from "./default-model";
import { jobs } from "./jobs.svelte";
import {
  EMPTY_MUSIC,
  lyricsChoices,
  lyricsFrom,
  missingInMusic,
  MUSIC_USES,
  musicChoicesOf,
  musicLost,
  musicRequest,
  readMusic,
  tooLongInMusic,
  withMusicChoices,
  withMusicModel,
  withMusicRequest,
  type LyricsFrom,
  type MusicChoices,
  type MusicFields,
  type MusicMissing,
} from "./music-form";
import { Quoted, type QuotedSent, type Refilled } from "./quoted.svelte";

/** The form is written down this long after the last change, in milliseconds. */
const KEEP = 500;

/** The Music room's form: its fields, the models it may choose from, what Venice quotes for it, and sending it. */
export class MusicForm {
  fields = $state.raw<MusicFields>(EMPTY_MUSIC);
  list = $state.raw<MusicModels | null>(null);
  modelsProblem = $state.raw<AppError | null>(null);

  readonly #quoted: Quoted<MusicRequest>;

  /** What can be made, as far as there are models for it. */
  readonly uses: readonly MusicUse[] = $derived.by(() =>
    MUSIC_USES.filter((use) => this.list?.models.some((model) => model.makes === use)),
  );
  readonly models: readonly MusicModel[] = $derived.by(
    () => this.list?.models.filter((model) => model.makes === this.fields.use) ?? [],
  );
  readonly model: MusicModel | null = $derived.by(() => {
    const { models } = this;
    const chosen = this.fields.models[this.fields.use];
    return models.find((model) => model.id === chosen) ?? usualOf(models, this.list?.defaults ?? []);
  });
  readonly choices: MusicChoices = $derived.by(() => musicChoicesOf(this.fields, this.model?.id ?? null));
  readonly lyricsFrom: LyricsFrom = $derived.by(() => lyricsFrom(this.fields, this.model));
  readonly lyricsChoices: readonly LyricsFrom[] = $derived.by(() =>
    lyricsChoices(this.model, this.fields.instrumental),
  );
  readonly missing: MusicMissing | null = $derived.by(() => missingInMusic(this.fields, this.model));
  readonly tooLong = $derived.by(() => tooLongInMusic(this.fields, this.model));
  readonly request: MusicRequest | null = $derived.by(() =>
    this.model === null ? null : musicRequest(this.fields, this.model),
  );
  readonly offer: QuotedPrice | null = $derived.by(() => this.#quoted.offer);
  readonly offerStale: boolean = $derived.by(() => this.#quoted.stale);
  readonly offerProblem: AppError | null = $derived.by(() => this.#quoted.problem);
  readonly sending: boolean = $derived.by(() => this.#quoted.sending);
  readonly ready: boolean = $derived.by(
    () => this.missing === null && this.tooLong === null && this.#quoted.ready,
  );
  /** The ids of all models, to tell what was made here from other sounds. */
  readonly ids: ReadonlySet<string> = $derived.by(
    () => new Set(this.list?.models.map((model) => model.id) ?? []),
  );

  #keep: ((form: string) => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #modelsRun = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#quoted = new Quoted<MusicRequest>(
      {
        read: (request) => platform.commands.quoteMusic(request),
        bearing: (request) => this.#bearing(request),
        // Of words only whether they can be sent at all is judged anew.
        asked: (request) =>
          `${this.missing ?? ""} ${this.tooLong ?? ""} ${String(request.lyrics === null)} ${this.#bearing(request)}`,
      },
      now,
    );
  }

  open(kept: string | null, keep: (form: string) => void): void {
    if (this.#keep !== null) return;
    this.#keep = keep;
    this.fields = readMusic(kept);
  }

  /** Reads the models; `refresh` asks Venice again. */
  async load(refresh = false): Promise<void> {
    const run = ++this.#modelsRun;
    const answer = await platform.commands.musicModels(refresh);
    if (run !== this.#modelsRun) return;
    if (answer.status === "error") {
      this.modelsProblem = answer.error;
      return;
    }
    this.list = answer.data;
    this.modelsProblem = answer.data.problem;
  }

  change(patch: Partial<Omit<MusicFields, "models" | "choices">>): void {
    this.#put({ ...this.fields, ...patch });
  }

  chooseModel(id: string): void {
    const next = this.list?.models.find((model) => model.id === id);
    if (next !== undefined) this.#put(withMusicModel(this.fields, next));
  }

  /** Chooses for the model that is in the form. */
  choose(patch: Partial<MusicChoices>): void {
    if (this.model !== null) this.#put(withMusicChoices(this.fields, this.model.id, patch));
  }

  /**
   * Fills the form with what was asked for. Answers how to take it back, or null when nobody loses anything, and whether its
   * model is no longer there.
   */
  async useRequestOf(origin: RequestOrigin): Promise<Refilled | AppError> {
    const answer = await platform.commands.musicFrom(origin);
    if (answer.status === "error") return answer.error;
    const model = this.list?.models.find((one) => one.id === answer.data.model) ?? null;
    return {
      back: this.#replace(withMusicRequest(this.fields, answer.data, model)),
      modelGone: model === null,
    };
  }

  /** Puts other words in place of the prompt. */
  usePrompt(prompt: string): (() => void) | null {
    return this.#replace({ ...this.fields, prompt });
  }

  /** Starts the form anew; what is made and by which model stay. */
  reset(): (() => void) | null {
    const { use, models, choices } = this.fields;
    return this.#replace({ ...EMPTY_MUSIC, use, models, choices });
  }

  /** Has what the form asks for quoted, after a pause. */
  ask(): void {
    this.#quoted.ask(this.#askable());
  }

  /** Has the same quoted again: the account or the limit has changed. */
  askAgain(): void {
    this.#quoted.again(this.#askable());
  }

  /** Sends what the form asks for, at the price that is shown. */
  async send(): Promise<QuotedSent> {
    const { request } = this;
    if (request === null || !this.ready) return null;
    return this.#quoted.send(request, (sent, expected) => jobs.sendMusic(sent, expected));
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

  /** Words bear on a price only where they are counted. */
  #bearing(request: MusicRequest): string {
    const counted = this.model?.priced_by_characters === true ? [...request.prompt].length : null;
    return JSON.stringify({ ...request, prompt: counted, lyrics: null });
  }

  /** What is priced by its words has no price without them. */
  #askable(): MusicRequest | null {
    if (this.missing === null) return this.request;
    return this.missing !== "model" && this.model?.priced_by_characters === false ? this.request : null;
  }

  #replace(next: MusicFields): (() => void) | null {
    const before = this.fields;
    this.#put(next);
    return musicLost(before, next) ? () => this.#put(before) : null;
  }

  #put(next: MusicFields): void {
    this.#quoted.changed();
    this.fields = next;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(), KEEP);
  }
}

export const music = new MusicForm();
