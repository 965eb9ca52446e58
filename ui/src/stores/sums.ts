/** Sums of money, exact: amounts are decimal text and never become a float. */
import type { Money } from "@/bindings";

function parts(amount: string): { readonly digits: bigint; readonly places: number } | null {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(amount.trim());
  if (match === null) return null;
  const fraction = match[3] ?? "";
  const digits = BigInt(`${match[2] ?? "0"}${fraction}`);
  return { digits: match[1] === "-" ? -digits : digits, places: fraction.length };
}

/** The sum; null when an amount is unknown, or when they aren't of one currency. */
export function sum(amounts: readonly (Money | null)[]): Money | null {
  const [first] = amounts;
  if (first == null) return null;
  let total = 0n;
  let places = 0;
  for (const money of amounts) {
    const read = money?.currency === first.currency ? parts(money.amount) : null;
    if (read === null) return null;
    const common = Math.max(places, read.places);
    total = total * 10n ** BigInt(common - places) + read.digits * 10n ** BigInt(common - read.places);
    places = common;
  }
  const text = (total < 0n ? -total : total).toString().padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places);
  const amount = places === 0 ? whole : `${whole}.${text.slice(text.length - places)}`;
  return { amount: total < 0n ? `-${amount}` : amount, currency: first.currency };
}
