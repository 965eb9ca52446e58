/** What something costs now, where it was refused because that is more than was shown. */
import type { AppError, Money } from "@/bindings";

const CURRENCIES: readonly Money["currency"][] = ["usd", "diem", "credits"];

/** null where it wasn't refused for that, or nobody knows the price. */
export function priceNow(problem: AppError | null): Money | null {
  if (problem?.code !== "price_changed") return null;
  const { amount, currency: told } = problem.params;
  const currency = CURRENCIES.find((one) => one === told);
  return amount === undefined || currency === undefined ? null : { amount, currency };
}
