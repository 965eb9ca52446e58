import type { AppError, JobView, NotificationWords } from "@/bindings";
import { platform } from "@/platform/platform";
import { app } from "./app.svelte";
import { events } from "./events";
import { isRunning } from "./jobs.svelte";

/** What ends within this time of each other is told together, in milliseconds. */
const GATHER = 1200;

/** What has ended since the last notification. */
export type Ended = { readonly jobs: readonly JobView[]; readonly done: number; readonly wrong: number };

/** Whether somebody waits for this elsewhere than in the window: what is answered before one's eyes needs no notice. */
function isTold(job: JobView): boolean {
  return job.kind !== "chat" && job.kind !== "call" && job.state !== "cancelled";
}

/** Tells the desktop that work has ended while nobody looks at the window. */
export class Notifying {
  /** The desktop took no notification the last time. */
  refused = $state(false);

  #open = new Set<string>();
  #ended: JobView[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #stop: (() => void) | null = null;

  /** Follows the jobs. `words` says what has ended; `looking` whether somebody sees it happen. */
  start(words: (ended: Ended) => NotificationWords, looking: () => boolean): () => void {
    this.#stop?.();
    this.#stop = events.on("job", (batch) => {
      for (const { job } of batch) this.#follow(job, words, looking);
    });
    return () => {
      this.#stop?.();
      this.#stop = null;
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      this.#ended = [];
    };
  }

  #follow(job: JobView, words: (ended: Ended) => NotificationWords, looking: () => boolean): void {
    if (isRunning(job)) {
      this.#open.add(job.id);
      return;
    }
    // Only what was seen at work has ended just now.
    if (!this.#open.delete(job.id) || !isTold(job) || looking()) return;
    if (app.settings?.notify === false) return;
    this.#ended.push(job);
    this.#timer ??= setTimeout(() => void this.#tell(words, looking), GATHER);
  }

  async #tell(words: (ended: Ended) => NotificationWords, looking: () => boolean): Promise<void> {
    this.#timer = null;
    const jobs = this.#ended;
    this.#ended = [];
    if (jobs.length === 0 || looking()) return;
    const done = jobs.filter((job) => job.state === "saved").length;
    await this.show(words({ jobs, done, wrong: jobs.length - done }));
  }

  /** Shows a notification; answers why the desktop took none. */
  async show(words: NotificationWords): Promise<AppError | null> {
    const answer = await platform.commands.notify(words);
    this.refused = answer.status === "error";
    return answer.status === "error" ? answer.error : null;
  }
}

export const notifying = new Notifying();
