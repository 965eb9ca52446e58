/** What is done in the Music room from more than one place. Each says how it went. */
import type { SoundFormat } from "@/bindings";
import { complain } from "@/gallery/item-complain";
import { t } from "@/i18n/index.svelte";
import { music } from "@/stores/music.svelte";
import { notices } from "@/stores/notices.svelte";
import { readings } from "@/stores/readings.svelte";

/** Sends what the form asks for; true when it was sent. */
export async function send(): Promise<boolean> {
  if (!music.ready) return false;
  const answer = await music.send();
  if (answer === "repriced") notices.info(t("music.repriced"));
  if (answer === null || answer === "repriced") return false;
  if (answer.status === "error") {
    complain(answer.error);
    return false;
  }
  return true;
}

export async function exportAs(item: string, format: SoundFormat): Promise<void> {
  const answer = await readings.export(item, format);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) notices.success(t("music.exported", { path: answer.data }));
}
