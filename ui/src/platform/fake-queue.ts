import type { AppEvent, JobState, JobView, Money } from "@/bindings";
import { fakeError } from "./fake-data";
import type { Commands, Result } from "./platform";

type QueueCommands = Pick<
  Commands,
  | "queuePage"
  | "queueCounts"
  | "pauseQueue"
  | "moveJob"
  | "pruneJobs"
  | "priceAgain"
  | "duplicateJob"
  | "goOnInBackground"
  | "notify"
  | "noteFailure"
>;

type Rest = {
  readonly jobs: JobView[];
  readonly emit: (...events: AppEvent[]) => void;
  readonly put: (job: JobView) => JobView;
  readonly now: () => Date;
  /** Whether the desktop shows a tray, and notifications. */
  readonly desktop?: { readonly tray?: boolean; readonly notices?: boolean };
};

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}

const ranks: Partial<Record<JobState, number>> = { sent: 0, accepted: 0, ready: 0, planned: 1 };
const rankOf = (job: JobView): number => ranks[job.state] ?? 2;

/** Under way, then waiting by `line`, then what has ended, newest first. */
function ordered(list: readonly JobView[], line: readonly string[]): JobView[] {
  const place = (job: JobView): number => (line.includes(job.id) ? line.indexOf(job.id) : line.length);
  return list.toSorted((one, other) => {
    const rank = rankOf(one);
    if (rank !== rankOf(other)) return rank - rankOf(other);
    if (rank === 1 && place(one) !== place(other)) return place(one) - place(other);
    const [first, second] = rank === 2 ? [other, one] : [one, other];
    if (first.created_at !== second.created_at) return first.created_at < second.created_at ? -1 : 1;
    return first.id < second.id ? -1 : 1;
  });
}

/** The Queue of the back end in memory. */
export function fakeQueue(rest: Rest): QueueCommands {
  const { jobs } = rest;
  let paused = false;
  let line: string[] = [];
  let serial = 0;

  const waiting = (): JobView[] =>
    ordered(
      jobs.filter((job) => job.state === "planned"),
      line,
    );
  const counts = (): ReturnType<QueueCommands["queueCounts"]> => {
    const of = (state: JobState): number => jobs.filter((job) => job.state === state).length;
    return ok({
      planned: of("planned"),
      sent: of("sent"),
      accepted: of("accepted"),
      ready: of("ready"),
      saved: of("saved"),
      failed: of("failed"),
      cancelled: of("cancelled"),
      unknown: of("unknown"),
      paused,
    });
  };
  const tell = (): void => rest.emit({ type: "queue", paused, line: waiting().map((job) => job.id) });
  const find = (id: string): JobView | undefined => jobs.find((job) => job.id === id);

  return {
    queuePage(query) {
      const words = (query.text ?? "").toLowerCase().split(/\s+/);
      const found = jobs.filter(
        (job) =>
          (query.states.length === 0 || query.states.includes(job.state)) &&
          (query.kinds.length === 0 || query.kinds.includes(job.kind)) &&
          (query.account === null || query.account === job.account) &&
          words.every((word) => `${job.title} ${job.model ?? ""}`.toLowerCase().includes(word)),
      );
      const all = ordered(found, line);
      const from = Number(query.cursor ?? 0);
      const next = from + query.limit < all.length ? String(from + query.limit) : null;
      return ok({ jobs: all.slice(from, from + query.limit), next, total: all.length });
    },
    queueCounts: counts,
    pauseQueue(now) {
      paused = now;
      tell();
      return counts();
    },
    moveJob(id, before) {
      const order = waiting().map((job) => job.id);
      if (!order.includes(id)) return Promise.resolve({ status: "error", error: fakeError("not_found") });
      const others = order.filter((other) => other !== id);
      const at = before === null ? others.length : Math.max(0, others.indexOf(before));
      line = others.toSpliced(at, 0, id);
      tell();
      return ok(line);
    },
    pruneJobs({ older_than_days, only_count }) {
      const before = rest.now().getTime() - (older_than_days ?? 0) * 86_400_000;
      const ended = jobs.filter(
        (job) => ["saved", "failed", "cancelled"].includes(job.state) && Date.parse(job.created_at) <= before,
      );
      const goes = ended.filter((job) => job.billing !== "unknown");
      if (!only_count) {
        for (const job of goes) jobs.splice(jobs.indexOf(job), 1);
        tell();
      }
      return ok({ forgotten: goes.length, stay: ended.length - goes.length });
    },
    priceAgain(id) {
      const job = find(id);
      if (job === undefined) return Promise.resolve({ status: "error", error: fakeError("not_found") });
      const amount: Money | null = job.request === null ? null : job.estimate;
      return ok({ account: job.account, pretend: job.pretend, amount, before: job.estimate, problem: null });
    },
    duplicateJob(id) {
      const job = find(id);
      if (job === undefined) return Promise.resolve({ status: "error", error: fakeError("not_found") });
      const at = rest.now().toISOString();
      return ok(
        rest.put({
          ...job,
          id: `again-${(serial += 1)}`,
          state: "planned",
          created_at: at,
          sent_at: null,
          finished_at: null,
          items: [],
          error: null,
          charged: null,
          billing: "expected",
          batch: null,
          dismissed: false,
        }),
      );
    },
    goOnInBackground: () => ok(rest.desktop?.tray === false ? "minimised" : "tray"),
    notify: () =>
      rest.desktop?.notices === false
        ? Promise.resolve({ status: "error", error: fakeError("no_notifications") })
        : ok(null),
    noteFailure: () => ok(null),
  };
}
