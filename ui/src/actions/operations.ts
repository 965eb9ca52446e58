/** Every operation of the API by name, for the palette: each opens the Console with its form. */
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import { operationIds, operationWords } from "@/i18n/console";
import { t, tryWords } from "@/i18n/index.svelte";
import { route } from "@/stores/route.svelte";
import type { Action } from "./registry.svelte";

function titleOf(id: string): string {
  return tryWords(`operations.${id}`, {}) ?? id;
}

export const operationActions: readonly Action[] = operationIds.map((id) => ({
  id: `console.ask.${id}`,
  title: "app.goConsole",
  words: () => t("console.ask", { title: titleOf(id) }),
  group: "console",
  icon: SquareTerminal,
  keywords: [id, ...operationWords(id)],
  run: () => route.go("console", { operation: id }),
}));
