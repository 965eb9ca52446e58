import type { ExampleNote } from "./examples";

export type AnswerTab = "answer" | "receipt" | "history";

/** How the room is looked at: which tabs, and what the last example had to say. */
class View {
  json = $state(false);
  tab = $state<AnswerTab>("answer");
  /** All calls rather than those of one operation. */
  allCalls = $state(false);
  filling = $state(false);
  example = $state.raw<{ operation: string; notes: readonly ExampleNote[] } | null>(null);
}

export const view = new View();
