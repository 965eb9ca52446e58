import type { AppError, JobView, PriceAgain } from "@/bindings";
import { platform } from "@/platform/platform";
import { jobs, mayHaveBeenCharged } from "./jobs.svelte";
import { queue } from "./queue.svelte";

export type AgainKind = "retry" | "duplicate";

/** Sends a job's request once more, after its price was shown. */
export class QueueAgain {
  asked = $state.raw<{ readonly job: JobView; readonly kind: AgainKind } | null>(null);
  /** null while it is being read. */
  price = $state.raw<PriceAgain | null>(null);
  problem = $state.raw<AppError | null>(null);
  sending = $state(false);
  #run = 0;

  /** Asks what it costs by now. Where the money is pretend and nothing may be paid twice, it is sent at once. */
  async begin(job: JobView, kind: AgainKind): Promise<AppError | null> {
    await this.#open(job, kind);
    const price = this.price;
    if (price === null || price.problem !== null || !price.pretend || this.doubtful) return null;
    return this.send();
  }

  /** Whether the first one may have been charged, so that this one may be a second charge for one result. */
  get doubtful(): boolean {
    return this.asked?.kind === "retry" && mayHaveBeenCharged(this.asked.job);
  }

  leave(): void {
    this.#run += 1;
    this.asked = this.price = this.problem = null;
  }

  async send(): Promise<AppError | null> {
    const { asked, price } = this;
    if (asked === null || price === null || this.sending) return null;
    this.sending = true;
    try {
      const problem = await this.#sent(asked.job, asked.kind, price);
      // Another question may have been asked meanwhile.
      if (this.asked !== asked) return problem;
      if (problem === null) {
        this.leave();
        return null;
      }
      // What it was about stays to be seen, at the price it has by now.
      if (problem.code === "price_changed") await this.#open(asked.job, asked.kind);
      if (this.asked?.job === asked.job) this.problem = problem;
      return problem;
    } finally {
      this.sending = false;
    }
  }

  async #sent(job: JobView, kind: AgainKind, price: PriceAgain): Promise<AppError | null> {
    const expected = { account: price.account, amount: price.amount };
    if (kind === "duplicate") return queue.duplicate(job.id, expected);
    const doubtful = mayHaveBeenCharged(job);
    // What isn't made in the Image room has no price before it is sent.
    const answer = await (job.request === null
      ? jobs.retry(job.id, doubtful)
      : jobs.retryQuoted(job.id, doubtful, expected));
    if (answer.status === "error") return answer.error;
    queue.take([answer.data]);
    return null;
  }

  async #open(job: JobView, kind: AgainKind): Promise<void> {
    const run = ++this.#run;
    this.asked = { job, kind };
    this.price = this.problem = null;
    const answer = await platform.commands.priceAgain(job.id);
    if (run !== this.#run) return;
    if (answer.status === "error") this.problem = answer.error;
    else {
      this.price = answer.data;
      this.problem = answer.data.problem;
    }
  }
}

export const queueAgain = new QueueAgain();
