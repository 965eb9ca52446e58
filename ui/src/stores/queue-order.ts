/** In which order the Queue shows its jobs, and which of them a filter lets through. */
import type { JobKind, JobState, JobView, QueueQuery } from "@/bindings";

export type QueueShow = "all" | "open" | "done" | "failed" | "unknown";

export type QueueFilter = {
  readonly show: QueueShow;
  readonly kind: JobKind | null;
  readonly account: string | null;
  readonly text: string;
};

export const EVERYTHING: QueueFilter = { show: "all", kind: null, account: null, text: "" };

const OPEN: readonly JobState[] = ["planned", "sent", "accepted", "ready"];

const shownBy: Record<QueueShow, readonly JobState[]> = {
  all: [],
  open: OPEN,
  done: ["saved"],
  failed: ["failed", "cancelled"],
  unknown: ["unknown"],
};

export function isOpen(job: JobView): boolean {
  return OPEN.includes(job.state);
}

export function queryOf(filter: QueueFilter, cursor: string | null, limit: number): QueueQuery {
  const text = filter.text.trim();
  return {
    states: [...shownBy[filter.show]],
    kinds: filter.kind === null ? [] : [filter.kind],
    account: filter.account,
    text: text === "" ? null : text,
    cursor,
    limit,
  };
}

/** The same as the back end finds by a query. */
export function matches(job: JobView, filter: QueueFilter): boolean {
  const states = shownBy[filter.show];
  const [title, model] = [job.title.toLowerCase(), job.model?.toLowerCase() ?? ""];
  return (
    (states.length === 0 || states.includes(job.state)) &&
    (filter.kind === null || job.kind === filter.kind) &&
    (filter.account === null || job.account === filter.account) &&
    filter.text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => title.includes(word) || model.includes(word))
  );
}

/** By code units: dates of one form and ids need no language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What has ended: newest first. */
export function newestFirst(one: JobView, other: JobView): number {
  return compare(other.created_at, one.created_at) || compare(other.id, one.id);
}

/** Whether a job that has changed still stands where it stood. */
export function staysInPlace(was: JobView, now: JobView): boolean {
  return (
    isOpen(was) === isOpen(now) &&
    (was.state === "planned") === (now.state === "planned") &&
    was.created_at === now.created_at &&
    was.batch?.index === now.batch?.index
  );
}

/** What is open: what is under way as it was asked for, then what waits, in its line. */
export function inLine(line: readonly string[]): (one: JobView, other: JobView) => number {
  const places = new Map(line.map((id, index) => [id, index]));
  // Whoever came after the line was told stands behind it.
  const place = (job: JobView): number => places.get(job.id) ?? Infinity;
  return (one, other) => {
    const [waits, otherWaits] = [one.state === "planned", other.state === "planned"];
    if (waits !== otherWaits) return waits ? 1 : -1;
    if (waits && place(one) !== place(other)) return place(one) - place(other);
    return (
      compare(one.created_at, other.created_at) ||
      (waits ? (one.batch?.index ?? 0) - (other.batch?.index ?? 0) : 0) ||
      compare(one.id, other.id)
    );
  };
}
