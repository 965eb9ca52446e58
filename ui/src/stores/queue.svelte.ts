import { untrack } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { AppError, Expected, JobState, JobView, Prune, Pruned } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { jobs } from "./jobs.svelte";
import { overBudget } from "./over-budget.svelte";
import {
  EVERYTHING,
  inLine,
  isOpen,
  matches,
  newestFirst,
  queryOf,
  staysInPlace,
  type QueueFilter,
} from "./queue-order";
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
  /** The ids of what is shown, in its order: the same list while nothing comes, goes, or takes another place. */
  readonly order: readonly string[] = $derived.by(() => [...this.#openInOrder, ...this.#ended]);
  /** Those of them that aren't sent yet. */
  readonly waiting: readonly string[] = $derived.by(() => {
    const open = this.#openInOrder;
    return untrack(() => open.filter((id) => this.get(id)?.state === "planned"));
  });
  readonly list: readonly JobView[] = $derived.by(() => this.#views(this.order));

  /** What is shown, job by job: hundreds are under way at once, and whoever shows one hears of that one alone. */
  readonly #jobs = new SvelteMap<string, JobView>();
  #open = $state.raw<readonly string[]>([]);
  /** Newest first. */
  #ended = $state.raw<readonly string[]>([]);
  /** What isn't sent yet, as the pages had it: the line, until it is told. */
  #paged = $state.raw<readonly string[]>([]);
  readonly #openInOrder: readonly string[] = $derived.by(() => {
    const open = this.#open;
    const before = inLine(queueState.line.length > 0 ? queueState.line : this.#paged);
    // Whatever decides the place of a job makes another list of what is open.
    return untrack(() => idsOf(this.#views(open).sort(before)));
  });
  /** In which state each was told of last, also those that the filter hides. */
  readonly #told = new Map<string, JobState>();
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

  /** One of those that are shown. */
  get(id: string): JobView | null {
    return this.#jobs.get(id) ?? null;
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
    let counted = false;
    const moved: JobView[] = [];
    // Of what is told several times at once the last is what is so now.
    for (const job of new Map(batch.map((one) => [one.id, one])).values()) {
      counted ||= this.#told.get(job.id) !== job.state;
      this.#told.set(job.id, job.state);
      const known = this.get(job.id);
      const stays = known !== null && staysInPlace(known, job) && matches(job, this.filter);
      if (stays) this.#jobs.set(job.id, job);
      else moved.push(job);
    }
    if (moved.length > 0) this.#place(moved);
    if (counted) void queueState.read();
  }

  /** Puts jobs where they belong now, or nowhere. */
  #place(moved: readonly JobView[]): void {
    const open = new Set(this.#open);
    const ended = new Map<string, JobView | null>();
    const last = this.#views(this.#ended.slice(-1))[0];
    let doubtful = false;
    for (const job of moved) {
      const known = this.get(job.id);
      const shown = matches(job, this.filter);
      // It may be new, or one that isn't read yet and is counted long since.
      const unread = known === null && this.more;
      if (unread) doubtful ||= shown || this.#mayHaveLeft(job);
      else if (known === null && shown) this.total += 1;
      else if (known !== null && !shown) this.total -= 1;
      // What lies behind all that was read comes with its page.
      const comes = isOpen(job) || !unread || (last !== undefined && newestFirst(job, last) < 0);
      open.delete(job.id);
      ended.set(job.id, null);
      if (!shown || !comes) {
        this.#jobs.delete(job.id);
        continue;
      }
      this.#jobs.set(job.id, job);
      if (isOpen(job)) open.add(job.id);
      else ended.set(job.id, job);
    }
    this.#open = [...open];
    this.#settle(ended);
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
      this.#jobs.clear();
      this.#open = [];
      this.#ended = [];
      this.#paged = [];
    }
    const { jobs: page, next, total } = answer.data;
    for (const job of page) {
      this.#jobs.set(job.id, job);
      this.#told.set(job.id, job.state);
    }
    // What was under way when an earlier page was read may have ended since, and the other way round: it stands in one place.
    const open = new Set(this.#open);
    for (const job of page) {
      if (isOpen(job)) open.add(job.id);
      else open.delete(job.id);
    }
    this.#open = [...open];
    this.#paged = [...this.#paged, ...idsOf(page.filter((job) => job.state === "planned"))];
    this.#settle(new Map(page.map((job) => [job.id, isOpen(job) ? null : job])));
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
    const rest = this.#ended.filter((id) => !changed.has(id));
    const come = [...changed.values()].filter((job) => job !== null);
    if (come.length === 0 && rest.length === this.#ended.length) return;
    const last = this.#views(rest.slice(-1))[0];
    come.sort(newestFirst);
    const [firstCome] = come;
    // A page that follows the one before needs no sorting.
    const follows = last === undefined || (firstCome !== undefined && newestFirst(last, firstCome) < 0);
    this.#ended = follows
      ? [...rest, ...idsOf(come)]
      : idsOf([...this.#views(rest), ...come].sort(newestFirst));
  }

  #views(ids: readonly string[]): JobView[] {
    return ids.map((id) => this.get(id)).filter((job) => job !== null);
  }
}

function idsOf(list: readonly JobView[]): string[] {
  return list.map((job) => job.id);
}

export const queue = new Queue();
