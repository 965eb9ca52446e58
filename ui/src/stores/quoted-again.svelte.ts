import type { AppError, FilmAgreements, JobView, QuotedPrice } from "@/bindings";
import { platform } from "@/platform/platform";
import { jobs, mayHaveBeenCharged } from "./jobs.svelte";

/** What is asked before it is sent once more: whether at this price, or whether all is agreed to. */
export type Question = {
  readonly job: JobView;
  readonly kind: "again" | "agree";
  /** null while it is being read. */
  readonly price: QuotedPrice | null;
};

/** Whether a job waits for the user's word before its provider takes it. */
export function needsConsent(job: JobView): boolean {
  return (
    job.kind === "film" &&
    job.state === "failed" &&
    (job.error?.code === "needs_consent" || job.error?.code === "NEEDS_CONSENT")
  );
}

/** Whether Venice itself says what sending this again costs. */
export function isQuoted(job: JobView): boolean {
  return job.kind === "film" || job.kind === "music";
}

/** Sends a film or music once more. Its price is asked for anew, and nothing real is paid without a word. */
export class QuotedAgain {
  asked = $state.raw<Question | null>(null);
  sending = $state(false);
  problem = $state.raw<AppError | null>(null);
  #run = 0;

  /** Asks what it costs by now. Where the money is pretend and nothing may be paid twice, it is sent at once. */
  async begin(job: JobView): Promise<AppError | null> {
    const price = await this.#open({ job, kind: "again", price: null });
    if (price === null || !price.pretend || price.problem !== null || mayHaveBeenCharged(job)) return null;
    return this.send();
  }

  /** Shows what has to be agreed to. */
  async consent(job: JobView): Promise<void> {
    await this.#open({ job, kind: "agree", price: null });
  }

  leave(): void {
    this.#run++;
    this.asked = null;
    this.problem = null;
  }

  /** Sends what was asked about, at the price that was shown. */
  async send(agreements: FilmAgreements | null = null): Promise<AppError | null> {
    const question = this.asked;
    if (question?.price == null || this.sending) return null;
    const { job, kind, price } = question;
    if (kind === "agree" && agreements === null) return null;
    const expected = { account: price.account, amount: price.amount };
    this.sending = true;
    try {
      const answer =
        agreements === null
          ? await jobs.retryQuoted(job.id, mayHaveBeenCharged(job), expected)
          : await jobs.agree(job.id, agreements, expected);
      if (answer.status === "error") {
        // What it was about stays to be seen, at the price it has by now.
        if (this.asked !== question) return answer.error;
        if (answer.error.code !== "price_changed") this.problem = answer.error;
        else if (await this.#reopen(question)) this.problem ??= answer.error;
        return answer.error;
      }
      // Another question may have been asked meanwhile.
      if (this.asked === question) this.leave();
      return null;
    } finally {
      this.sending = false;
    }
  }

  /** Shows a question at the price of now. False when it was left meanwhile. */
  async #reopen(question: Question): Promise<boolean> {
    const run = this.#run + 1;
    await this.#open({ ...question, price: null });
    return run === this.#run;
  }

  async #open(question: Question): Promise<QuotedPrice | null> {
    const run = ++this.#run;
    this.asked = question;
    this.problem = null;
    const answer = await platform.commands.quoteAgain(question.job.id);
    if (run !== this.#run) return null;
    if (answer.status === "error") {
      this.problem = answer.error;
      return null;
    }
    this.problem = answer.data.problem;
    this.asked = { ...question, price: answer.data };
    return answer.data;
  }
}

export const quotedAgain = new QuotedAgain();
