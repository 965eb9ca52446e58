/** What a transcript has cost, and what its missing pieces would. */
import type { HearingModel, Money, PieceView } from "@/bindings";
import { sum } from "./sums";

export type Cost = {
  readonly billing: "nothing" | "expected" | "charged" | "unknown";
  readonly estimate: Money | null;
  readonly charged: Money | null;
  readonly pretend: boolean;
};

/** All its pieces together: charged when all of them are known to be. null before anything was sent. */
export function costOf(pieces: readonly PieceView[]): Cost | null {
  const jobs = pieces.flatMap(({ job }) => (job === null || job.billing === "nothing" ? [] : [job]));
  const [first] = jobs;
  if (first === undefined) return null;
  const billing = jobs.some((job) => job.billing === "unknown")
    ? "unknown"
    : jobs.some((job) => job.billing === "expected")
      ? "expected"
      : "charged";
  // What is charged by now counts as that, the rest as it was expected.
  const estimate = sum(jobs.map((job) => job.charged ?? job.estimate));
  const charged = billing === "charged" ? sum(jobs.map((job) => job.charged)) : null;
  return { billing, estimate: charged === null ? estimate : charged, charged, pretend: first.pretend };
}

/** A price a second, for so many milliseconds; exact. */
export function priceFor(aSecond: Money, milliseconds: number): Money | null {
  const match = /^(\d+)(?:\.(\d*))?$/.exec(aSecond.amount.trim());
  if (match === null) return null;
  const fraction = match[2] ?? "";
  const places = fraction.length + 3;
  const digits = (BigInt(`${match[1] ?? "0"}${fraction}`) * BigInt(Math.round(milliseconds))).toString();
  const padded = digits.padStart(places + 1, "0");
  const cut = padded.length - places;
  const amount = `${padded.slice(0, cut)}.${padded.slice(cut)}`.replace(/0+$/, "").replace(/\.$/, "");
  return { amount, currency: aSecond.currency };
}

/** What sending pieces again would cost, by what the model costs now: that may be more than it was. */
export function retryPrice(pieces: readonly PieceView[], model: HearingModel | null): Money | null {
  const price = model?.price ?? null;
  if (price === null) return null;
  return sum(pieces.map(({ start_ms, end_ms }) => priceFor(price, end_ms - start_ms)));
}
