/** What can be done with a job of the table. Its buttons, its menu, its keys and the palette all read these records. */
import ArrowDown from "@lucide/svelte/icons/arrow-down";
import ArrowUp from "@lucide/svelte/icons/arrow-up";
import ArrowUpToLine from "@lucide/svelte/icons/arrow-up-to-line";
import CopyPlus from "@lucide/svelte/icons/copy-plus";
import Images from "@lucide/svelte/icons/images";
import MessageSquareWarning from "@lucide/svelte/icons/message-square-warning";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Save from "@lucide/svelte/icons/save";
import SearchCheck from "@lucide/svelte/icons/search-check";
import X from "@lucide/svelte/icons/x";
import type { Component } from "svelte";
import type { AppError, JobView } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { showItems } from "@/gallery/show-items";
import { plain, type PlainKey } from "@/i18n/index.svelte";
import { isRunning, isStalled, jobs } from "@/stores/jobs.svelte";
import { notices } from "@/stores/notices.svelte";
import { queueAgain } from "@/stores/queue-again.svelte";
import { queueState } from "@/stores/queue-state.svelte";
import { queue } from "@/stores/queue.svelte";
import { isQuoted, needsConsent, quotedAgain } from "@/stores/quoted-again.svelte";
import { view } from "./view.svelte";

export type Deed = {
  readonly id: string;
  readonly title: PlainKey;
  /** Its name, where that depends on the job. */
  readonly titleFor?: (job: JobView) => PlainKey;
  readonly icon: Component;
  readonly shortcut: string;
  readonly danger?: boolean;
  /** It has a button in the row; the others are in the menu only. */
  readonly shown: boolean;
  readonly can: (job: JobView) => boolean;
  readonly run: (job: JobView) => void;
};

function complain(problem: AppError | null): void {
  if (problem !== null) notices.error(problem);
}

async function stop(job: JobView): Promise<void> {
  const answer = await jobs.cancel(job.id);
  if (answer.status === "ok") queue.take([answer.data]);
  else complain(answer.error);
}

/** Calls a job off, once it is agreed that what was sent may be charged. */
export function confirmStop(job: JobView): void {
  view.stopping = null;
  void stop(job);
}

async function keep(job: JobView): Promise<void> {
  const answer = await jobs.retry(job.id, false);
  if (answer.status === "ok") queue.take([answer.data]);
  else complain(answer.error);
}

async function again(job: JobView): Promise<void> {
  complain(isQuoted(job) ? await quotedAgain.begin(job) : await queueAgain.begin(job, "retry"));
}

async function move(job: JobView, by: "first" | -1 | 1): Promise<void> {
  const line = queue.waiting;
  const at = line.indexOf(job.id);
  const others = line.filter((id) => id !== job.id);
  const to = by === "first" ? 0 : Math.min(others.length, Math.max(0, at + by));
  if (at < 0 || to === at) return;
  complain(await queue.move(job.id, others[to] ?? behind(others.at(-1), job)));
}

/** Who waits behind the last that is shown: a filter hides others, and one step isn't the way past them all. */
function behind(last: string | undefined, moved: JobView): string | null {
  const at = last === undefined ? -1 : queueState.line.indexOf(last);
  const waits = (id: string): boolean => id !== moved.id && jobs.get(id)?.state === "planned";
  return at < 0 ? null : (queueState.line.slice(at + 1).find(waits) ?? null);
}

const hasEnded = (job: JobView): boolean =>
  job.state === "failed" || job.state === "cancelled" || job.state === "unknown";

export const deeds: readonly Deed[] = [
  {
    id: "queue.keep",
    title: "queue.keepAgain",
    icon: Save,
    shortcut: "k",
    shown: true,
    can: isStalled,
    run: (job) => void keep(job),
  },
  {
    id: "queue.consent",
    title: "remote.consentOpen",
    icon: MessageSquareWarning,
    shortcut: "c",
    shown: true,
    can: needsConsent,
    run: (job) => void quotedAgain.consent(job),
  },
  {
    id: "queue.first",
    title: "queue.moveFirst",
    icon: ArrowUpToLine,
    shortcut: "Alt+Home",
    shown: true,
    can: (job) => job.state === "planned" && queue.waiting[0] !== job.id,
    run: (job) => void move(job, "first"),
  },
  {
    id: "queue.up",
    title: "queue.moveUp",
    icon: ArrowUp,
    shortcut: "Alt+ArrowUp",
    shown: false,
    can: (job) => job.state === "planned" && queue.waiting[0] !== job.id,
    run: (job) => void move(job, -1),
  },
  {
    id: "queue.down",
    title: "queue.moveDown",
    icon: ArrowDown,
    shortcut: "Alt+ArrowDown",
    shown: false,
    can: (job) => job.state === "planned" && queue.waiting.at(-1) !== job.id,
    run: (job) => void move(job, 1),
  },
  {
    id: "queue.lookAgain",
    title: "remote.lookAgain",
    icon: SearchCheck,
    shortcut: "l",
    shown: true,
    can: (job) => job.can_look_again,
    run: (job) => void jobs.lookAgain(job.id).then(complain),
  },
  {
    id: "queue.retry",
    title: "queue.retry",
    icon: RotateCcw,
    shortcut: "r",
    shown: true,
    // Where a word is wanted first, that is the way on; an answer is asked for again in its conversation.
    can: (job) => hasEnded(job) && job.kind !== "chat" && !needsConsent(job),
    run: (job) => void again(job),
  },
  {
    id: "queue.duplicate",
    title: "queue.duplicate",
    icon: CopyPlus,
    shortcut: "d",
    shown: false,
    can: (job) => job.request !== null || isQuoted(job),
    run: (job) => void queueAgain.begin(job, "duplicate").then(complain),
  },
  {
    id: "queue.reveal",
    title: "queue.reveal",
    icon: Images,
    shortcut: "o",
    shown: true,
    can: (job) => job.items.length > 0,
    run: (job) => void showItems(job.items),
  },
  {
    id: "queue.cancel",
    title: "queue.cancel",
    titleFor: (job: JobView): PlainKey => (job.state === "accepted" ? "remote.stop" : "queue.cancel"),
    icon: X,
    shortcut: "Delete",
    shown: true,
    danger: true,
    can: (job) => isRunning(job) && job.state !== "ready",
    run: (job: JobView): void => {
      // What isn't sent is surely free; else it is said first what stopping can still do.
      if (job.state === "planned") void stop(job);
      else view.stopping = job;
    },
  },
];

export function deedsOf(job: JobView): readonly Deed[] {
  return deeds.filter((deed) => deed.can(job));
}

export function nameOf(deed: Deed, job: JobView): string {
  return plain(deed.titleFor?.(job) ?? deed.title);
}

export function menuOf(job: JobView): readonly MenuEntry[] {
  return deedsOf(job).map((deed) => ({
    label: nameOf(deed, job),
    icon: deed.icon,
    shortcut: deed.shortcut,
    danger: deed.danger ?? false,
    run: () => deed.run(job),
  }));
}
