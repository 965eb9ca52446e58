/** The work that runs or came to nothing, as the strip shows it: a batch is one entry. */
import type { JobKind, JobView } from "@/bindings";
import { isRunning } from "@/stores/jobs.svelte";
import { standing, timeLeft } from "@/stores/pictures-batch";
import { wishOf } from "./table";

export type StripEntry = {
  /** The same as that of its group on the stage. */
  readonly key: string;
  readonly title: string;
  /** One job, or all of a batch. */
  readonly jobs: readonly JobView[];
  readonly batch: string | null;
};

/** What was called by hand shows in the Console, what is said, heard and filmed in rooms of its own. */
export const pictureKinds: ReadonlySet<JobKind> = new Set(["make", "edit", "upscale", "cut_out"]);

const matters = (job: JobView) => pictureKinds.has(job.kind) && (isRunning(job) || job.state !== "saved");

export function stripOf(
  list: readonly JobView[],
  batches: ReadonlyMap<string, readonly JobView[]>,
): readonly StripEntry[] {
  const seen = new Set<string>();
  return list.flatMap((job): StripEntry[] => {
    if (!matters(job)) return [];
    if (job.batch === null) return [{ key: job.id, title: job.title, jobs: [job], batch: null }];
    const { id } = job.batch;
    if (seen.has(id)) return [];
    seen.add(id);
    const batch = batches.get(id) ?? [job];
    return [{ key: id, title: wishOf(batch[0] ?? job), jobs: batch, batch: id }];
  });
}

/** How far along it is, from 0 to 1; null where nobody knows. */
export function progressOf(entry: StripEntry, now: number): number | null {
  const [job] = entry.jobs;
  if (entry.batch !== null || job === undefined) {
    const { made, wanted } = standing(entry.jobs);
    return wanted > 0 ? made / wanted : null;
  }
  if (job.state === "ready") return 1;
  if (job.sent_at === null || job.expected_ms === null || job.expected_ms <= 0) return null;
  // Past the usual time nobody knows.
  return Math.min(0.95, Math.max(0, now - Date.parse(job.sent_at)) / job.expected_ms);
}

/** About how long it will take yet, in milliseconds. */
export function leftOf(entry: StripEntry, now: number): number | null {
  const [job] = entry.jobs;
  if (entry.batch !== null || job === undefined) return timeLeft(entry.jobs, now);
  if (job.sent_at === null || job.expected_ms === null) return null;
  const left = job.expected_ms - (now - Date.parse(job.sent_at));
  return left > 0 ? left : null;
}
