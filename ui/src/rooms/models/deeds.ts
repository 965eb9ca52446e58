/** What is done with a model as the default of something. */
import Pin from "@lucide/svelte/icons/pin";
import PinOff from "@lucide/svelte/icons/pin-off";
import type { ModelEntry } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { t } from "@/i18n/index.svelte";
import { models } from "@/stores/models.svelte";
import { notices } from "@/stores/notices.svelte";
import { purposeWord } from "./words";

/** Makes a model the user's default, or leaves the choice to Venice again. */
export async function switchDefault(model: ModelEntry): Promise<void> {
  if (model.purpose === null) return;
  const was = models.isDefault(model);
  const problem = await models.setDefault(model.purpose, was ? null : model.id);
  if (problem !== null) {
    notices.error(problem);
    return;
  }
  const purpose = purposeWord(model.purpose);
  notices.info(
    was ? t("models.defaultGone", { purpose }) : t("models.defaultSet", { name: model.name, purpose }),
  );
}

/** The line of a menu; none for a model that no form offers. */
export function defaultEntry(model: ModelEntry): MenuEntry[] {
  if (model.purpose === null) return [];
  const was = models.isDefault(model);
  const label = was
    ? t("models.noDefault")
    : t("models.makeDefault", { purpose: purposeWord(model.purpose) });
  return [{ label, icon: was ? PinOff : Pin, run: () => void switchDefault(model) }];
}
