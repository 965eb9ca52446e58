import type {
  AppError,
  Expected,
  Money,
  ReadingView,
  SoundFormat,
  SpeechEstimate,
  SpeechRequest,
  VoiceChoice,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";
import { overBudget } from "./over-budget.svelte";
import { isUnderWay } from "./reading-progress";

/** An audition: one line, and what became of it in each voice. */
export type Audition = {
  readonly id: string;
  readonly line: string;
  readonly readings: readonly ReadingView[];
};

/** What "again" was asked for, and its price. */
export type AskedAgain = { readonly reading: ReadingView; readonly estimate: SpeechEstimate };

/** The texts that were spoken or are being spoken, until they are put away. */
export class Readings {
  /** Newest first. */
  list = $state.raw<readonly ReadingView[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** "Again" is being priced, or sent where nobody is asked. */
  asking = $state(false);
  /** Waits for the user's word. */
  asked = $state.raw<AskedAgain | null>(null);

  /** Those that belong to no audition. */
  readonly texts: readonly ReadingView[] = $derived(this.list.filter((reading) => reading.audition === null));
  /** Newest first; the readings of each in the order they were asked for. */
  readonly auditions: readonly Audition[] = $derived.by(() => {
    const found = new Map<string, ReadingView[]>();
    for (const reading of this.list) {
      if (reading.audition === null) continue;
      const group = found.get(reading.audition);
      if (group === undefined) found.set(reading.audition, [reading]);
      else group.push(reading);
    }
    return [...found].map(([id, readings]) => ({
      id,
      line: readings[0]?.request.text ?? "",
      readings: readings.sort((one, other) => (one.id < other.id ? -1 : 1)),
    }));
  });
  readonly running: readonly ReadingView[] = $derived(this.list.filter(isUnderWay));

  #stops: (() => void)[] = [];
  #reading = false;
  #again = false;
  readonly #putAway = new Set<string>();

  /** Reads the list and follows it from then on. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#stops.length > 0) return;
    this.#stops = [
      events.on("readings", () => void this.read()),
      // A piece tells how it goes more often than its reading does.
      events.on("job", (batch) => {
        const jobs = new Map(batch.map(({ job }) => [job.id, job]));
        if (!this.list.some((reading) => reading.jobs.some((job) => jobs.has(job.id)))) return;
        this.list = this.list.map((reading) =>
          reading.jobs.some((job) => jobs.has(job.id))
            ? { ...reading, jobs: reading.jobs.map((job) => jobs.get(job.id) ?? job) }
            : reading,
        );
      }),
    ];
    await this.read();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Reads the list anew, one reading at a time. */
  async read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    const answer = await platform.commands.listReadings();
    this.#reading = false;
    if (this.#again) {
      // What was just read is older than what changed meanwhile.
      this.#again = false;
      await this.read();
      return;
    }
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.loaded = true;
    this.#show(answer.data);
  }

  get(id: string): ReadingView | null {
    return this.list.find((reading) => reading.id === id) ?? null;
  }

  async speak(request: SpeechRequest, expected: Expected): Promise<Result<readonly ReadingView[]>> {
    const answer = await overBudget.at(expected, (agreed) => platform.commands.startSpeech(request, agreed));
    if (answer.status === "error") return answer;
    this.#take([answer.data]);
    return { status: "ok", data: [answer.data] };
  }

  async audition(
    request: SpeechRequest,
    voices: readonly VoiceChoice[],
    expected: Expected,
  ): Promise<Result<readonly ReadingView[]>> {
    const answer = await overBudget.at(expected, (agreed) =>
      platform.commands.startAudition(request, [...voices], agreed),
    );
    if (answer.status === "ok") this.#take(answer.data);
    return answer;
  }

  /** Sends what is missing again, for no more than was shown; what is here isn't bought again. */
  async retry(id: string, evenIfCharged: boolean, most: Money | null): Promise<AppError | null> {
    const answer = await overBudget.asking((agreed) =>
      platform.commands.retryReading(id, evenIfCharged, most, agreed),
    );
    return this.#taken(answer);
  }

  /** Stops what is still to come. */
  async cancel(id: string): Promise<AppError | null> {
    return this.#taken(await platform.commands.cancelReading(id));
  }

  /** Takes it off this list; its sound stays in the Library. */
  async dismiss(ids: readonly string[]): Promise<AppError | null> {
    const before = this.list;
    for (const id of ids) this.#putAway.add(id);
    this.list = before.filter((reading) => !ids.includes(reading.id));
    const answers = await Promise.all(ids.map((id) => platform.commands.dismissReading(id)));
    const failed = answers.find((answer) => answer.status === "error");
    if (failed === undefined) return null;
    for (const [index, id] of ids.entries()) if (answers[index]?.status === "error") this.#putAway.delete(id);
    await this.read();
    return failed.error;
  }

  /** Prices the same once more. Pretend money is spent at once, other money is asked about. */
  async again(reading: ReadingView): Promise<AppError | null> {
    if (this.asked !== null || this.asking) return null;
    this.asking = true;
    try {
      const answer = await platform.commands.estimateSpeech(reading.request);
      if (answer.status === "error") return answer.error;
      if (answer.data.problem !== null) return answer.data.problem;
      this.asked = { reading, estimate: answer.data };
      return answer.data.pretend ? await this.sendAgain() : null;
    } finally {
      this.asking = false;
    }
  }

  async sendAgain(): Promise<AppError | null> {
    const { asked } = this;
    this.asked = null;
    if (asked === null) return null;
    const { account, amount } = asked.estimate;
    const answer = await this.speak(asked.reading.request, { account, amount });
    return answer.status === "error" ? answer.error : null;
  }

  leave(): void {
    this.asked = null;
  }

  /** Writes a sound where the user says, in another coding; its path, or null when the dialog was closed. */
  export(item: string, format: SoundFormat): Promise<Result<string | null>> {
    return platform.commands.exportSound(item, format);
  }

  #taken(answer: Result<ReadingView>): AppError | null {
    if (answer.status === "error") return answer.error;
    this.#take([answer.data]);
    return null;
  }

  #take(changed: readonly ReadingView[]): void {
    const ids = new Set(changed.map((reading) => reading.id));
    // A reading of the list that began before these does not know them.
    if (this.#reading) this.#again = true;
    this.#show([...changed, ...this.list.filter((reading) => !ids.has(reading.id))]);
  }

  #show(list: readonly ReadingView[]): void {
    this.list = list
      .filter((reading) => !reading.dismissed && !this.#putAway.has(reading.id))
      .toSorted((one, other) =>
        one.created_at === other.created_at
          ? Number(other.id > one.id) - Number(other.id < one.id)
          : Number(other.created_at > one.created_at) - Number(other.created_at < one.created_at),
      );
    void items.ensure(this.list.flatMap((reading) => reading.item ?? []));
  }
}

export const readings = new Readings();
