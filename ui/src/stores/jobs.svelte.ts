import type {
  AppError,
  Expected,
  FilmAgreements,
  FilmRequest,
  JobState,
  JobView,
  MusicRequest,
  PictureBatch,
  PictureRequest,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { overBudget } from "./over-budget.svelte";

/** Whether sending it again may cost a second time, so that it has to be asked first. */
export function mayHaveBeenCharged(job: JobView): boolean {
  return job.state !== "saved" && !isStalled(job) && job.billing !== "nothing";
}

/** What sending, stopping or repeating a job is answered with. */
export type JobAnswer = Result<JobView>;

const order: Record<JobState, number> = {
  planned: 0,
  sent: 1,
  accepted: 2,
  ready: 3,
  saved: 4,
  failed: 4,
  cancelled: 4,
  unknown: 4,
};

/** Whether its answer is on disk and could not be kept, for want of space for instance. It can be tried again for free. */
export function isStalled(job: JobView): boolean {
  return job.state === "ready" && job.error !== null;
}

/** Whether more is to come of a job by itself. */
export function isRunning(job: JobView): boolean {
  return order[job.state] < 4 && !isStalled(job);
}

function newestFirst(one: JobView, other: JobView): number {
  if (one.created_at !== other.created_at) return one.created_at < other.created_at ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}

/** By their place in the batch; of two in one place the older first. */
function inOrder(one: JobView, other: JobView): number {
  const by = (one.batch?.index ?? 0) - (other.batch?.index ?? 0);
  return by === 0 ? newestFirst(other, one) : by;
}

/** The work of the rooms that make something: what runs, what came of it, and what went wrong, until it is put away. */
export class Jobs {
  /** Newest first. */
  list = $state.raw<readonly JobView[]>([]);
  loaded = $state(false);
  readonly running: readonly JobView[] = $derived(this.list.filter(isRunning));
  /** The jobs of each batch, in its order. */
  readonly batches: ReadonlyMap<string, readonly JobView[]> = $derived.by(() => {
    const found = new Map<string, JobView[]>();
    for (const job of this.list) {
      if (job.batch === null) continue;
      const batch = found.get(job.batch.id);
      if (batch === undefined) found.set(job.batch.id, [job]);
      else batch.push(job);
    }
    for (const batch of found.values()) batch.sort(inOrder);
    return found;
  });
  /** How many were asked for and are not written down yet. */
  beginning = $state(0);

  #putAway = new Set<string>();
  #stop: (() => void) | null = null;

  /** Reads what is under way and follows it from then on. Calling it again does nothing. */
  async start(): Promise<AppError | null> {
    this.#stop ??= events.on("job", (batch) => this.take(batch.map((event) => event.job)));
    if (this.loaded) return null;
    const answer = await platform.commands.openJobs();
    if (answer.status === "error") return answer.error;
    this.loaded = true;
    this.take(answer.data);
    return null;
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  get(id: string): JobView | null {
    return this.list.find((job) => job.id === id) ?? null;
  }

  /** The job that made an item, when it is among these. */
  madeBy(item: string): JobView | null {
    return this.list.find((job) => job.items.includes(item)) ?? null;
  }

  /** Takes in a batch at once. An answer that was overtaken by a later event doesn't turn a job back. */
  take(batch: readonly JobView[]): void {
    const told = new Set(batch.map((job) => job.id));
    const before = new Map(this.list.filter((job) => told.has(job.id)).map((job) => [job.id, job]));
    const now = new Map(before);
    for (const job of batch) {
      if (this.#putAway.has(job.id)) continue;
      if (job.dismissed) {
        now.delete(job.id);
        continue;
      }
      const known = now.get(job.id);
      // What has ended goes on only where it is looked for again.
      const resumed = known?.can_look_again === true && job.state === "accepted";
      if (known && order[known.state] > order[job.state] && !resumed) continue;
      now.set(job.id, job);
    }
    const stays = ([id, job]: [string, JobView]): boolean => before.get(id)?.created_at === job.created_at;
    // With hundreds under way most of what is told is how far one of them is.
    if (now.size === before.size && [...now].every(stays)) {
      if ([...now].some(([id, job]) => before.get(id) !== job)) {
        this.list = this.list.map((job) => now.get(job.id) ?? job);
      }
      return;
    }
    const others = this.list.filter((job) => !told.has(job.id));
    this.list = [...others, ...now.values()].sort(newestFirst);
  }

  /** Sends a request; `expected` is what the button said. */
  async send(request: PictureRequest, expected: Expected): Promise<JobAnswer> {
    return this.#begun(overBudget.at(expected, (agreed) => platform.commands.startPicture(request, agreed)));
  }

  /** Sends a batch; its jobs are answered as they are written down, before the first is sent. */
  async sendBatch(batch: PictureBatch, expected: Expected): Promise<Result<JobView[]>> {
    return this.#begunMany(overBudget.at(expected, (agreed) => platform.commands.startBatch(batch, agreed)));
  }

  /** Sends for a film; `expected` is the price that was quoted. */
  async sendFilm(request: FilmRequest, expected: Expected): Promise<JobAnswer> {
    return this.#begun(overBudget.at(expected, (agreed) => platform.commands.startFilm(request, agreed)));
  }

  /** Sends for music or a sound; `expected` is the price that was quoted. */
  async sendMusic(request: MusicRequest, expected: Expected): Promise<JobAnswer> {
    return this.#begun(overBudget.at(expected, (agreed) => platform.commands.startMusic(request, agreed)));
  }

  /** Sends the same once more with what the user has confirmed, as a new job, which takes the old one's place. */
  async agree(id: string, agreements: FilmAgreements, expected: Expected): Promise<JobAnswer> {
    return this.#inPlaceOf(
      id,
      overBudget.at(expected, (agreed) => platform.commands.agreeToFilm(id, agreements, agreed)),
    );
  }

  /** Sends a film or music again, at the price that was quoted anew, as a new job, which takes the old one's place. */
  async retryQuoted(id: string, evenIfCharged: boolean, expected: Expected): Promise<JobAnswer> {
    return this.#inPlaceOf(
      id,
      overBudget.at(expected, (agreed) => platform.commands.retryQuoted(id, evenIfCharged, agreed)),
    );
  }

  /** Looks once more for what the provider may still have of a job that has ended here. Costs nothing. */
  async lookAgain(id: string): Promise<AppError | null> {
    const answer = await platform.commands.resumeJob(id);
    if (answer.status === "error") return answer.error;
    this.take([answer.data]);
    return null;
  }

  /** Stops what is still to be sent or under way of a batch. */
  async cancelBatch(id: string): Promise<AppError | null> {
    const answer = await platform.commands.cancelBatch(id);
    if (answer.status === "error") return answer.error;
    this.take(answer.data);
    return null;
  }

  /**
   * Sends again what came to nothing and was surely not charged. Of a batch all of it goes at once: it is one click, and what it
   * costs together is held against the limit of one.
   */
  async retryFailed(failed: readonly JobView[]): Promise<AppError | null> {
    const [first] = failed;
    if (first === undefined) return null;
    const { batch } = first;
    if (batch === null) {
      const answer = await this.retry(first.id, false);
      return answer.status === "error" ? answer.error : null;
    }
    const answer = await this.#begunMany(
      overBudget.asking((agreed) => platform.commands.retryBatch(batch.id, agreed)),
    );
    if (answer.status === "error") return answer.error;
    const old = new Set(failed.map((job) => job.id));
    for (const id of old) this.#putAway.add(id);
    this.list = this.list.filter((job) => !old.has(job.id));
    return null;
  }

  /** Takes all that has ended of a batch out of sight. */
  async dismissBatch(id: string): Promise<AppError | null> {
    const ended = (this.batches.get(id) ?? []).filter((job) => order[job.state] === 4);
    const problems = await Promise.all(ended.map((job) => this.dismiss(job.id)));
    return problems.find((problem) => problem !== null) ?? null;
  }

  async cancel(id: string): Promise<JobAnswer> {
    return this.#taken(await platform.commands.cancelJob(id));
  }

  /** Sends the same request as a new job, which takes the old one's place. */
  async retry(id: string, evenIfCharged: boolean): Promise<JobAnswer> {
    return this.#inPlaceOf(
      id,
      overBudget.asking((agreed) => platform.commands.retryJob(id, evenIfCharged, agreed)),
    );
  }

  /** Takes a job out of sight here; it stays in the Queue's history. */
  async dismiss(id: string): Promise<AppError | null> {
    const job = this.get(id);
    this.#putAway.add(id);
    this.list = this.list.filter((entry) => entry.id !== id);
    const answer = await platform.commands.dismissJob(id);
    if (answer.status === "ok") return null;
    this.#putAway.delete(id);
    if (job) this.take([job]);
    return answer.error;
  }

  async #inPlaceOf(id: string, asked: Promise<JobAnswer>): Promise<JobAnswer> {
    const answer = await this.#begun(asked);
    if (answer.status === "error" || answer.data.id === id) return answer;
    await this.dismiss(id);
    return answer;
  }

  async #begun(asked: Promise<JobAnswer>): Promise<JobAnswer> {
    this.beginning += 1;
    try {
      return this.#taken(await asked);
    } finally {
      this.beginning -= 1;
    }
  }

  async #begunMany(asked: Promise<Result<JobView[]>>): Promise<Result<JobView[]>> {
    this.beginning += 1;
    try {
      const answer = await asked;
      if (answer.status === "ok") this.take(answer.data);
      return answer;
    } finally {
      this.beginning -= 1;
    }
  }

  #taken(answer: JobAnswer): JobAnswer {
    if (answer.status === "ok") this.take([answer.data]);
    return answer;
  }
}

export const jobs = new Jobs();
