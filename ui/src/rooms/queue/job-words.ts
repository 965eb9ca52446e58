import type { JobKind, JobState, JobView } from "@/bindings";
import { workWords } from "@/gallery/work-words";
import { duration } from "@/i18n/format";
import { plain, t, type PlainKey } from "@/i18n/index.svelte";
import { isRunning, isStalled } from "@/stores/jobs.svelte";

export const stateWords: Record<JobState, PlainKey> = {
  planned: "queue.statePlanned",
  sent: "queue.stateSent",
  accepted: "queue.stateAccepted",
  ready: "queue.stateReady",
  saved: "queue.stateSaved",
  failed: "queue.stateFailed",
  cancelled: "queue.stateCancelled",
  unknown: "queue.stateUnknown",
};

export const kindWords: Record<JobKind, PlainKey> = {
  make: "queue.kindMake",
  edit: "queue.kindEdit",
  upscale: "queue.kindUpscale",
  cut_out: "queue.kindCutOut",
  call: "queue.kindCall",
  chat: "queue.kindChat",
  speak: "queue.kindSpeak",
  transcribe: "queue.kindTranscribe",
  clone: "queue.kindClone",
  film: "queue.kindFilm",
  music: "queue.kindMusic",
};

/** Kinds in the order they are offered. */
export const kinds = Object.keys(kindWords) as readonly JobKind[];

export function stateOf(job: JobView): string {
  return isStalled(job) ? t("queue.stalled") : plain(stateWords[job.state]);
}

/**
 * The moment that a row's times are told of. Work at the provider takes minutes, and there may be a table full of it: all rows
 * go on together, once a second, and what has taken a minute each five.
 */
export function momentOf(job: JobView, now: number): number {
  const minute = job.sent_at === null ? Infinity : Date.parse(job.sent_at) + 60_000;
  if (now < minute) return Math.floor(now / 1000) * 1000;
  // A time that was told already doesn't go back.
  return Math.max(minute, Math.floor(now / 5000) * 5000);
}

/** How far it is, in words; null for what waits or has ended. */
export function stageOf(job: JobView, now: number): string | null {
  return isRunning(job) && job.state !== "planned" ? workWords(job, now) : null;
}

/** How long it has been at work, or was; null where that isn't known. */
export function timeOf(job: JobView, now: number): string | null {
  if (job.sent_at === null) return null;
  const begun = Date.parse(job.sent_at);
  if (isRunning(job)) return duration(Math.max(0, Math.floor((now - begun) / 1000) * 1000));
  // Nobody knows how long it took what nobody heard the end of.
  if (job.finished_at === null || job.state === "unknown") return null;
  return duration(Math.max(0, Date.parse(job.finished_at) - begun));
}
