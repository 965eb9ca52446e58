import type {
  AppError,
  FoundText,
  ReadingView,
  SpeechEstimate,
  SpeechModel,
  SpeechRequest,
  VoiceChoice,
  VoiceModels,
  VoiceView,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { usualOf } from "./default-model";
import { events } from "./events";
import { LivePrice } from "./live-price.svelte";
import { readings } from "./readings.svelte";
import {
  auditionRequest,
  choicesOf,
  EMPTY_SPEECH,
  missingInSpeech,
  readSpeech,
  speechRequest,
  styleTooLong,
  voiceOf,
  withChoices,
  withSpeechModel,
  withSpeechRequest,
  type SpeechChoices,
  type SpeechFields,
} from "./speech-form";
import { isPicked, pickVoices, voicesOf, type Heard } from "./speech-voices";

/** The form is written down this long after the last change, in milliseconds. */
const KEEP = 600;
/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;

type Audition = { readonly request: SpeechRequest; readonly voices: readonly VoiceChoice[] };

/** What sending the form can end in: its readings, "repriced" when what was typed last costs another sum. */
export type SpeechSent = Result<readonly ReadingView[]> | "repriced" | null;

/** The Speak tab's form: its fields, the models and voices it may choose from, what it would cost, and sending it. */
export class Speech {
  fields = $state.raw<SpeechFields>(EMPTY_SPEECH);
  models = $state.raw<VoiceModels | null>(null);
  modelsProblem = $state.raw<AppError | null>(null);
  sending = $state(false);

  // Of texts only the length bears on a price: what was shown a moment ago stays, greyed, and sending checks it anew.
  readonly #reading = new LivePrice<SpeechRequest, SpeechEstimate>({
    read: (request) => platform.commands.estimateSpeech(request),
    bearing: (request) => request.model,
  });
  readonly #audition = new LivePrice<Audition, SpeechEstimate>({
    read: ({ request, voices }) => platform.commands.estimateAudition(request, [...voices]),
    bearing: ({ voices }) => JSON.stringify(voices),
  });

  readonly speakers: readonly SpeechModel[] = $derived(this.models?.speak ?? []);
  readonly model: SpeechModel | null = $derived.by(() => {
    const { speakers } = this;
    const chosen = speakers.find((model) => model.id === this.fields.model);
    return chosen ?? usualOf(speakers, [this.models?.default_speak]);
  });
  readonly choices: SpeechChoices = $derived(choicesOf(this.fields, this.model?.id ?? null));
  readonly voice: VoiceView | null = $derived(this.model === null ? null : voiceOf(this.choices, this.model));
  /** The voices of all models that answer. */
  readonly all: readonly Heard[] = $derived(voicesOf(this.speakers.filter((model) => !model.offline)));
  /** Those of the audition that there still are. */
  readonly picked: readonly Heard[] = $derived(
    this.all.filter((heard) => isPicked(this.fields.voices, heard)),
  );
  readonly styleTooLong: boolean = $derived(this.model !== null && styleTooLong(this.choices, this.model));
  readonly missing = $derived.by(() => {
    const missing = missingInSpeech(this.fields, this.model);
    return missing === null && this.fields.mode === "audition" && this.picked.length === 0
      ? "voices"
      : missing;
  });
  readonly request: SpeechRequest | null = $derived.by(() =>
    this.fields.mode !== "read" || this.missing !== null || this.model === null
      ? null
      : speechRequest(this.fields, this.model),
  );
  readonly auditioned: Audition | null = $derived.by(() => {
    const first = this.picked[0];
    if (this.fields.mode !== "audition" || this.missing !== null || first === undefined) return null;
    const voices = this.picked.map(({ model, voice }) => ({ model: model.id, voice: voice.id }));
    return { request: auditionRequest(this.fields, first.model), voices };
  });
  readonly #price = $derived(this.fields.mode === "read" ? this.#reading : this.#audition);
  readonly offer: SpeechEstimate | null = $derived(this.#price.value);
  readonly offerStale: boolean = $derived(this.#price.stale);
  readonly offerProblem: AppError | null = $derived(this.#price.problem ?? this.offer?.problem ?? null);
  readonly ready: boolean = $derived(
    this.missing === null && this.offer !== null && this.offerProblem === null && !this.styleTooLong,
  );

  #opened = false;
  #touched = false;
  #stop: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: Promise<AppError | null> = Promise.resolve(null);
  /** There is something in the form that isn't on disk. */
  #unkept = false;
  #modelsRun = 0;
  #quietUntil = 0;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes the form as it was left. What was typed meanwhile stays. */
  async open(): Promise<AppError | null> {
    if (this.#opened) return null;
    this.#opened = true;
    // A voice that was cloned or has ended changes the lists.
    this.#stop = events.on("clones", () => void this.load());
    const kept = await platform.commands.speechDraft();
    if (kept.status === "error") {
      // It is read when one comes here again.
      this.stop();
      this.#opened = false;
      return kept.error;
    }
    if (!this.#touched) this.fields = readSpeech(kept.data);
    return null;
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#reading.stop();
    this.#audition.stop();
  }

  /** Reads models and voices; `refresh` asks Venice again. */
  async load(refresh = false): Promise<void> {
    const run = ++this.#modelsRun;
    const answer = await platform.commands.voiceModels(refresh);
    if (run !== this.#modelsRun) return;
    if (answer.status === "error") {
      this.modelsProblem = answer.error;
      return;
    }
    this.models = answer.data;
    this.modelsProblem = answer.data.problem;
  }

  change(patch: Partial<Omit<SpeechFields, "model" | "choices">>): void {
    this.#put({ ...this.fields, ...patch });
  }

  chooseModel(id: string): void {
    this.#put(withSpeechModel(this.fields, this.model?.id ?? null, id));
  }

  /** Chooses for the model that is in the form. */
  choose(patch: Partial<SpeechChoices>): void {
    if (this.model !== null) this.#put(withChoices(this.fields, this.model.id, patch));
  }

  /** Takes a voice of any model into the form. */
  useVoice(model: string, voice: string): void {
    const next = withSpeechModel(this.fields, this.model?.id ?? null, model);
    this.#put({ ...withChoices(next, model, { voice }), mode: "read" });
  }

  /** Chooses voices for an audition, or leaves them out. */
  pick(voices: readonly Heard[], picked: boolean): void {
    this.change({ voices: pickVoices(this.fields.voices, voices, picked) });
  }

  /** Puts a text in place of the one that is there. Answers how to take it back, or null when none was. */
  useText({ title, text }: FoundText): (() => void) | null {
    return this.#replace({ ...this.fields, mode: "read", text, title });
  }

  useRequest(request: SpeechRequest): (() => void) | null {
    return this.#replace(withSpeechRequest(this.fields, request));
  }

  /** Starts the form anew; the model and what is chosen for each stay. */
  reset(): (() => void) | null {
    const { mode, model, choices, playLive } = this.fields;
    return this.#replace({ ...EMPTY_SPEECH, mode, model, choices, playLive });
  }

  /** Marks a voice as a favourite, or no longer; shown at once. */
  async mark({ model, voice }: Heard, favourite: boolean): Promise<AppError | null> {
    const before = this.models;
    this.#modelsRun += 1;
    if (before !== null) this.models = marked(before, model.id, voice.id, favourite);
    const answer = await platform.commands.markVoice(model.id, voice.id, favourite);
    if (answer.status === "ok") {
      this.models = answer.data;
      return null;
    }
    if (this.models !== null) this.models = marked(this.models, model.id, voice.id, !favourite);
    return answer.error;
  }

  /** Has what the form asks for priced, after a pause. */
  ask(): void {
    this.#reading.ask(this.request);
    this.#audition.ask(this.auditioned);
  }

  /** Has the same priced again: the account or the limit has changed. */
  askAgain(): void {
    this.#reading.again(this.request);
    this.#audition.again(this.auditioned);
  }

  /** Sends what the form asks for, at the price that is shown. null when something is missing, or for a double click. */
  async send(): Promise<SpeechSent> {
    const shown = this.offer;
    if (this.sending || shown === null || !this.ready || this.#now() < this.#quietUntil) return null;
    const { request, auditioned } = this;
    this.sending = true;
    try {
      if (request !== null) await this.#reading.settle(request);
      else if (auditioned !== null) await this.#audition.settle(auditioned);
      const { offer } = this;
      if (offer === null || this.offerProblem !== null) return null;
      this.#quietUntil = this.#now() + DOUBLE_CLICK;
      // Nobody pays a price that wasn't on the button, nor with the second of two clicks one that has just come there.
      if (offer.account !== shown.account || offer.amount?.amount !== shown.amount?.amount) return "repriced";
      const expected = { account: offer.account, amount: offer.amount };
      const answer =
        request !== null
          ? await readings.speak(request, expected)
          : auditioned !== null
            ? await readings.audition(auditioned.request, auditioned.voices, expected)
            : null;
      // The button says what it is now.
      if (answer?.status === "error" && answer.error.code === "price_changed") this.askAgain();
      return answer;
    } finally {
      this.sending = false;
    }
  }

  /** Writes the form down now, if it changed; done when it is on disk. */
  async keepNow(): Promise<AppError | null> {
    clearTimeout(this.#timer);
    if (this.#unkept) {
      this.#unkept = false;
      const draft = JSON.stringify(this.fields);
      // One after the other: the last one is the one that stays.
      this.#keeping = this.#keeping.then(() => this.#keep(draft));
    }
    return this.#keeping;
  }

  async #keep(draft: string): Promise<AppError | null> {
    const answer = await platform.commands.keepSpeechDraft(draft);
    if (answer.status === "ok") return null;
    // It is tried again with the next change, and when one leaves.
    this.#unkept = true;
    return answer.error;
  }

  /** Told when the form could not be kept. */
  onkeepproblem: ((problem: AppError) => void) | null = null;

  #replace(next: SpeechFields): (() => void) | null {
    const before = this.fields;
    this.#put(next);
    const lost = before.text.trim() !== "" && before.text !== next.text;
    return lost ? () => this.#put(before) : null;
  }

  #put(next: SpeechFields): void {
    // Another form is another wish.
    this.#quietUntil = 0;
    this.#touched = true;
    this.fields = next;
    this.#unkept = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.keepNow().then((problem) => problem !== null && this.onkeepproblem?.(problem));
    }, KEEP);
  }
}

function marked(models: VoiceModels, model: string, voice: string, favourite: boolean): VoiceModels {
  return {
    ...models,
    speak: models.speak.map((entry) =>
      entry.id === model
        ? { ...entry, voices: entry.voices.map((one) => (one.id === voice ? { ...one, favourite } : one)) }
        : entry,
    ),
  };
}

export const speech = new Speech();
