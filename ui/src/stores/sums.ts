/** Sums of money, exact: amounts are decimal text and never become a float. */

function parts(amount: string): { readonly digits: bigint; readonly places: number } | null {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(amount.trim());
  if (match === null) return null;
  const fraction = match[3] ?? "";
  const digits = BigInt(`${match[2] ?? "0"}${fraction}`);
  return { digits: match[1] === "-" ? -digits : digits, places: fraction.length };
}

type Money = { readonly amount: string; readonly currency: string };

/** The sum; null when an amount is unknown, or when they aren't of one currency. */
export function sum<M extends Money>(amounts: readonly (M | null)[]): M | null {
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
  return { ...first, amount: total < 0n ? `-${amount}` : amount };
}

/** How much more the one is; null as for a sum. */
export function difference<M extends Money>(one: M, other: M): M | null {
  const amount = other.amount.startsWith("-") ? other.amount.slice(1) : `-${other.amount.replace("+", "")}`;
  return sum([one, { ...other, amount }]);
}

/**
 * An amount as it was typed, as decimal text with a point; null when it is none. The comma of other languages is a point,
 * but in 1,000 it may as well stand for a thousand: nobody is to allow, or pay, one dollar for that.
 */
export function typedAmount(typed: string): string | null {
  const text = typed.trim().replace(/^\$\s*/, "");
  if (/^[1-9]\d{0,2},\d{3}$/.test(text)) return null;
  const plain = text.replace(",", ".").replace(/^\./, "0.");
  return /^\d+(\.\d+)?$/.test(plain) ? plain : null;
}

/** Which of two amounts of one currency is more, as a sort wants it; 0 where either can't be read. */
export function compareAmounts(one: string, other: string): number {
  const [first, second] = [parts(one), parts(other)];
  if (first === null || second === null) return 0;
  const common = Math.max(first.places, second.places);
  const scaled = ({ digits, places }: typeof first): bigint => digits * 10n ** BigInt(common - places);
  const [left, right] = [scaled(first), scaled(second)];
  return left < right ? -1 : left > right ? 1 : 0;
}
