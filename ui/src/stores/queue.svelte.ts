import type { AppError, JobState, JobView } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";

export type QueueFilter = "all" | "open" | "failed" | "unknown";

const pageSize = 50;
/** How many pages one click may read in search of jobs that match the filter. */
const mostPages = 8;

const shownBy: Record<Exclude<QueueFilter, "all">, readonly JobState[]> = {
  open: ["planned", "sent", "accepted", "ready"],
  failed: ["failed"],
  unknown: ["unknown"],
};

/** The history of paid work, newest first, a page at a time. */
export class Queue {
  list = $state.raw<readonly JobView[]>([]);
  filter = $state<QueueFilter>("all");
  loading = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** False once the oldest job is here. */
  more = $state(true);
  readonly shown: readonly JobView[] = $derived.by(() => {
    const states = this.filter === "all" ? null : shownBy[this.filter];
    return states === null ? this.list : this.list.filter((job) => states.includes(job.state));
  });

  #next: string | null = null;
  #stop: (() => void) | null = null;

  /** Reads the first page and follows the jobs from then on. */
  async start(): Promise<void> {
    this.#stop ??= events.on("job", (batch) => this.take(batch.map((event) => event.job)));
    this.#next = null;
    this.more = true;
    await this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Puts each job in its place; a job that is here is replaced. */
  take(batch: readonly JobView[]): void {
    const known = new Map(this.list.map((job) => [job.id, job]));
    for (const job of batch) known.set(job.id, job);
    this.list = [...known.values()].sort((one, other) => {
      const by = other.created_at.localeCompare(one.created_at);
      return by === 0 ? other.id.localeCompare(one.id) : by;
    });
  }

  /** Reads on until something more is shown or the end is reached. */
  async read(): Promise<void> {
    if (this.loading || !this.more) return;
    this.loading = true;
    this.failure = null;
    const before = this.shown.length;
    for (let page = 0; page < mostPages && this.more && this.shown.length === before; page += 1) {
      const answer = await platform.commands.listJobs(this.#next, pageSize);
      if (answer.status === "error") {
        this.failure = answer.error;
        break;
      }
      this.take(answer.data.jobs);
      this.#next = answer.data.next;
      this.more = answer.data.next !== null;
    }
    this.loading = false;
  }

  async show(filter: QueueFilter): Promise<void> {
    this.filter = filter;
    if (this.shown.length === 0) await this.read();
  }
}

export const queue = new Queue();
