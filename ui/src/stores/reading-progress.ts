/** How a reading stands, piece by piece. */
import type { JobView, Money, ReadingView } from "@/bindings";
import { isRunning, isStalled, mayHaveBeenCharged } from "./jobs.svelte";
import { sum } from "./sums";

export type PieceState = "here" | "running" | "waiting" | "failed" | "doubtful" | "stopped";

export type Standing = {
  readonly pieces: readonly { readonly job: JobView; readonly state: PieceState }[];
  readonly total: number;
  readonly here: number;
  /** Pieces that surely weren't charged and can be sent again. */
  readonly failed: readonly JobView[];
  /** Pieces that may have been charged: sending them again may be charged twice. */
  readonly doubtful: readonly JobView[];
};

export function pieceState(job: JobView): PieceState {
  if (job.state === "saved" || (job.state === "ready" && !isStalled(job))) return "here";
  if (job.state === "planned") return "waiting";
  if (isRunning(job)) return "running";
  // Its answer waits on disk: keeping it sends nothing again.
  if (isStalled(job)) return "failed";
  if (mayHaveBeenCharged(job)) return "doubtful";
  return job.state === "cancelled" ? "stopped" : "failed";
}

export function standingOf(reading: ReadingView): Standing {
  const pieces = reading.jobs.map((job) => ({ job, state: pieceState(job) }));
  const of = (...states: PieceState[]): readonly JobView[] =>
    pieces.filter((piece) => states.includes(piece.state)).map((piece) => piece.job);
  return {
    pieces,
    total: pieces.length,
    here: of("here").length,
    failed: of("failed", "stopped"),
    doubtful: of("doubtful"),
  };
}

export function isUnderWay(reading: ReadingView): boolean {
  return reading.state === "speaking" || reading.state === "joining";
}

/** 0 to 1; null while nobody knows how far it is. A piece that runs counts by its usual time, and never as done. */
export function progressOf(reading: ReadingView, now: number): number | null {
  const { pieces, total, here } = standingOf(reading);
  if (total === 0) return null;
  if (reading.state === "joining") return 1;
  let parts = here;
  let known = here > 0;
  for (const { job, state } of pieces) {
    if (state !== "running" || job.sent_at === null || job.expected_ms === null || job.expected_ms <= 0)
      continue;
    known = true;
    parts += Math.min(0.95, Math.max(0, now - Date.parse(job.sent_at)) / job.expected_ms);
  }
  return known ? parts / total : null;
}

/** The time left in milliseconds, by what the pieces so far took; null while nobody knows. */
export function timeLeft(reading: ReadingView, now: number): number | null {
  const { pieces } = standingOf(reading);
  const took = pieces.flatMap(({ job }) =>
    job.sent_at !== null && job.finished_at !== null && job.state === "saved"
      ? [Date.parse(job.finished_at) - Date.parse(job.sent_at)]
      : [],
  );
  const usual = pieces.find(({ job }) => job.expected_ms !== null)?.job.expected_ms ?? null;
  const each = took.length > 0 ? took.reduce((all, one) => all + one, 0) / took.length : usual;
  if (each === null) return null;
  const running = pieces.filter(({ state }) => state === "running");
  const waiting = pieces.filter(({ state }) => state === "waiting").length;
  if (running.length + waiting === 0) return 0;
  const left = running.map(({ job }) =>
    Math.max(0, each - (now - Date.parse(job.sent_at ?? job.created_at))),
  );
  return Math.max(0, ...left) + Math.ceil(waiting / Math.max(1, running.length)) * each;
}

/** What was charged or is expected for a reading, whichever is known of all its pieces. */
export function costOf(reading: ReadingView): {
  readonly value: Money | null;
  readonly kind: "charge" | "estimate";
} {
  const charged = reading.jobs.map((job) => (job.billing === "charged" ? job.charged : null));
  const whole = sum(charged);
  return whole === null ? { value: reading.estimate, kind: "estimate" } : { value: whole, kind: "charge" };
}

/** What sending these pieces again is expected to cost; null where it isn't known. */
export function priceOf(jobs: readonly JobView[]): Money | null {
  return sum(jobs.filter((job) => !isStalled(job)).map((job) => job.estimate));
}

/** The piece that can be heard next, from `after` on: one that is being spoken, or is here and waits for the others. None is left out
 * that may still come. */
export function liveJob(
  reading: ReadingView,
  after = 0,
): { readonly index: number; readonly job: JobView } | null {
  // The pieces of a whole that is here are gone.
  if (reading.state === "done") return null;
  for (const [index, job] of reading.jobs.entries()) {
    if (index < after) continue;
    const state = pieceState(job);
    if (state === "here" || job.state === "sent" || job.state === "accepted") return { index, job };
    if (state === "waiting") return null;
  }
  return null;
}
