import type { ChargeKind, ChargeView, PricedUnit, SeriesBy, SeriesStep, SpendNote } from "@/bindings";
import { dateTime, number, time } from "@/i18n/format";
import { language, plain, t, type PlainKey } from "@/i18n/index.svelte";
import { dateFormat } from "@/i18n/intl";
import { currencyName } from "@/i18n/money";
import { accounts } from "@/stores/accounts.svelte";
import type { Period } from "@/stores/spend-filter";

const kindWords: Record<ChargeKind, PlainKey> = {
  chat: "spend.kindChat",
  image: "spend.kindImage",
  film: "spend.kindFilm",
  music: "spend.kindMusic",
  speech: "spend.kindSpeech",
  transcription: "spend.kindTranscription",
  web: "spend.kindWeb",
  embedding: "spend.kindEmbedding",
  other: "spend.kindOther",
};
/** A kind keeps its colour, however much it cost. */
const kindColours: Record<ChargeKind, string> = {
  film: "var(--chart-1)",
  image: "var(--chart-2)",
  chat: "var(--chart-3)",
  speech: "var(--chart-4)",
  music: "var(--chart-6)",
  transcription: "var(--chart-5)",
  web: "var(--chart-7)",
  embedding: "var(--chart-rest)",
  other: "var(--line-strong)",
};
export const REST = "var(--chart-rest)";
const RANKED = 7;

export const byWords: Record<SeriesBy, { readonly title: PlainKey; readonly inTitle: PlainKey }> = {
  kind: { title: "spend.byKind", inTitle: "spend.kindWord" },
  model: { title: "spend.byModel", inTitle: "spend.modelWord" },
  key: { title: "spend.byKey", inTitle: "spend.keyWord" },
  account: { title: "spend.byAccount", inTitle: "spend.accountWord" },
};
export const stepWords: Record<SeriesStep, PlainKey> = {
  hour: "spend.stepHour",
  day: "spend.stepDay",
  week: "spend.stepWeek",
  month: "spend.stepMonth",
};
export const unitWords: Record<PricedUnit, PlainKey> = {
  picture: "spend.unitPicture",
  film_minute: "spend.unitFilmMinute",
  music_minute: "spend.unitMusicMinute",
  music_piece: "spend.unitMusicPiece",
  chat_thousand_words: "spend.unitChatWords",
  spoken_thousand_words: "spend.unitSpokenWords",
  transcribed_minute: "spend.unitTranscribedMinute",
};
export const noteWords: Record<SpendNote, PlainKey> = {
  keys_unknown: "spend.noteKeysUnknown",
  keys_by_utc_days: "spend.noteKeysByUtcDays",
  answers_only: "spend.noteAnswersOnly",
  estimates: "spend.noteEstimates",
  guesses: "spend.noteGuesses",
};
export const periodWords: Record<
  Exclude<Period, "custom">,
  { readonly short: PlainKey; readonly long: PlainKey }
> = {
  week: { short: "spend.week", long: "spend.weekLong" },
  month: { short: "spend.month", long: "spend.monthLong" },
  quarter: { short: "spend.quarter", long: "spend.quarterLong" },
  year: { short: "spend.year", long: "spend.yearLong" },
  all: { short: "spend.all", long: "spend.allLong" },
};

function isKind(id: string): id is ChargeKind {
  return id in kindWords;
}

/** What a part of a series, a group or a facet is called. */
export function nameOf(by: SeriesBy, id: string, name: string): string {
  if (id === "") return t("spend.unknownPart");
  if (by === "kind") return isKind(id) ? plain(kindWords[id]) : name;
  // The sandbox's name is a word of the language; an account that was forgotten keeps the one it had.
  if (by === "account") return accounts.list.some((one) => one.id === id) ? accounts.nameOf(id) : name;
  return name === "" ? id : name;
}

export function colourOf(by: SeriesBy, id: string, place: number): string {
  if (by === "kind" && isKind(id)) return kindColours[id];
  return place < RANKED ? `var(--chart-${place + 1})` : REST;
}

export function kindName(kind: ChargeKind): string {
  return plain(kindWords[kind]);
}

/** A currency by its whole name. */
export function longCurrency(currency: string): string {
  if (currency === "usd") return t("spend.usd");
  if (currency === "diem") return t("spend.diem");
  return currency === "credits" ? t("spend.credits") : currency;
}

/** As it stands at the head of a column of figures: USD, DIEM, credits. */
export function codeOf(currency: string): string {
  return currency === "usd" ? "USD" : currencyName(currency);
}

/** A mark of an axis: short, and with its sign where the sign is short. */
export function tickWords(currency: string, places: number): (value: number) => string {
  return (value) => {
    const text = number(Math.abs(value), { minimumFractionDigits: places, maximumFractionDigits: places });
    return `${value < 0 ? "−" : ""}${currency === "usd" ? "$" : ""}${text}`;
  };
}

/** How much was used, with its unit. */
export function unitsOf(charge: Pick<ChargeView, "units" | "unit">): string {
  if (charge.units === null) return "";
  const units = Number(charge.units);
  const n = number(units, { maximumFractionDigits: 6 });
  // Venice counts these in millions; people count them one by one.
  const each = number(units * 1e6, { maximumFractionDigits: 0 });
  switch (charge.unit) {
    case "mtoken":
      return t("spend.ofTokens", { n: each });
    case "mchar":
      return t("spend.ofCharacters", { n: each });
    case "second":
      return t("spend.ofSeconds", { n });
    case "unit":
      return t("spend.ofUnits", { n });
    default:
      return t("spend.ofOther", { n, unit: charge.unit });
  }
}

/** What a charge is for: the work, or what Venice calls it. */
export function titleOf(charge: ChargeView): string {
  const title = charge.matched?.title ?? "";
  return title === "" ? charge.sku : title;
}

/** Today by its time, other days by their date too. */
export function moment(iso: string): string {
  return new Date(iso).toDateString() === new Date().toDateString() ? time(iso) : dateTime(iso);
}

/** A day of the calendar, YYYY-MM-DD, at the start of it here. */
export function dateOf(day: string): Date {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date);
}

/** 21 November, with the year where it isn't this one. */
export function dayWords(day: string, now = new Date()): string {
  const date = dateOf(day);
  const withYear = date.getFullYear() !== now.getFullYear();
  return dateFormat(language(), {
    day: "numeric",
    month: "long",
    ...(withYear ? { year: "numeric" as const } : {}),
  }).format(date);
}

export function spanWords(span: { readonly from: string; readonly to: string } | null): string {
  if (span === null) return t("spend.allLong");
  if (span.from === span.to) return dayWords(span.from);
  return t("spend.days", { from: dayWords(span.from), to: dayWords(span.to) });
}

/** A column of the axis: its whole name and its short one. */
export function columnWords(step: SeriesStep, start: string, day: string): { label: string; tick: string } {
  const format = (options: Intl.DateTimeFormatOptions, date: Date): string =>
    dateFormat(language(), options).format(date);
  const date = dateOf(day);
  const tick = format({ day: "numeric", month: "short" }, date);
  switch (step) {
    case "hour": {
      const at = time(start);
      return {
        label: `${format({ weekday: "short", day: "numeric", month: "long" }, date)}, ${at}`,
        tick: at,
      };
    }
    case "day":
      return {
        label: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }, date),
        tick,
      };
    case "week":
      return { label: t("spend.weekFrom", { day: dayWords(day) }), tick };
    case "month":
      return {
        label: format({ month: "long", year: "numeric" }, date),
        tick: format({ month: "short", year: "2-digit" }, date),
      };
  }
}
