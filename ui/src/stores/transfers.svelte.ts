import { exporting } from "./exports.svelte";
import { imports } from "./imports.svelte";
import { libraryFolder } from "./library-folder.svelte";

/** Work on files that is under way, for the foot of the window. */
export type Transfer = {
  readonly kind: "import" | "export" | "check" | "move";
  /** 0 to 1; null while nobody knows. */
  readonly share: number | null;
  readonly stopping: boolean;
};

function part(done: number, total: number): number | null {
  return total > 0 && done > 0 ? done / total : null;
}

class Transfers {
  readonly running: readonly Transfer[] = $derived.by(() => {
    const list: Transfer[] = [];
    const { work } = libraryFolder;
    if (work !== null) {
      const { kind, done, total } = work;
      list.push({ kind, share: part(done, total), stopping: libraryFolder.stopping });
    }
    if (imports.progress !== null) {
      const { done, total, counting } = imports.progress;
      list.push({
        kind: "import",
        share: counting || total <= 1 ? null : part(done, total),
        stopping: imports.stopping,
      });
    }
    if (exporting.progress !== null) {
      const { done, total } = exporting.progress;
      list.push({ kind: "export", share: part(done, total), stopping: exporting.stopping });
    }
    return list;
  });
}

export const transfers = new Transfers();
