/** What several items have in common, and in what they differ. */
import type { ItemView, Money } from "@/bindings";

export type Value = { readonly value: string; readonly count: number };
export type Sum = { readonly money: Money; readonly pretend: boolean; readonly estimate: boolean };
export type Summary = {
  readonly count: number;
  readonly models: readonly Value[];
  readonly sizes: readonly Value[];
  readonly ratings: readonly Value[];
  readonly origins: readonly Value[];
  readonly bytes: number;
  readonly favourites: number;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly sums: readonly Sum[];
  /** Items whose cost isn't known or that cost nothing. */
  readonly withoutCost: number;
};

/** Adds decimal texts exactly. */
export function addAmounts(one: string, other: string): string {
  const digits = (text: string): number => text.split(".")[1]?.length ?? 0;
  const places = Math.max(digits(one), digits(other));
  const whole = (text: string): bigint => {
    const [before = "0", after = ""] = text.split(".");
    return BigInt(before + after.padEnd(places, "0"));
  };
  const sum = whole(one) + whole(other);
  const text = (sum < 0n ? -sum : sum).toString().padStart(places + 1, "0");
  const at = text.length - places;
  return `${sum < 0n ? "-" : ""}${text.slice(0, at)}${places > 0 ? `.${text.slice(at)}` : ""}`;
}

function count(values: readonly string[]): readonly Value[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, of]) => ({ value, count: of }))
    .sort((one, other) => other.count - one.count);
}

/** Sums by currency; pretend and real money, estimates and charges stay apart. */
function sumsOf(items: readonly ItemView[]): readonly Sum[] {
  const sums = new Map<string, Sum>();
  for (const { cost, pretend, cost_is_estimate: estimate } of items) {
    if (cost === null) continue;
    const key = `${cost.currency} ${String(pretend)} ${String(estimate)}`;
    const before = sums.get(key)?.money.amount ?? "0";
    sums.set(key, { money: { ...cost, amount: addAmounts(before, cost.amount) }, pretend, estimate });
  }
  return [...sums.values()];
}

export function summaryOf(items: readonly ItemView[]): Summary {
  const days = items.map((item) => item.day).sort();
  return {
    count: items.length,
    models: count(items.map((item) => item.model ?? "")),
    sizes: count(items.map((item) => (item.width > 0 ? `${item.width} × ${item.height}` : ""))),
    ratings: count(items.map((item) => String(item.rating))),
    origins: count(items.map((item) => item.origin)),
    bytes: items.reduce((sum, item) => sum + item.bytes, 0),
    favourites: items.filter((item) => item.favourite).length,
    firstDay: days[0] ?? null,
    lastDay: days.at(-1) ?? null,
    sums: sumsOf(items),
    withoutCost: items.filter((item) => item.cost === null).length,
  };
}
