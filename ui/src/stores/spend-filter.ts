/** Which days are looked at, and how finely. Days are text, YYYY-MM-DD: they have no hours that could be lost or doubled. */
import type { ChargeKind, ChargeQuery, SeriesStep, SpendFilter } from "@/bindings";

export const periods = ["week", "month", "quarter", "year", "all", "custom"] as const;
export type Period = (typeof periods)[number];

/** What the user has chosen to look at. */
export type SpendChoice = {
  readonly period: Period;
  /** Of `custom`. */
  readonly from: string | null;
  readonly to: string | null;
  readonly accounts: readonly string[];
  readonly kinds: readonly ChargeKind[];
  readonly models: readonly string[];
  readonly keys: readonly string[];
  readonly currency: string | null;
};

export const EVERYTHING: SpendChoice = {
  period: "month",
  from: null,
  to: null,
  accounts: [],
  kinds: [],
  models: [],
  keys: [],
  currency: null,
};

const LENGTHS = { week: 7, month: 30, quarter: 90, year: 365 } as const;
const DAY = 86_400_000;

function utc(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

export function addDays(day: string, count: number): string {
  return new Date(utc(day) + count * DAY).toISOString().slice(0, 10);
}

/** How many days there are from one to the other, both included. */
export function daysIn(from: string, to: string): number {
  return Math.round((utc(to) - utc(from)) / DAY) + 1;
}

/** The first and last day of what was chosen; null = open. */
export function rangeOf(
  choice: Pick<SpendChoice, "period" | "from" | "to">,
  today: string | null,
): { readonly from: string | null; readonly to: string | null } {
  if (choice.period === "custom") return { from: choice.from, to: choice.to };
  if (choice.period === "all" || today === null) return { from: null, to: null };
  return { from: addDays(today, 1 - LENGTHS[choice.period]), to: today };
}

/** As fine as can still be read. */
export function stepFor(from: string, to: string): SeriesStep {
  const days = daysIn(from, to);
  if (days <= 2) return "hour";
  if (days <= 93) return "day";
  return days <= 750 ? "week" : "month";
}

/** The days of a column: to the day before the next one, and not beyond what is looked at. */
export function columnDays(
  starts: readonly string[],
  index: number,
  last: string,
): { readonly from: string; readonly to: string } | null {
  const from = starts[index];
  if (from === undefined) return null;
  const next = starts.slice(index + 1).find((day) => day > from);
  return { from, to: next === undefined ? (last < from ? from : last) : addDays(next, -1) };
}

/** How many of the filters are set, the days left out. */
export function narrowings(choice: SpendChoice): number {
  const lists = [choice.accounts, choice.kinds, choice.models, choice.keys];
  return lists.filter((list) => list.length > 0).length + (choice.currency === null ? 0 : 1);
}

/** All charges that a filter lets through, the first first. Which page of them, if that matters, is said beside it. */
export function allOf(filter: SpendFilter): ChargeQuery {
  return { filter, text: null, sort: "oldest", grouping: null, group: null, offset: 0, limit: 1 };
}
