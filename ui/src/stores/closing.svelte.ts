import { platform, type Result } from "@/platform/platform";
import type { Lingering, JobView, TrayWords } from "@/bindings";
import { app } from "./app.svelte";
import { isStalled, jobs } from "./jobs.svelte";
import { notices } from "./notices.svelte";
import { recorder } from "./recorder.svelte";
import { refining } from "./refining.svelte";

const isTrouble = (job: JobView): boolean =>
  job.state === "failed" || job.state === "unknown" || isStalled(job);

/** The end of the window: what is not kept yet is kept first; paid work and a recording that are under way are asked about. */
export class Closing {
  /** Whether the user is asked what is to become of the work under way. */
  asking = $state(false);
  readonly working: boolean = $derived(jobs.running.length > 0 || jobs.beginning > 0);
  readonly recording: boolean = $derived(recorder.recording);
  readonly busy: boolean = $derived(this.working || this.recording);

  /** What has changes that can't be kept, by name; its user is asked whether they are to be lost. */
  unkept = $state<string | null>(null);

  #guard: (() => Promise<string | null>) | null = null;
  /** What had gone wrong before the question: its user has seen it. */
  #seen = new Set<string>();

  /** Something that is edited is kept first; `keep` answers its name where that can't be done. */
  guardWith(keep: () => Promise<string | null>): void {
    this.#guard = keep;
  }

  /** The window is to close. */
  async wanted(): Promise<void> {
    if (refining.asks()) {
      await platform.commands.answerClosing(false);
      return;
    }
    this.unkept = (await this.#guard?.()) ?? null;
    if (this.unkept !== null) {
      await platform.commands.answerClosing(false);
      return;
    }
    await this.#work();
  }

  /** The changes that can't be kept are given up. */
  async giveUp(): Promise<void> {
    this.unkept = null;
    await this.#work();
  }

  /** Closes, unless paid work is under way. */
  async #work(): Promise<void> {
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

  /** The window goes out of sight, and all that is under way goes on. */
  async goOnInBackground(words: TrayWords): Promise<Result<Lingering>> {
    this.asking = false;
    return platform.commands.goOnInBackground(words);
  }

  async close(): Promise<void> {
    const problem = this.recording ? await recorder.end() : null;
    // One that has ended is safe on disk, and kept at the next start. What becomes of one that goes on is its user's to decide.
    if (problem !== null && this.recording) {
      notices.error(problem);
      return;
    }
    await app.leave();
    await platform.commands.answerClosing(true);
  }
}

export const closing = new Closing();
