/** What can be done with a charge. */
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleOff from "@lucide/svelte/icons/circle-off";
import Copy from "@lucide/svelte/icons/copy";
import Images from "@lucide/svelte/icons/images";
import Link2 from "@lucide/svelte/icons/link-2";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import type { ChargeMatch, ChargeView } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { copyText } from "@/gallery/item-actions";
import { t } from "@/i18n/index.svelte";
import { notices } from "@/stores/notices.svelte";
import { route } from "@/stores/route.svelte";
import { spendCharges } from "@/stores/spend-charges.svelte";
import { view } from "./view.svelte";

export function canShow(work: ChargeMatch): boolean {
  return work.items.length > 0 || work.conversation !== null;
}

/** Goes where the work is: to what it made, else to its conversation. */
export function showWork(work: ChargeMatch): void {
  if (work.items.length > 0) route.go("library", { items: work.items.join(",") });
  else if (work.conversation !== null) route.go("chat", { conversation: work.conversation });
}

/** Keeps the user's word for what a charge is for. */
export async function match(charge: ChargeView, job: string | null): Promise<boolean> {
  const problem = await spendCharges.match(charge.id, job);
  if (problem !== null) {
    notices.error(problem);
    return false;
  }
  notices.success(t(job === null ? "spend.unmatched" : "spend.matched"));
  return true;
}

export function menuOf(charge: ChargeView): MenuEntry[] {
  const work = charge.matched;
  const entries: MenuEntry[] = [];
  if (work !== null && work.items.length > 0) {
    entries.push({ label: t("spend.showWork"), icon: Images, run: () => showWork(work) });
  }
  const conversation = work?.conversation ?? null;
  if (conversation !== null) {
    entries.push({
      label: t("spend.showConversation"),
      icon: MessageCircle,
      run: () => route.go("chat", { conversation }),
    });
  }
  const { request_id } = charge;
  if (request_id !== null) {
    entries.push({ label: t("spend.copyRequest"), icon: Copy, run: () => void copyText(request_id) });
  }
  // What an answer told of itself needs no matching, and what bears an id is no matter of opinion.
  if (charge.source === "ledger" && work?.certainty !== "id") {
    if (entries.length > 0) entries.push("rule");
    if (work?.certainty === "guess") {
      entries.push({
        label: t("spend.sayRight"),
        icon: CircleCheck,
        run: () => void match(charge, work.job),
      });
    }
    entries.push({
      label: t(work === null ? "spend.saySomething" : "spend.sayOther"),
      icon: Link2,
      run: () => (view.matching = charge),
    });
    if (work !== null) {
      entries.push({ label: t("spend.sayNone"), icon: CircleOff, run: () => void match(charge, null) });
    }
  }
  return entries;
}
