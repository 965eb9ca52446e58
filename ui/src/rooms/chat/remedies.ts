import { remedyAction } from "@/actions/remedies";
import type { AppError } from "@/bindings";
import { explain } from "@/errors/table";
import { t } from "@/i18n/index.svelte";
import { chat } from "@/stores/chat.svelte";
import { view } from "./view.svelte";

/** The button that goes with an error of a conversation: like elsewhere, but models are chosen here. */
export function chatRemedy(problem: AppError, again?: () => void): { label: string; run: () => void } | null {
  const { remedy } = explain(problem);
  if (remedy === "models") {
    const told = chat.models.find(problem.params["replacement"] ?? chat.model?.replacement ?? null);
    if (told !== null && told.id !== chat.open.settings.model && !told.offline)
      return { label: t("chat.useInstead", { model: told.name }), run: () => chat.use(told) };
    return { label: t("app.chooseModel"), run: () => (view.models = true) };
  }
  return remedyAction(remedy, again);
}
