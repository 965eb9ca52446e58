import { t } from "@/i18n/index.svelte";
import type { ImportProgress } from "@/stores/imports.svelte";

/** How far an import is, in a few words. */
export function importWords({ counting, paused, done, total }: ImportProgress): string {
  if (paused) return t("transfer.importPaused", { done, total });
  // Until a folder is counted nobody knows how much there is.
  if (counting && done === 0) return t("transfer.counting", { count: total });
  return t("library.importing", { done, total });
}
