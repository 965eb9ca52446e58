import { t } from "@/i18n/index.svelte";
import { spend } from "@/stores/spend.svelte";
import { longCurrency, spanWords } from "./words";

/** Which charges something is of, in a line. Pretend money says so wherever it goes. */
export function about(currency: string | null = spend.currency): string {
  return [
    spanWords(spend.span),
    currency === null ? null : longCurrency(currency),
    spend.pretend ? t("spend.pretendMoney") : null,
  ]
    .filter((part) => part !== null)
    .join(", ");
}
