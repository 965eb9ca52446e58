import type { AppError, Expected, JobView, Prune, Pruned } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { jobs } from "./jobs.svelte";
import { overBudget } from "./over-budget.svelte";
import { EVERYTHING, inLine, isOpen, matches, newestFirst, queryOf, type QueueFilter } from "./queue-order";
import { queueState } from "./queue-state.svelte";

const pageSize = 100;

/** The table of all paid work: what is open in the order it is done, then the history, newest first, a page at a time. */
export class Queue {
  filter = $state.raw<QueueFilter>(EVERYTHING);
  loading = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** False once the oldest job is here. */
  more = $state(true);
  /** How many match in all, as far as that is known. */
  total = $state(0);
  readonly list: readonly JobView[] = $derived.by(() => [...this.#openInOrder, ...this.#ended]);

  #open = $state.raw<ReadonlyMap<string, JobView>>(new Map());
  #ended = $state.raw<readonly JobView[]>([]);
  /** What isn't sent yet, as the pages had it: the line, until it is told. */
  #paged = $state.raw<readonly string[]>([]);
  readonly #openInOrder: readonly JobView[] = $derived(
    [...this.#open.values()].sort(inLine(queueState.line.length > 0 ? queueState.line : this.#paged)),
  );
  #next: string | null = null;
  /** Which list is read: an answer to another question is no longer wanted. */
  #run = 0;
  /** What changed while a page was read: the page may be older. */
  #meanwhile: JobView[] = [];
  #counting = false;
  #countAgain = false;
  #stops: (() => void)[] = [];

  /** Reads the first page and follows the jobs from then on. */
  async start(): Promise<void> {
    if (this.#stops.length === 0) {
      this.#stops = [
        events.on("job", (batch) => this.take(batch.map((event) => event.job))),
        // What was pruned is gone, and nobody tells which.
        events.on("queue", () => void this.#prunedElsewhere()),
      ];
    }
    queueState.start();
    void queueState.read();
    await this.#anew();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Shows others. */
  async show(filter: Partial<QueueFilter>): Promise<void> {
    this.filter = { ...this.filter, ...filter };
    await this.#anew();
  }

  /** Reads on. */
  async read(): Promise<void> {
    if (this.loading || !this.more) return;
    await this.#page(this.#run);
  }

  /** Takes in what has changed. What the filter doesn't let through goes, or doesn't come. */
  take(batch: readonly JobView[]): void {
    if (this.loading) this.#meanwhile.push(...batch);
    const open = new Map(this.#open);
    const ended = new Map<string, JobView | null>();
    const last = this.#ended.at(-1);
    let counted = false;
    let doubtful = false;
    for (const job of batch) {
      const settled = ended.has(job.id) ? ended.get(job.id) : this.#ended.find((one) => one.id === job.id);
      const known = open.get(job.id) ?? settled ?? undefined;
      counted ||= known?.state !== job.state;
      const shown = matches(job, this.filter);
      // It may be new, or one that isn't read yet and is counted long since.
      const unread = known === undefined && this.more;
      if (unread) doubtful ||= shown || this.#mayHaveLeft(job);
      else if (known === undefined && shown) this.total += 1;
      else if (known !== undefined && !shown) this.total -= 1;
      open.delete(job.id);
      ended.set(job.id, null);
      if (!shown) continue;
      if (isOpen(job)) open.set(job.id, job);
      // What lies behind all that was read comes with its page.
      else if (!unread || (last !== undefined && newestFirst(job, last) < 0)) ended.set(job.id, job);
    }
    this.#open = open;
    this.#settle(ended);
    if (counted) void queueState.read();
    if (doubtful && !this.loading) void this.#count();
  }

  /** Whether a job that isn't read yet was among what is under way, and is no more. */
  #mayHaveLeft(job: JobView): boolean {
    return this.filter.show === "open" && !isOpen(job) && matches(job, { ...this.filter, show: "all" });
  }

  /** Has all that match counted again. */
  async #count(): Promise<void> {
    this.#countAgain = true;
    if (this.#counting) return;
    this.#counting = true;
    while (this.#countAgain) {
      this.#countAgain = false;
      const run = this.#run;
      const answer = await platform.commands.queuePage(queryOf(this.filter, null, 1));
      if (run === this.#run && answer.status === "ok") this.total = answer.data.total;
    }
    this.#counting = false;
  }

  /** Puts a job that isn't sent yet before another, or last. */
  async move(id: string, before: string | null): Promise<AppError | null> {
    const answer = await platform.commands.moveJob(id, before);
    if (answer.status === "error") return answer.error;
    queueState.line = answer.data;
    return null;
  }

  /** Forgets what has ended, or only counts it. */
  async prune(prune: Prune): Promise<Result<Pruned>> {
    const answer = await platform.commands.pruneJobs(prune);
    if (answer.status === "ok" && !prune.only_count) {
      void queueState.read();
      await this.#anew();
    }
    return answer;
  }

  /** A new job with the same request beside the old one. */
  async duplicate(id: string, expected: Expected): Promise<AppError | null> {
    const answer = await overBudget.at(expected, (agreed) => platform.commands.duplicateJob(id, agreed));
    if (answer.status === "error") return answer.error;
    jobs.take([answer.data]);
    this.take([answer.data]);
    return null;
  }

  async #anew(): Promise<void> {
    this.#run += 1;
    this.#next = null;
    this.more = true;
    await this.#page(this.#run);
  }

  async #page(run: number): Promise<void> {
    this.loading = true;
    this.#meanwhile = [];
    this.failure = null;
    const first = this.#next === null;
    const answer = await platform.commands.queuePage(queryOf(this.filter, this.#next, pageSize));
    if (run !== this.#run) return;
    this.loading = false;
    if (answer.status === "error") {
      this.failure = answer.error;
      return;
    }
    if (first) {
      this.#open = new Map();
      this.#ended = [];
      this.#paged = [];
    }
    const { jobs: page, next, total } = answer.data;
    this.#open = new Map([...this.#open, ...page.filter(isOpen).map((job) => [job.id, job] as const)]);
    this.#paged = [...this.#paged, ...page.filter((job) => job.state === "planned").map((job) => job.id)];
    this.#settle(new Map(page.filter((job) => !isOpen(job)).map((job) => [job.id, job])));
    this.#next = next;
    this.total = total;
    this.more = next !== null;
    if (this.#meanwhile.length > 0) this.take(this.#meanwhile);
  }

  async #prunedElsewhere(): Promise<void> {
    const before = queueState.counts;
    await queueState.read();
    const [was, is] = [before, queueState.counts].map((counts) =>
      counts === null ? 0 : counts.saved + counts.failed + counts.cancelled,
    );
    if ((is ?? 0) < (was ?? 0)) await this.#anew();
  }

  /** Puts what has ended in its place; null = it isn't among them any more. */
  #settle(changed: ReadonlyMap<string, JobView | null>): void {
    const rest = this.#ended.filter((job) => !changed.has(job.id));
    const come = [...changed.values()].filter((job) => job !== null);
    if (come.length === 0 && rest.length === this.#ended.length) return;
    const last = rest.at(-1);
    come.sort(newestFirst);
    const [firstCome] = come;
    // A page that follows the one before needs no sorting.
    const follows = last === undefined || (firstCome !== undefined && newestFirst(last, firstCome) < 0);
    this.#ended = follows ? [...rest, ...come] : [...rest, ...come].sort(newestFirst);
  }
}

export const queue = new Queue();
