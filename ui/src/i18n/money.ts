import { numberFormat } from "./intl";
import { language } from "./index.svelte";

/**
 * An amount as decimal text and its currency. Nothing here adds up: the text is only grouped and signed. A currency is `usd`,
 * `diem` or `credits`, or one we don't know, as the ledger writes it.
 */
export type Amount = { amount: string; currency: string };

const leastDigits: Readonly<Record<string, number>> = { usd: 2, diem: 2, credits: 0 };

/** Cuts superfluous zeros, but keeps the currency's own digits: "0.0400" -> "0.04", "3" -> "3.00" in dollars. */
function digits(amount: string, least: number): { sign: string; whole: string; fraction: string } | null {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(amount.trim());
  if (match === null) return null;
  let fraction = match[3] ?? "";
  while (fraction.length > least && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return { sign: match[1] === "-" ? "−" : "", whole: match[2] ?? "0", fraction: fraction.padEnd(least, "0") };
}

function separators(): { group: string; decimal: string } {
  const parts = numberFormat(language()).formatToParts(12345.6);
  const find = (type: string, fallback: string): string =>
    parts.find((part) => part.type === type)?.value ?? fallback;
  return { group: find("group", ","), decimal: find("decimal", ".") };
}

/** `$0.04`, `6.20 DIEM`, `120 credits`: each currency with its own sign and precision, never another's. */
export function money(value: Amount): string {
  const found = digits(value.amount, leastDigits[value.currency] ?? 0);
  if (found === null) return value.amount;
  const { group, decimal } = separators();
  const whole = found.whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  const text = found.fraction === "" ? whole : `${whole}${decimal}${found.fraction}`;
  if (value.currency === "usd") return `${found.sign}$${text}`;
  return `${found.sign}${text} ${currencyName(value.currency)}`;
}

/** The dollar by its sign, others by name; one that we don't know as the ledger writes it. */
export function currencyName(currency: string): string {
  if (currency === "usd") return "$";
  if (currency === "diem") return "DIEM";
  if (currency === "credits") return language() === "zh-CN" ? "积分" : "credits";
  return currency;
}

/**
 * The amount cut to what is read at a glance: the currency's own digits, or two that count where it is less than a tenth. Half is
 * rounded up. For figures that are shown with the exact amount at hand.
 */
export function rounded(value: Amount): Amount {
  const match = /^([+-]?)(\d+)\.(\d+)$/.exec(value.amount.trim());
  if (match === null) return value;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const first = fraction.search(/[1-9]/);
  const small = /^0*$/.test(whole) && first > 0;
  const places = small ? first + 2 : Math.max(2, leastDigits[value.currency] ?? 2);
  if (fraction.length <= places) return value;
  const kept = BigInt(whole + fraction.slice(0, places)) + (fraction.charAt(places) >= "5" ? 1n : 0n);
  const text = kept.toString().padStart(places + 1, "0");
  const amount = `${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`;
  return { ...value, amount: sign === "-" ? `-${amount}` : amount };
}
