import { platform } from "@/platform/platform";
import type { JobView } from "@/bindings";
import { app } from "./app.svelte";
import { isStalled, jobs } from "./jobs.svelte";

const isTrouble = (job: JobView): boolean =>
  job.state === "failed" || job.state === "unknown" || isStalled(job);

/** The end of the window: what is not kept yet is kept first, and paid work that is under way is asked about. */
export class Closing {
  /** Whether the user is asked what is to become of the work under way. */
  asking = $state(false);
  readonly busy = $derived(jobs.running.length > 0 || jobs.beginning > 0);

  /** What had gone wrong before the question: its user has seen it. */
  #seen = new Set<string>();

  /** The window is to close. */
  async wanted(): Promise<void> {
    if (!this.busy) return this.close();
    if (!this.asking) this.#seen = new Set(jobs.list.filter(isTrouble).map((job) => job.id));
    this.asking = true;
    await platform.commands.answerClosing(false);
  }

  /** The work has ended while the question stood: the window goes, unless something went wrong that nobody has seen. */
  async workEnded(): Promise<void> {
    if (!this.asking) return;
    this.asking = false;
    if (!jobs.list.some((job) => isTrouble(job) && !this.#seen.has(job.id))) await this.close();
  }

  async close(): Promise<void> {
    await app.leave();
    await platform.commands.answerClosing(true);
  }
}

export const closing = new Closing();
