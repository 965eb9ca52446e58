import type { ChartFile } from "@/charts/types";
import { t } from "@/i18n/index.svelte";
import { notices } from "@/stores/notices.svelte";
import { spendCharges } from "@/stores/spend-charges.svelte";
import { spend } from "@/stores/spend.svelte";
import { view } from "./view.svelte";

function told(path: string | null): void {
  // The dialog was closed: nothing was wanted after all.
  if (path !== null) notices.success(t("spend.saved", { name: path.split(/[/\\]/).at(-1) ?? path }));
}

export async function saveChart(file: ChartFile): Promise<void> {
  const answer = await spend.keepChart(file.title, file.format, file.content);
  if (answer.status === "ok") told(answer.data);
  else notices.error(answer.error);
}

export function notDrawn(): void {
  notices.info(t("spend.notDrawn"));
}

/** Saves what is looked at: the table as it is searched and put in order, or all that the overview is of. */
export async function saveCharges(): Promise<void> {
  const answer = await (view.shown === "charges" ? spendCharges.export() : spend.export());
  if (answer.status === "ok") told(answer.data);
  else notices.error(answer.error);
}

export async function readAgain(): Promise<void> {
  const problem = await spend.sync();
  if (problem !== null) notices.error(problem);
}
