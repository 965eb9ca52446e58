/** How a source is named: its title, or else where it is from; its date, when it can be read as one. */
import type { Citation } from "@/bindings";
import { date } from "@/i18n/format";
import { hostOf, safeAddress } from "./addresses";

export function sourceAddress(citation: Citation): string | null {
  return safeAddress(citation.url ?? "");
}

export function sourceHost(citation: Citation): string {
  return hostOf(citation.url ?? "");
}

export function sourceTitle(citation: Citation): string {
  const title = citation.title?.trim() ?? "";
  return title === "" ? sourceHost(citation) || (citation.url ?? "") : title;
}

export function sourceDate(citation: Citation): string {
  const told = citation.date?.trim() ?? "";
  if (told === "") return "";
  // A day without a time is a day everywhere.
  const day = /^\d{4}-\d{2}-\d{2}$/.test(told) ? `${told}T12:00:00` : told;
  return Number.isNaN(Date.parse(day)) ? told : date(day);
}
