import { dateFormat, numberFormat, relativeTimeFormat } from "./intl";
import { language, t } from "./index.svelte";

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return numberFormat(language(), options).format(value);
}

/** A size in bytes, in decimal units: 8.1 GB. */
export function bytes(value: number): string {
  let index = 0;
  let rest = value;
  while (rest >= 1000 && index < units.length - 1) {
    rest /= 1000;
    index += 1;
  }
  return number(rest, {
    style: "unit",
    unit: units[index] ?? "byte",
    unitDisplay: index === 0 ? "long" : "short",
    maximumFractionDigits: rest >= 100 || index === 0 ? 0 : 1,
  });
}

/** A length of time in milliseconds: 4.1 s, 1 min 40 s, 2 h 5 min. */
/** How long an answer took: what is quick is told in milliseconds. */
export function tookTime(milliseconds: number): string {
  if (milliseconds >= 1000) return duration(milliseconds);
  return t("common.milliseconds", { n: Math.max(1, Math.round(milliseconds)) });
}

export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return t("common.seconds", { n: number(seconds, { maximumFractionDigits: 1 }) });
  const whole = Math.round(seconds);
  if (whole < 60) return t("common.seconds", { n: whole });
  const minutes = Math.floor(whole / 60);
  const join = (first: string, second: string | null): string =>
    second === null ? first : `${first} ${second}`;
  if (minutes < 60)
    return join(
      t("common.minutes", { n: minutes }),
      whole % 60 === 0 ? null : t("common.seconds", { n: whole % 60 }),
    );
  return join(
    t("common.hours", { n: Math.floor(minutes / 60) }),
    minutes % 60 === 0 ? null : t("common.minutes", { n: minutes % 60 }),
  );
}

export function time(iso: string): string {
  return dateFormat(language(), {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(iso));
}

export function date(iso: string): string {
  return dateFormat(language(), { day: "numeric", month: "long", year: "numeric" }).format(new Date(iso));
}

export function dateTime(iso: string): string {
  return dateFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** The name of a local day (YYYY-MM-DD) as seen from `today`: Today, Yesterday, 18 November. */
export function day(value: string, today: Date): string {
  const [year, month, dayOfMonth] = value.split("-").map(Number);
  const then = new Date(year ?? 1970, (month ?? 1) - 1, dayOfMonth ?? 1);
  const start = new Date(today.getFullYear(), today.getMonth(), today.getDate());
  const days = Math.round((then.getTime() - start.getTime()) / 86_400_000);
  if (days === 0 || days === -1) {
    const words = relativeTimeFormat(language(), { numeric: "auto" }).format(days, "day");
    return words.charAt(0).toLocaleUpperCase(language()) + words.slice(1);
  }
  const sameYear = then.getFullYear() === today.getFullYear();
  return dateFormat(language(), {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" as const }),
  }).format(then);
}

/** A seed or another long whole number, in groups of three with thin spaces: 481 207. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** A place in a sound, in milliseconds, as a clock says it: 0:07, 12:30, 1:02:03, and 0:07.4 with a decimal. */
export function timecode(milliseconds: number, decimals: 0 | 1 | 2 = 0): string {
  const unit = 10 ** decimals;
  const parts = Math.floor((Math.max(0, milliseconds) / 1000) * unit + 1e-6);
  const seconds = Math.floor(parts / unit);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const clock = hours > 0 ? `${hours}:${pad(minutes)}` : String(minutes);
  const rest = decimals === 0 ? "" : `.${String(parts % unit).padStart(decimals, "0")}`;
  return `${clock}:${pad(seconds % 60)}${rest}`;
}
