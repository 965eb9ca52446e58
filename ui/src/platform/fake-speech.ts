/** The speech of the back end in memory. */
import type {
  AppError,
  AppEvent,
  CloneView,
  ItemView,
  JobView,
  Money,
  Picked,
  ReadingView,
  SpeechRequest,
  VoiceModels,
} from "@/bindings";
import { fakeError, usd } from "./fake-data";
import { fakeSound } from "./fake-recorder";
import { fakeClone, fakeReading, fakeSpeakJob, fakeVoice, fakeVoiceModels } from "./fake-speech-data";
import type { Commands, Result } from "./platform";

type SpeechCommands = Pick<
  Commands,
  | "voiceModels"
  | "markVoice"
  | "estimateSpeech"
  | "startSpeech"
  | "estimateAudition"
  | "startAudition"
  | "listReadings"
  | "retryReading"
  | "cancelReading"
  | "dismissReading"
  | "speechDraft"
  | "keepSpeechDraft"
  | "estimateText"
  | "fetchText"
  | "listClones"
  | "estimateClone"
  | "makeClone"
  | "renewClone"
  | "renameClone"
  | "forgetClone"
  | "cloneConsent"
  | "pickFiles"
>;

export type FakeSpeechOptions = {
  readonly models?: VoiceModels;
  readonly readings?: readonly ReadingView[];
  readonly clones?: readonly CloneView[];
  readonly draft?: string;
  readonly consented?: boolean;
  readonly picked?: readonly Picked[];
};

type Rest = {
  readonly now: () => Date;
  readonly account: () => { id: string; pretend: boolean };
  readonly emit: (...events: AppEvent[]) => void;
  readonly make: (over: Partial<ItemView>) => string;
  readonly find: (id: string) => ItemView | undefined;
  /** How long a piece takes, in milliseconds; 0 = it never comes by itself. */
  readonly takes: number;
  readonly options: FakeSpeechOptions;
};

/** What a test may do to it. */
export type FakeSpeech = {
  readonly readings: readonly ReadingView[];
  /** All pieces of a reading are here now. */
  finish(id: string): void;
  change(id: string, over: Partial<ReadingView>): void;
};

const MOST_CHARACTERS = 4096;
const DAY = 86_400_000;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}

/** A millionth of the model's price for each character, exact. */
function priceOf(price: Money | null, characters: number): Money | null {
  if (price === null) return null;
  const millionths = BigInt(Math.round(Number(price.amount) * 10) * characters);
  const text = millionths.toString().padStart(8, "0");
  return usd(`${text.slice(0, -7)}.${text.slice(-7).replace(/0+$/, "").padEnd(2, "0")}`);
}

export function fakeSpeech(rest: Rest): SpeechCommands & { readonly speech: FakeSpeech } {
  let models = structuredClone(rest.options.models ?? fakeVoiceModels());
  let readings: ReadingView[] = [...(rest.options.readings ?? [])];
  let clones: CloneView[] = [...(rest.options.clones ?? [])];
  let draft = rest.options.draft ?? null;
  let consented = rest.options.consented ?? false;
  let serial = 0;

  const modelOf = (id: string) => models.speak.find((model) => model.id === id);
  const payer = () => ({ account: rest.account().id, pretend: rest.account().pretend });

  function measure(request: SpeechRequest): { characters: number; pieces: number; chapters: string[] } {
    const lines = request.text.split("\n");
    const chapters = lines.filter((line) => line.startsWith("#")).map((line) => line.replace(/^#+\s*/, ""));
    const said = lines
      .filter((line) => !line.startsWith("#"))
      .join("\n")
      .trim();
    const characters = [...said].length;
    return { characters, pieces: Math.max(1, Math.ceil(characters / MOST_CHARACTERS)), chapters };
  }
  function problemOf(request: SpeechRequest): AppError | null {
    if (measure(request).characters === 0) return fakeError("prompt_empty");
    return modelOf(request.model)?.offline === true ? fakeError("MODEL_OFFLINE") : null;
  }
  function put(reading: ReadingView): ReadingView {
    const known = readings.some((one) => one.id === reading.id);
    readings = known
      ? readings.map((one) => (one.id === reading.id ? reading : one))
      : [reading, ...readings];
    rest.emit({ type: "readings", ids: [reading.id] });
    return reading;
  }
  function finish(id: string): void {
    const reading = readings.find((one) => one.id === id);
    if (reading?.state !== "speaking") return;
    const at = rest.now().toISOString();
    const length = Math.max(2000, measure(reading.request).characters * 60);
    const item = rest.make(
      fakeSound(9000 + (serial += 1), length, {
        origin: "made",
        title: reading.title,
        prompt: reading.request.text.slice(0, 200),
        model: reading.request.model,
        cost: reading.estimate,
        pretend: rest.account().pretend,
      }),
    );
    const jobs = reading.jobs.map((job): JobView => ({
      ...job,
      state: "saved",
      finished_at: at,
      items: [item],
    }));
    const chapters = reading.chapters.map((chapter, index, all) => ({
      ...chapter,
      at_ms: Math.round((index * length) / all.length),
    }));
    put({ ...reading, state: "done", jobs, chapters, item });
  }
  function start(request: SpeechRequest, audition: string | null): ReadingView {
    serial += 1;
    const id = `reading-${String(Date.now())}-${String(serial)}`;
    const { pieces, chapters, characters } = measure(request);
    const price = modelOf(request.model)?.price ?? null;
    const at = rest.now().toISOString();
    const title = request.title ?? [...request.text].slice(0, 60).join("");
    const jobs = Array.from({ length: pieces }, (_, index) =>
      fakeSpeakJob(`${id}-${String(index)}`, {
        state: index < 2 ? "sent" : "planned",
        title,
        model: request.model,
        created_at: at,
        sent_at: index < 2 ? at : null,
        finished_at: null,
        estimate: priceOf(price, Math.min(characters, MOST_CHARACTERS)),
        ...payer(),
        expected_ms: 2500,
      }),
    );
    if (rest.takes > 0) setTimeout(() => finish(id), rest.takes);
    return put(
      fakeReading(id, {
        state: "speaking",
        request,
        title,
        created_at: at,
        jobs,
        chapters: chapters.map((label) => ({ at_ms: 0, label })),
        estimate: priceOf(price, characters),
        audition,
      }),
    );
  }
  const auditioned = (request: SpeechRequest, voices: Parameters<Commands["estimateAudition"]>[1]) =>
    voices.map(({ model, voice }): SpeechRequest => ({ ...request, model, voice }));
  function withVoices(): void {
    models = {
      ...models,
      speak: models.speak.map((model) => ({
        ...model,
        voices: [
          ...model.voices.filter((voice) => voice.clone === null),
          ...clones
            .filter((clone) => clone.model === model.id && clone.problem === null)
            .map((clone) => fakeVoice(clone.handle, { name: clone.name, clone: clone.id })),
        ],
      })),
    };
    rest.emit({ type: "clones" });
  }
  if (clones.length > 0) withVoices();
  const cloneEnd = (): string => new Date(rest.now().getTime() + 7 * DAY).toISOString();
  function changeClone(id: string, over: Partial<CloneView>): Promise<Result<CloneView>> {
    clones = clones.map((clone) => (clone.id === id ? { ...clone, ...over } : clone));
    const changed = clones.find((clone) => clone.id === id);
    if (changed === undefined) return fail("not_found");
    withVoices();
    return ok(changed);
  }

  return {
    speech: {
      get readings() {
        return readings;
      },
      finish,
      change(id, over) {
        const reading = readings.find((one) => one.id === id);
        if (reading !== undefined) put({ ...reading, ...over });
      },
    },
    voiceModels: () => ok(structuredClone(models)),
    markVoice(model, voice, favourite) {
      const found = modelOf(model)?.voices.find((one) => one.id === voice);
      if (found === undefined) return fail("not_found");
      found.favourite = favourite;
      return ok(structuredClone(models));
    },
    estimateSpeech(request) {
      const { characters, pieces, chapters } = measure(request);
      return ok({
        amount: priceOf(modelOf(request.model)?.price ?? null, characters),
        characters,
        pieces,
        chapters: chapters.length,
        ...payer(),
        problem: problemOf(request),
      });
    },
    startSpeech: (request) => ok(start(request, null)),
    estimateAudition(request, voices) {
      const all = auditioned(request, voices);
      const { characters } = measure(request);
      // Prices have one digit after the point, so tenths are exact.
      const tenths = all.reduce((sum, one) => sum + Number(modelOf(one.model)?.price?.amount ?? 0) * 10, 0);
      return ok({
        amount: priceOf(usd(String(tenths / 10)), characters),
        characters: characters * all.length,
        pieces: all.length,
        chapters: 0,
        ...payer(),
        problem: null,
      });
    },
    startAudition(request, voices) {
      const id = `audition-${String((serial += 1))}`;
      return ok(auditioned(request, voices).map((one) => start(one, id)));
    },
    listReadings: () => ok(readings.filter((reading) => !reading.dismissed)),
    retryReading(id, evenIfCharged) {
      const reading = readings.find((one) => one.id === id);
      if (reading === undefined) return fail("not_found");
      const at = rest.now().toISOString();
      const jobs = reading.jobs.map((job): JobView => {
        if (job.state === "saved" || (job.state === "unknown" && !evenIfCharged)) return job;
        return { ...job, id: `${job.id}-again`, state: "sent", sent_at: at, finished_at: null, error: null };
      });
      if (rest.takes > 0) setTimeout(() => finish(id), rest.takes);
      return ok(put({ ...reading, state: "speaking", jobs, problem: null }));
    },
    cancelReading(id) {
      const reading = readings.find((one) => one.id === id);
      if (reading?.state !== "speaking") return fail("job_not_cancellable");
      const jobs = reading.jobs.map((job): JobView =>
        job.state === "saved" ? job : { ...job, state: "cancelled", billing: "nothing" },
      );
      return ok(put({ ...reading, state: "incomplete", jobs, problem: fakeError("cancelled") }));
    },
    dismissReading(id) {
      readings = readings.map((one) => (one.id === id ? { ...one, dismissed: true } : one));
      return ok(null);
    },
    speechDraft: () => ok(draft),
    keepSpeechDraft(kept) {
      draft = kept;
      return ok(null);
    },
    estimateText: (source) =>
      ok({
        free: source.kind === "file",
        amount: source.kind === "file" ? null : usd("0.01"),
        ...payer(),
        problem: null,
      }),
    fetchText: (source) =>
      ok({
        title: source.kind === "file" ? "A morning on the lagoon" : new URL(source.url).hostname,
        text: "# Before dawn\nThe boats come in from Sant'Erasmo with artichokes.\n# The market\nAt Rialto the stalls are open.",
      }),
    listClones: () => ok([...clones]),
    estimateClone(request) {
      const cloning = modelOf(request.model)?.cloning ?? null;
      const whole = rest.find(request.sample)?.duration_ms ?? 30_000;
      const seconds = ((request.to_ms ?? whole) - (request.from_ms ?? 0)) / 1000;
      const short = cloning?.least_seconds != null && seconds < cloning.least_seconds;
      const problem = short
        ? fakeError("sample_too_short", {
            message: "This sample is too short for a voice.",
            hint: "Choose a longer part.",
          })
        : null;
      return ok({ free: false, amount: cloning?.price ?? null, ...payer(), problem });
    },
    makeClone(request) {
      if (!request.consent) return fail("needs_confirmation");
      consented = true;
      const clone = fakeClone(`clone-${String((serial += 1))}`, {
        name: request.name,
        model: request.model,
        sample: request.sample,
        made_at: rest.now().toISOString(),
        ends_at: cloneEnd(),
        ...payer(),
      });
      clones = [clone, ...clones];
      withVoices();
      return ok(clone);
    },
    renewClone: (id) => changeClone(id, { ends_at: cloneEnd(), problem: null }),
    renameClone: (id, name) => changeClone(id, { name }),
    forgetClone(id) {
      clones = clones.filter((clone) => clone.id !== id);
      withVoices();
      return ok(null);
    },
    cloneConsent: () => ok(consented),
    pickFiles: () =>
      ok([
        ...(rest.options.picked ?? [
          { handle: "picked-text", name: "morning.md", bytes: 4200, is_folder: false },
        ]),
      ]),
  };
}
