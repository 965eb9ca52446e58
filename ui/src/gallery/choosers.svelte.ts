/** The quick choosers of boards and tags: which is open, and for which items. */
class Choosers {
  kind = $state<"board" | "tag" | null>(null);
  ids = $state.raw<readonly string[]>([]);
  /** A room shows them: only there can they be asked for. */
  shown = $state(false);

  ask(kind: "board" | "tag", ids: readonly string[]): void {
    if (!this.shown || ids.length === 0) return;
    this.ids = ids;
    this.kind = kind;
  }

  close(): void {
    this.kind = null;
  }
}

export const choosers = new Choosers();
