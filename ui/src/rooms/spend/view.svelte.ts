import type { ChargeView } from "@/bindings";

/** What the room shows. */
export const view = $state<{
  shown: "overview" | "charges";
  /** The row of the table that the keys are about. */
  at: string | null;
  /** The charge whose work is being looked for. */
  matching: ChargeView | null;
}>({ shown: "overview", at: null, matching: null });
