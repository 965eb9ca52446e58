import type {
  AppError,
  BatchEstimate,
  Estimate,
  ItemView,
  JobView,
  ModelView,
  Money,
  PictureBatch,
  PictureModels,
  PictureRequest,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { items } from "./items.svelte";
import { jobs } from "./jobs.svelte";
import { LivePrice } from "./live-price.svelte";
import { batchOf, comparedModels, reckon } from "./pictures-batch";
import {
  chosenOf,
  EMPTY_FORM,
  LARGEST_SEED,
  lost,
  missingIn,
  ratiosOf,
  readForm,
  requestOf,
  usualRatio,
  withModel,
  withRecipe,
  type FormFields,
  type Mode,
} from "./pictures-form";
import { sizeOf, unusualIn } from "./pictures-making";
import { upscaled } from "./pictures-shapes";
import { wildcardsOf } from "./pictures-wildcards";

/** The form is written down this long after the last change, in milliseconds. */
const KEEP = 500;
/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;

/** What sending the form is answered with: the jobs it became. */
export type Sent = Result<JobView | JobView[]>;

/** What the button shows, whether it stands for one request or for a batch. */
export type Offer = {
  readonly amount: Money | null;
  readonly surcharge: boolean;
  readonly account: string;
  readonly pretend: boolean;
  readonly problem: AppError | null;
};

/** The Image room's form: its fields, the models it may choose from, what it would cost, and sending it. */
export class Pictures {
  fields = $state.raw<FormFields>({ ...EMPTY_FORM });
  models = $state.raw<PictureModels | null>(null);
  modelsProblem = $state.raw<AppError | null>(null);
  styles = $state.raw<readonly string[]>([]);
  /** A smaller copy of the source may be sent. Only ever set by the user, for this source. */
  scaleDown = $state(false);
  /** A click was made and its job isn't written down yet. */
  sending = $state(false);

  readonly estimate = new LivePrice<PictureRequest, Estimate>({
    read: (request) => platform.commands.estimatePicture(request),
    // Words and seeds don't bear on a price.
    bearing: (request) => JSON.stringify({ ...request, prompt: null, negative_prompt: null, seed: null }),
    // A roll of the dice asks for nothing.
    asked: (request) => JSON.stringify(request.kind === "make" ? { ...request, seed: null } : request),
  });
  readonly batchEstimate = new LivePrice<PictureBatch, BatchEstimate>({
    read: (batch) => platform.commands.estimateBatch(batch),
    // Of the words only their number bears on the price.
    bearing: (batch) => {
      const request = { ...batch.request, prompt: null, negative_prompt: null, seed: null };
      return JSON.stringify({ ...batch, request, pictures: reckon(batch).pictures });
    },
    asked: (batch) => JSON.stringify({ ...batch, request: { ...batch.request, seed: null } }),
  });

  readonly makeModel: ModelView | null = $derived.by(() =>
    find(this.models?.make, this.fields.model, this.models?.default_make ?? null),
  );
  readonly editModel: ModelView | null = $derived.by(() =>
    find(this.models?.edit, this.fields.editModel, this.models?.default_edit ?? null),
  );
  readonly source: ItemView | null = $derived.by(() =>
    this.fields.source === null ? null : items.get(this.fields.source),
  );
  readonly ratios: readonly string[] = $derived(ratiosOf(this.makeModel));
  readonly ratio: string | null = $derived(
    chosenOf(this.fields.ratio, this.ratios, usualRatio(this.makeModel)),
  );
  /** The size in pixels, where the model takes one. */
  readonly size = $derived.by(() => {
    return this.makeModel === null ? null : sizeOf(this.fields, this.makeModel);
  });
  readonly upscaledSize = $derived(this.source ? upscaled(this.source, this.fields.scale) : null);
  readonly #choices = $derived({ make: this.makeModel, edit: this.editModel });
  readonly missing = $derived(missingIn(this.fields, this.#choices, this.source));
  readonly request: PictureRequest | null = $derived(
    requestOf(this.fields, this.#choices, this.source, this.scaleDown),
  );
  /** What the form asks for where that is more than one request. */
  readonly batch: PictureBatch | null = $derived.by(() =>
    this.wildcards.unbalanced ? null : batchOf(this.fields, this.makeModel, this.models?.make ?? []),
  );
  readonly reckoning = $derived(this.batch === null ? null : reckon(this.batch));
  /** The models that a batch compares. */
  readonly compared: readonly ModelView[] = $derived.by(() =>
    this.makeModel === null ? [] : comparedModels(this.fields, this.makeModel, this.models?.make ?? []),
  );
  /** Words to choose from in the prompt. */
  readonly wildcards = $derived.by(() => wildcardsOf(this.fields.mode === "make" ? this.fields.prompt : ""));
  readonly unusual = $derived(unusualIn(this.fields, this.makeModel));
  readonly #price = $derived(this.batch === null ? this.estimate : this.batchEstimate);
  /** What the button shows; null while nothing is known. */
  readonly offer: Offer | null = $derived(this.#price.value);
  readonly offerStale: boolean = $derived(this.#price.stale);
  readonly offerProblem: AppError | null = $derived(
    this.#price.problem ?? this.#price.value?.problem ?? null,
  );
  /** Whether the form can be sent, for what is shown on the button. */
  readonly ready: boolean = $derived.by(
    () =>
      this.request !== null &&
      this.offer !== null &&
      this.offerProblem === null &&
      !this.promptTooLong &&
      !this.wildcards.unbalanced &&
      this.reckoning?.tooMany !== true,
  );

  /** The prompt of the mode, how long it is and how long it may be. */
  readonly promptLimit: number | null = $derived.by(
    () => (this.fields.mode === "edit" ? this.editModel : this.makeModel)?.prompt_limit ?? null,
  );
  readonly promptLength: number = $derived.by(
    () => [...(this.fields.mode === "edit" ? this.fields.editPrompt : this.fields.prompt)].length,
  );
  readonly promptTooLong: boolean = $derived(
    this.promptLimit !== null && this.promptLength > this.promptLimit,
  );

  /** Words that took the place of others, the last at the end. */
  #replaced: readonly { readonly was: string; readonly is: string }[] = [];
  #keep: ((form: string) => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #modelsRun = 0;
  readonly #random: () => number;

  readonly #now: () => number;
  #quietUntil = 0;

  constructor(random: () => number = Math.random, now: () => number = () => performance.now()) {
    this.#random = random;
    this.#now = now;
  }

  /** Takes the form as it was left, and says where to write it down from then on. */
  open(kept: string | null, keep: (form: string) => void): void {
    if (this.#keep !== null) return;
    this.#keep = keep;
    this.fields = readForm(kept);
    void items.ensure(usedBy(this.fields));
  }

  /** Reads models and styles; what can't be read is told, and the rest works. */
  async load(refresh = false): Promise<void> {
    const run = ++this.#modelsRun;
    const [models, styles] = await Promise.all([
      platform.commands.pictureModels(refresh),
      platform.commands.pictureStyles(),
    ]);
    if (run !== this.#modelsRun) return;
    if (models.status === "ok") {
      this.models = models.data;
      this.modelsProblem = null;
    } else this.modelsProblem = models.error;
    if (styles.status === "ok") this.styles = styles.data;
  }

  change(patch: Partial<FormFields>): void {
    // Another form is another wish.
    this.#quietUntil = 0;
    const { model } = patch;
    if (model === undefined) this.#put(patch);
    else this.#put({ ...withModel(this.fields, this.makeModel?.id ?? null, model), ...patch });
  }

  #put(patch: Partial<FormFields>): void {
    if (patch.source !== undefined && patch.source !== this.fields.source) this.scaleDown = false;
    this.fields = { ...this.fields, ...patch };
    this.#keepSoon();
  }

  /** Takes an item to work on. */
  use(item: ItemView, mode: Exclude<Mode, "make"> | null = null): void {
    items.keep([item]);
    this.change({ source: item.id, ...(mode === null ? {} : { mode }) });
  }

  /** Puts another form in place of this one. Answers how to take it back, or null when nobody loses anything. */
  #replace(next: FormFields): (() => void) | null {
    const before = this.fields;
    this.#quietUntil = 0;
    this.#put(next);
    void items.ensure(usedBy(next));
    return lost(before, next) ? () => this.#put(before) : null;
  }

  /** Fills the form from a recipe. */
  useRecipe(recipe: PictureRequest): (() => void) | null {
    const model =
      recipe.kind === "make" ? this.models?.make.find((entry) => entry.id === recipe.model) : null;
    return this.#replace(withRecipe(this.fields, recipe, model ?? null, this.makeModel?.id ?? null));
  }

  /** Follows the style of a picture too, as far as the model takes so many. */
  addStyleReference(item: ItemView, most: number): boolean {
    const { styleReferences } = this.fields;
    if (styleReferences.some((reference) => reference.item === item.id)) return true;
    if (styleReferences.length >= most) return false;
    items.keep([item]);
    this.change({ styleReferences: [...styleReferences, { item: item.id, strength: null }] });
    return true;
  }

  removeStyleReference(item: string): void {
    this.change({ styleReferences: this.fields.styleReferences.filter((other) => other.item !== item) });
  }

  moveStyleReference(from: number, to: number): void {
    const list = [...this.fields.styleReferences];
    const [moved] = list.splice(from, 1);
    if (moved === undefined || to < 0 || to > list.length) return;
    list.splice(to, 0, moved);
    this.change({ styleReferences: list });
  }

  setReferenceStrength(item: string, strength: number): void {
    this.change({
      styleReferences: this.fields.styleReferences.map((other) =>
        other.item === item ? { item, strength } : other,
      ),
    });
  }

  /** Starts the form anew; what it does and with which model stays. */
  reset(): (() => void) | null {
    const { mode, model, editModel } = this.fields;
    return this.#replace({ ...EMPTY_FORM, mode, model, editModel });
  }

  /** The settings that most people leave as they are, as they are usually. */
  resetUnusual(): void {
    this.change(Object.fromEntries(this.unusual.map((key) => [key, EMPTY_FORM[key]])));
  }

  /** Puts other words in place of the prompt; Ctrl+Z brings the old ones back. */
  usePrompt(words: string, negative: string | null = null): (() => void) | null {
    if (this.fields.mode === "edit") {
      this.#replaced = [...this.#replaced, { was: this.fields.editPrompt, is: words }];
      return this.#replace({ ...this.fields, editPrompt: words });
    }
    this.#replaced = [...this.#replaced, { was: this.fields.prompt, is: words }];
    return this.#replace({
      ...this.fields,
      mode: "make",
      prompt: words,
      negative: negative ?? this.fields.negative,
    });
  }

  /** Takes back words that were put in place of typed ones; false when the last change was typed. */
  undoPrompt(): boolean {
    const last = this.#replaced.at(-1);
    const key = this.fields.mode === "edit" ? "editPrompt" : "prompt";
    if (last?.is !== this.fields[key]) return false;
    this.#replaced = this.#replaced.slice(0, -1);
    this.change({ [key]: last.was });
    return true;
  }

  /** What a request would cost that isn't this form's. */
  price(request: PictureRequest): Promise<Result<Estimate>> {
    return platform.commands.estimatePicture(request);
  }

  roll(): void {
    this.#put({ seed: 1 + Math.floor(this.#random() * LARGEST_SEED) });
  }

  /** Has what the form asks for priced, after a pause. */
  ask(): void {
    const { batch } = this;
    this.estimate.ask(batch === null ? this.request : null);
    this.batchEstimate.ask(batch !== null && this.reckoning?.tooMany === false ? batch : null);
  }

  /** Has the same priced again: the account or the limit has changed. */
  askAgain(): void {
    if (this.batch === null) this.estimate.again(this.request);
    else if (this.reckoning?.tooMany === false) this.batchEstimate.again(this.batch);
  }

  /**
   * Sends what the form asks for, at the price that is shown; words typed a moment ago are checked first. null when
   * something is missing, when the check finds another price, or when this is the second half of a double click.
   */
  async send(): Promise<Sent | null> {
    const shown = this.offer;
    if (this.sending || this.request === null || shown === null) return null;
    if (this.wildcards.unbalanced || this.#now() < this.#quietUntil) return null;
    this.sending = true;
    try {
      if (this.batch === null) await this.estimate.settle(this.request);
      else await this.batchEstimate.settle(this.batch);
      const { offer } = this;
      if (offer === null || offer.problem !== null) return null;
      if (offer.account !== shown.account || offer.amount?.amount !== shown.amount?.amount) return null;
      this.#quietUntil = this.#now() + DOUBLE_CLICK;
      // A seed of our own: then the recipe is whole, whatever the answer tells.
      if (this.fields.mode === "make" && !this.fields.seedLocked) this.roll();
      const expected = { account: offer.account, amount: offer.amount };
      return this.batch === null
        ? await jobs.send(this.request, expected)
        : await jobs.sendBatch(this.batch, expected);
    } finally {
      this.sending = false;
    }
  }

  /** Writes the form down now, if it changed. */
  keepNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keep?.(JSON.stringify(this.fields));
  }

  #keepSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(), KEEP);
  }
}

/** The items a form speaks of. */
function usedBy(fields: FormFields): readonly string[] {
  const references = fields.styleReferences.map((reference) => reference.item);
  return fields.source === null ? references : [fields.source, ...references];
}

function find(
  list: readonly ModelView[] | undefined,
  wanted: string | null,
  usual: string | null,
): ModelView | null {
  if (list === undefined) return null;
  return (
    list.find((model) => model.id === wanted) ??
    list.find((model) => model.id === usual) ??
    list.find((model) => !model.offline) ??
    list[0] ??
    null
  );
}

export const pictures = new Pictures();
