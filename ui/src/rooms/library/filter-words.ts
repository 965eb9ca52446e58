/** What is chosen of a filter, in a few words. */
import { bytes, number } from "@/i18n/format";
import { language, t } from "@/i18n/index.svelte";
import { dateFormat } from "@/i18n/intl";
import { money } from "@/i18n/money";
import { BYTES, datePresetOf, isActive, PIXELS, sizePresetOf } from "@/stores/library-filters";
import type { LibraryFilter } from "@/stores/library-query";

export const DATES = {
  any: "boards.anyDate",
  today: "boards.today",
  week: "boards.week",
  month: "boards.month",
  year: "boards.year",
  own: "boards.ownDates",
} as const;

export const PIXEL_WORDS = {
  any: "boards.anyPixels",
  small: "boards.pixelsSmall",
  medium: "boards.pixelsMedium",
  large: "boards.pixelsLarge",
  own: "boards.ownNumbers",
} as const;

export const BYTE_WORDS = {
  any: "boards.anyBytes",
  small: "boards.bytesSmall",
  medium: "boards.bytesMedium",
  large: "boards.bytesLarge",
  own: "boards.ownNumbers",
} as const;

function span(from: string | null, to: string | null): string {
  if (from !== null && to !== null) return from === to ? from : t("boards.span", { from, to });
  return from !== null ? t("boards.spanFrom", { from }) : t("boards.spanTo", { to: to ?? "" });
}

function shortDay(day: string | null | undefined): string | null {
  if (day == null) return null;
  const [year, month, date] = day.split("-").map(Number);
  const then = new Date(year ?? 1970, (month ?? 1) - 1, date ?? 1);
  const sameYear = then.getFullYear() === new Date().getFullYear();
  const options = {
    day: "numeric" as const,
    month: "short" as const,
    ...(sameYear ? {} : { year: "numeric" as const }),
  };
  return dateFormat(language(), options).format(then);
}

export function dateWords(filter: LibraryFilter): string {
  const preset = datePresetOf(filter, new Date());
  if (preset !== "own") return t(DATES[preset]);
  return span(shortDay(filter.from_day), shortDay(filter.to_day));
}

function megapixels(pixels: number | null | undefined): string | null {
  if (pixels == null) return null;
  return t("boards.megapixels", { n: number(pixels / 1_000_000, { maximumFractionDigits: 2 }) });
}

export function sizeWords(filter: LibraryFilter): string {
  if (!isActive(filter, "size")) return t("boards.anySize");
  const [least, most] = [filter.min_pixels ?? null, filter.max_pixels ?? null];
  const [lightest, heaviest] = [filter.min_bytes ?? null, filter.max_bytes ?? null];
  const pixels = sizePresetOf(PIXELS, least, most);
  const weight = sizePresetOf(BYTES, lightest, heaviest);
  const words: string[] = [];
  if (pixels === "own") words.push(span(megapixels(least), megapixels(most)));
  else if (pixels !== "any") words.push(t(PIXEL_WORDS[pixels]));
  if (weight === "own") {
    words.push(span(lightest === null ? null : bytes(lightest), heaviest === null ? null : bytes(heaviest)));
  } else if (weight !== "any") words.push(t(BYTE_WORDS[weight]));
  return words.join(" · ");
}

export function costWords(filter: LibraryFilter): string {
  const { cost } = filter;
  if (cost == null) return t("boards.anyCost");
  if (cost.kind === "free") return t("boards.costFree");
  if (cost.kind === "unknown") return t("boards.costUnknown");
  const said = (amount: string | null): string | null =>
    amount === null ? null : money({ amount, currency: cost.currency });
  const amounts =
    cost.min === null && cost.max === null
      ? t("boards.costAny", { currency: t(`boards.${cost.currency}`) })
      : span(said(cost.min), said(cost.max));
  return cost.pretend ? `${amounts} · ${t("common.pretend")}` : amounts;
}
