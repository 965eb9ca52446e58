import type { AppError, Estimate, ItemView, ModelView, PictureModels, PictureRequest } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { items } from "./items.svelte";
import { jobs, type JobAnswer } from "./jobs.svelte";
import { LivePrice } from "./live-price.svelte";
import {
  chosenOf,
  EMPTY_FORM,
  LARGEST_SEED,
  missingIn,
  ratiosOf,
  readForm,
  requestOf,
  usualRatio,
  withRecipe,
  type FormFields,
  type Mode,
} from "./pictures-form";
import { sizeFor, upscaled } from "./pictures-shapes";

/** The form is written down this long after the last change, in milliseconds. */
const KEEP = 500;
/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;

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
    const divisor = this.makeModel?.size_divisor ?? null;
    return divisor === null ? null : sizeFor(this.ratio ?? "1:1", divisor);
  });
  readonly upscaledSize = $derived(this.source ? upscaled(this.source, this.fields.scale) : null);
  readonly #choices = $derived({ make: this.makeModel, edit: this.editModel });
  readonly missing = $derived(missingIn(this.fields, this.#choices, this.source));
  readonly request: PictureRequest | null = $derived(
    requestOf(this.fields, this.#choices, this.source, this.scaleDown),
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

  #keep: ((form: string) => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    if (this.fields.source !== null) void items.ensure([this.fields.source]);
  }

  /** Reads models and styles; what can't be read is told, and the rest works. */
  async load(refresh = false): Promise<void> {
    const [models, styles] = await Promise.all([
      platform.commands.pictureModels(refresh),
      platform.commands.pictureStyles(),
    ]);
    if (models.status === "ok") {
      this.models = models.data;
      this.modelsProblem = null;
    } else this.modelsProblem = models.error;
    if (styles.status === "ok") this.styles = styles.data;
  }

  change(patch: Partial<FormFields>): void {
    // Another form is another wish.
    this.#quietUntil = 0;
    this.#put(patch);
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

  /** Fills the form from a recipe. Answers how to take it back, or null when nothing typed was replaced. */
  useRecipe(recipe: PictureRequest): (() => void) | null {
    const before = this.fields;
    const next = withRecipe(before, recipe);
    if (next.source !== null && next.source !== before.source) void items.ensure([next.source]);
    this.change(next);
    const replaced = (was: string, is: string) => was.trim() !== "" && was !== is;
    const lost = replaced(before.prompt, next.prompt) || replaced(before.editPrompt, next.editPrompt);
    return lost ? () => this.change(before) : null;
  }

  /** What a request would cost that isn't this form's. */
  price(request: PictureRequest): Promise<Result<Estimate>> {
    return platform.commands.estimatePicture(request);
  }

  roll(): void {
    this.#put({ seed: 1 + Math.floor(this.#random() * LARGEST_SEED) });
  }

  /**
   * Sends what the form asks for, at the price that is shown; words typed a moment ago are checked first. null when
   * something is missing, when the check finds another price, or when this is the second half of a double click.
   */
  async send(): Promise<JobAnswer | null> {
    const shown = this.estimate.value;
    if (this.sending || this.request === null || shown === null) return null;
    if (this.#now() < this.#quietUntil) return null;
    this.sending = true;
    try {
      await this.estimate.settle(this.request);
      const estimate = this.estimate.value;
      if (estimate === null || estimate.problem !== null) return null;
      if (estimate.account !== shown.account || estimate.amount?.amount !== shown.amount?.amount) return null;
      this.#quietUntil = this.#now() + DOUBLE_CLICK;
      // A seed of our own: then the recipe is whole, whatever the answer tells.
      if (this.fields.mode === "make" && !this.fields.seedLocked) this.roll();
      return await jobs.send(this.request, { account: estimate.account, amount: estimate.amount });
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
