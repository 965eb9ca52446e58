import { typedAmount } from "@/stores/sums";

/** What was typed as an amount that may be set; null when it is none. */
export function amountOf(typed: string): string | null {
  const amount = typedAmount(typed);
  return amount !== null && /^\d{1,7}(\.\d{1,6})?$/.test(amount) && /[1-9]/.test(amount) ? amount : null;
}
