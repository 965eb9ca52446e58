/** What the room shows beside its table. */
export const view = $state<{
  /** The row the keys are about. */
  at: string | null;
  /** The model whose details are shown. */
  open: string | null;
  comparing: boolean;
  /** What is new is shown. */
  news: boolean;
}>({ at: null, open: null, comparing: false, news: false });
