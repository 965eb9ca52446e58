import type { JobView } from "@/bindings";

/** What the room shows beside its table. */
export const view = $state<{
  /** The row the keys are about. */
  at: string | null;
  /** The job that is to be stopped, while that is asked. */
  stopping: JobView | null;
  /** The history is to be cleared, while that is asked. */
  pruning: boolean;
}>({ at: null, stopping: null, pruning: false });
