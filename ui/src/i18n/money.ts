import { numberFormat } from "./intl";
import { language } from "./index.svelte";

/** An amount as decimal text and its currency. Nothing here adds up: the text is only grouped and signed. */
export type Amount = { amount: string; currency: "usd" | "diem" | "credits" };

const leastDigits = { usd: 2, diem: 2, credits: 0 } as const;

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
  const found = digits(value.amount, leastDigits[value.currency]);
  if (found === null) return value.amount;
  const { group, decimal } = separators();
  const whole = found.whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  const text = found.fraction === "" ? whole : `${whole}${decimal}${found.fraction}`;
  if (value.currency === "usd") return `${found.sign}$${text}`;
  return `${found.sign}${text} ${value.currency === "diem" ? "DIEM" : language() === "zh-CN" ? "积分" : "credits"}`;
}
