/** How far work under way is, and how that is said. */
import type { JobView } from "@/bindings";
import { bytes, duration } from "@/i18n/format";
import { t } from "@/i18n/index.svelte";
import { isRunning } from "@/stores/jobs.svelte";

/** Beyond the usual time by more than this, and it is late. */
const LATE = 1.15;

/** How long it has gone on and how long such work takes, in milliseconds; null where nobody knows. */
function timesOf(job: JobView, now: number): { readonly elapsed: number; readonly expected: number | null } {
  const started = job.sent_at === null ? null : Date.parse(job.sent_at);
  return { elapsed: started === null ? 0 : Math.max(0, now - started), expected: job.expected_ms };
}

/** From 0 to 1; null where nobody knows. */
export function progressOf(job: JobView, now: number): number | null {
  if (job.state === "ready") return 1;
  const total = job.progress?.total_bytes ?? null;
  if (job.progress?.stage === "downloading") {
    return total === null || total <= 0 || job.received === null ? null : Math.min(1, job.received / total);
  }
  const { elapsed, expected } = timesOf(job, now);
  if (job.state === "planned" || job.progress?.stage === "queued" || expected === null || expected <= 0) {
    return null;
  }
  // Past the usual time nobody knows: it creeps on, and never claims to be done.
  const part = elapsed / expected;
  return part < 0.9 ? part : 0.9 + 0.09 * (1 - Math.exp(-(part - 0.9)));
}

function remoteWords(job: JobView, now: number): string {
  const { elapsed, expected } = timesOf(job, now);
  const received = job.received ?? 0;
  switch (job.progress?.stage) {
    case "queued":
      return t("remote.queued");
    case "waiting":
      return t("remote.waiting");
    case "downloading":
      return job.progress.total_bytes === null
        ? t("remote.downloading", { bytes: bytes(received) })
        : t("remote.downloadingOf", { bytes: bytes(received), total: bytes(job.progress.total_bytes) });
    default:
      if (expected === null) return t("remote.processingFor", { time: duration(elapsed) });
      return elapsed > expected * LATE
        ? t("remote.processingLonger", { time: duration(elapsed) })
        : t("remote.processingLeft", { time: leftOf(elapsed, expected) });
  }
}

function leftOf(elapsed: number, expected: number): string {
  return duration(Math.max(1000, Math.ceil((expected - elapsed) / 1000) * 1000));
}

export function workWords(job: JobView, now: number): string {
  if (job.state === "planned") return t("image.waiting");
  if (job.state === "ready" || !isRunning(job)) return t("image.saving");
  if (job.state === "accepted") return remoteWords(job, now);
  if (job.received !== null && job.received > 0) {
    return t("image.receiving", { bytes: bytes(job.received) });
  }
  const { elapsed, expected } = timesOf(job, now);
  if (expected === null) return t("image.elapsed", { time: duration(elapsed) });
  if (elapsed > expected * LATE) return t("image.longer", { time: duration(elapsed) });
  return t("image.left", { time: leftOf(elapsed, expected) });
}
