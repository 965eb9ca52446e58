/** What can be done in the Queue by key and from the palette. */
import Eraser from "@lucide/svelte/icons/eraser";
import Pause from "@lucide/svelte/icons/pause";
import Play from "@lucide/svelte/icons/play";
import Search from "@lucide/svelte/icons/search";
import type { Action } from "@/actions/registry.svelte";
import type { JobView } from "@/bindings";
import { closing } from "@/stores/closing.svelte";
import { notices } from "@/stores/notices.svelte";
import { queueAgain } from "@/stores/queue-again.svelte";
import { queueState } from "@/stores/queue-state.svelte";
import { quotedAgain } from "@/stores/quoted-again.svelte";
import { deeds } from "./deeds";
import { view } from "./view.svelte";

export async function switchPause(): Promise<void> {
  const problem = await queueState.pause(!queueState.paused);
  if (problem !== null) notices.error(problem);
}

/** What lies over the table has the keys. */
function isSeen(): boolean {
  return (
    view.stopping === null &&
    !view.pruning &&
    queueAgain.asked === null &&
    quotedAgain.asked === null &&
    !closing.asking
  );
}

/** `current` is the row that has the keyboard. */
export function queueRecords(does: {
  readonly current: () => JobView | null;
  readonly search: () => void;
}): readonly Action[] {
  const base = { group: "queue", room: "queue" } as const;
  return [
    {
      ...base,
      id: "queue.pause",
      title: "queue.pause",
      icon: Pause,
      shortcut: "p",
      guard: () => !queueState.paused && isSeen(),
      run: switchPause,
    },
    {
      ...base,
      id: "queue.goOn",
      title: "queue.goOn",
      icon: Play,
      shortcut: "p",
      guard: () => queueState.paused && isSeen(),
      run: switchPause,
    },
    {
      ...base,
      id: "queue.prune",
      title: "queue.prune",
      icon: Eraser,
      guard: isSeen,
      run: (): void => {
        view.pruning = true;
      },
    },
    {
      ...base,
      id: "queue.search",
      title: "queue.search",
      icon: Search,
      shortcut: "/",
      guard: isSeen,
      run: does.search,
    },
    ...deeds.map((deed): Action => ({
      ...base,
      id: deed.id,
      title: deed.title,
      icon: deed.icon,
      shortcut: deed.shortcut,
      guard: () => {
        const job = does.current();
        return job !== null && isSeen() && deed.can(job);
      },
      run: () => {
        const job = does.current();
        if (job !== null) deed.run(job);
      },
    })),
  ];
}
