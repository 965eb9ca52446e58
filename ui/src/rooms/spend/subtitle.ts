import { t } from "@/i18n/index.svelte";
import { spend } from "@/stores/spend.svelte";
import { longCurrency, spanWords } from "./words";

/** Which charges something is of, in a line. Pretend money and what is only expected say so wherever they go. */
export function about(currency: string | null = spend.currency): string {
  return [
    spanWords(spend.span),
    currency === null ? null : longCurrency(currency),
    spend.pretend ? t("spend.pretendMoney") : null,
    spend.series?.notes.includes("estimates") ? t("spend.partly") : null,
  ]
    .filter((part) => part !== null)
    .join(", ");
}
