/** Takes out what was asked for, and says how it went. */
import { t } from "@/i18n/index.svelte";
import { exporting } from "@/stores/exports.svelte";
import { notices } from "@/stores/notices.svelte";
import { complain } from "./item-actions";

export function showExported(): void {
  void exporting.show().then(complain);
}

export async function runExport(): Promise<void> {
  const answer = await exporting.run();
  if (answer.status === "error") complain(answer.error);
  // What was refused has a report of its own.
  else if (answer.data !== null && exporting.report === null) {
    const { written, target } = answer.data;
    notices.success(t("transfer.exported", { count: written, target }), {
      label: t("transfer.showFolder"),
      run: showExported,
    });
  }
}
