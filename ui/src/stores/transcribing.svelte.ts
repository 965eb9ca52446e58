import type {
  AppError,
  HearingModel,
  ItemView,
  Picked,
  TranscribeEstimate,
  TranscribeRequest,
  TranscriptSummary,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { priceChanged } from "./chat-ask";
import { usualOf } from "./default-model";
import { imports, type Brought } from "./imports.svelte";
import { items } from "./items.svelte";
import { KeptForm } from "./kept-form";
import { LivePrice } from "./live-price.svelte";
import { overBudget } from "./over-budget.svelte";

/** The form is written down this long after the last change, in milliseconds. */
const KEEP = 500;
/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;

/** What is asked for: the words of a sound or film, or those of a film at an address. */
export type Wish =
  | { readonly kind: "item"; readonly request: TranscribeRequest }
  | { readonly kind: "address"; readonly url: string };

/** How it is to be heard: what stays when the next sound is. */
export type HearingFields = {
  /** null = the default. */
  readonly model: string | null;
  /** null = the model finds out. */
  readonly language: string | null;
  readonly timestamps: boolean;
};

const USUAL: HearingFields = { model: null, language: null, timestamps: true };

/** What is missing before it can be sent. */
export type Missing = "item" | "address" | "model";

/** A film's page, as people copy it. */
export function isFilmAddress(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text.trim());
    return (
      /^https?:$/.test(protocol) && /(^|\.)(youtube\.com|youtu\.be|youtube-nocookie\.com)$/.test(hostname)
    );
  } catch {
    return false;
  }
}

/** What a new transcript is made of and how, what it would cost, and sending it. */
export class Transcribing {
  from = $state<Wish["kind"]>("item");
  item = $state.raw<ItemView | null>(null);
  address = $state("");
  fields = $state.raw<HearingFields>(USUAL);
  models = $state.raw<readonly HearingModel[] | null>(null);
  /** The model that is used where none was chosen. */
  usual = $state<string | null>(null);
  modelsProblem = $state.raw<AppError | null>(null);
  sending = $state(false);

  readonly price = new LivePrice<Wish, TranscribeEstimate>({
    read: (wish) =>
      wish.kind === "item"
        ? platform.commands.estimateTranscription(wish.request)
        : platform.commands.estimateAddress(wish.url),
    bearing: (wish) =>
      wish.kind === "item" ? `${wish.request.item} ${wish.request.model}` : `address ${wish.url}`,
  });

  readonly model: HearingModel | null = $derived.by(() => {
    const models = this.models ?? [];
    return (
      models.find((one) => one.id === this.fields.model) ??
      usualOf(
        models.filter((one) => !one.offline),
        [this.usual],
      )
    );
  });
  readonly missing: Missing | null = $derived.by(() => {
    if (this.from === "address") return isFilmAddress(this.address) ? null : "address";
    if (this.item === null) return "item";
    return this.model === null ? "model" : null;
  });
  readonly wish: Wish | null = $derived.by(() => {
    if (this.missing !== null) return null;
    if (this.from === "address") return { kind: "address", url: this.address.trim() };
    const { item, model } = this;
    if (item === null || model === null) return null;
    return {
      kind: "item",
      request: {
        item: item.id,
        model: model.id,
        language: model.takes_language ? this.fields.language : null,
        timestamps: this.fields.timestamps && model.word_times !== false,
      },
    };
  });
  readonly offer: TranscribeEstimate | null = $derived.by(() => this.price.value);
  readonly problem: AppError | null = $derived.by(
    () => this.price.problem ?? this.price.value?.problem ?? null,
  );
  readonly ready: boolean = $derived.by(
    () => this.wish !== null && this.offer !== null && this.problem === null && !this.sending,
  );

  #keep: ((form: string) => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #modelsRun = 0;
  #quietUntil = 0;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes the form as it was left, and says where to write it down from then on. */
  open(kept: string | null, keep: (form: string) => void): void {
    if (this.#keep !== null) return;
    this.#keep = keep;
    const form = KeptForm.read(kept);
    this.fields = {
      model: form.text("model"),
      language: form.text("language"),
      timestamps: form.yes("timestamps") ?? USUAL.timestamps,
    };
  }

  change(patch: Partial<HearingFields>): void {
    this.fields = { ...this.fields, ...patch };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(), KEEP);
  }

  /** Writes the form down now, if it changed. */
  keepNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keep?.(JSON.stringify(this.fields));
  }

  async load(refresh = false): Promise<void> {
    const run = ++this.#modelsRun;
    const answer = await platform.commands.voiceModels(refresh);
    if (run !== this.#modelsRun) return;
    if (answer.status === "error") {
      this.modelsProblem = answer.error;
      return;
    }
    this.models = answer.data.hear;
    this.usual = answer.data.default_hear;
    this.modelsProblem = answer.data.problem;
  }

  /** Takes a sound or film to work on. */
  use(item: ItemView): void {
    items.keep([item]);
    this.item = item;
    this.from = "item";
    this.#quietUntil = 0;
  }

  /** Takes an item that is only known by its id. */
  async useById(id: string): Promise<AppError | null> {
    const problem = await items.ensure([id]);
    const item = items.get(id);
    if (item !== null && item.kind !== "picture") this.use(item);
    return item === null ? problem : null;
  }

  /** Opens the file dialog, and takes what was chosen into the library first. */
  async pick(): Promise<Brought> {
    const answer = await platform.commands.pickFiles();
    if (answer.status === "error") {
      return { items: [], taken: 0, known: 0, problem: answer.error, nothing: false };
    }
    return this.bring(answer.data);
  }

  /** Takes files into the library; the first that can be heard is worked on. */
  async bring(files: readonly Picked[]): Promise<Brought> {
    const brought = await imports.bring(files);
    const heard = brought.items.find((item) => item.kind !== "picture");
    if (heard !== undefined) this.use(heard);
    return brought;
  }

  /** Sends it at the price that is shown. null when something is missing, or for a double click. */
  async send(): Promise<Result<TranscriptSummary> | null> {
    const { wish, offer: shown } = this;
    if (this.sending || wish === null || shown === null || this.#now() < this.#quietUntil) return null;
    this.sending = true;
    try {
      await this.price.settle(wish);
      const { offer } = this;
      if (offer === null || offer.problem !== null) return null;
      this.#quietUntil = this.#now() + DOUBLE_CLICK;
      // Nobody pays a price that wasn't on the button, nor with the second of two clicks one that has just come there.
      if (offer.account !== shown.account || offer.amount?.amount !== shown.amount?.amount)
        return { status: "error", error: priceChanged };
      const expected = { account: offer.account, amount: offer.amount };
      const answer = await overBudget.at(expected, (agreed) =>
        wish.kind === "item"
          ? platform.commands.startTranscription(wish.request, agreed)
          : platform.commands.transcribeAddress(wish.url, agreed),
      );
      if (answer.status === "ok") {
        // The same once more would cost as much again: whoever wants that chooses it anew.
        this.item = null;
        this.address = "";
      } else if (answer.error.code === "price_changed") {
        // The button says what it is now.
        this.price.again(this.wish);
      }
      return answer;
    } finally {
      this.sending = false;
    }
  }
}

export const transcribing = new Transcribing();
