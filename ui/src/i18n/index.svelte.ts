import { numberFormat, pluralRules } from "./intl";
import { en } from "./en";
import type { Catalogue, LaterCatalogue, ParamsArgument, PlainKey, Plural, WordKey } from "./words";
import { zhCN } from "./zh-CN";

export type { PlainKey, WordKey } from "./words";

export const languages = ["en", "zh-CN"] as const;
export type LanguageTag = (typeof languages)[number];

const catalogues: Record<LanguageTag, Catalogue> = { en, "zh-CN": zhCN };

const later: Record<LanguageTag, Partial<LaterCatalogue>> = { en: {}, "zh-CN": {} };

/** Takes in words that come with a room, before it is shown. */
export function learn(words: Readonly<Record<LanguageTag, Partial<LaterCatalogue>>>): void {
  for (const tag of languages) Object.assign(later[tag], words[tag]);
}

let current = $state<LanguageTag>("en");

/** The language that is shown. */
export function language(): LanguageTag {
  return current;
}

export function setLanguage(tag: LanguageTag): void {
  current = tag;
}

/** The first of the system's languages that has a catalogue, else English. */
export function languageOf(preferred: readonly string[]): LanguageTag {
  for (const tag of preferred) {
    const base = tag.toLowerCase();
    if (base.startsWith("zh")) return "zh-CN";
    if (base.startsWith("en")) return "en";
  }
  return "en";
}

type Words = Readonly<Record<string, Readonly<Record<string, string | Plural>> | undefined>>;

function lookUp(tag: LanguageTag, key: string): string | Plural | undefined {
  const dot = key.indexOf(".");
  const name = key.slice(0, dot);
  const first: Words = catalogues[tag];
  const more: Words = later[tag];
  return (first[name] ?? more[name])?.[key.slice(dot + 1)];
}

function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = params[name];
    if (value === undefined) return hole;
    return typeof value === "number" ? numberFormat(current).format(value) : value;
  });
}

function say(key: string, params: Readonly<Record<string, string | number>>): string {
  const words = lookUp(current, key);
  if (words === undefined) return key;
  if (typeof words === "string") return fill(words, params);
  const form = pluralRules(current).select(Number(params.count));
  return fill((form === "one" ? words.one : undefined) ?? words.other, params);
}

/** The words of `key` in the language shown, with its holes filled. */
export function t<P extends WordKey>(key: P, ...[params]: ParamsArgument<P>): string {
  return say(key, params ?? {});
}

/** For records that carry a key without holes. */
export function plain(key: PlainKey): string {
  return say(key, {});
}

/**
 * The words of a key that is only known at run time, or null when there is no such key or a hole of it stays
 * empty: then the caller has better words.
 */
export function tryWords(key: string, params: Readonly<Record<string, string | number>>): string | null {
  const words = lookUp(current, key);
  if (words === undefined) return null;
  const holes = JSON.stringify(words).matchAll(/\{(\w+)\}/g);
  for (const [, name] of holes) if (name !== undefined && params[name] === undefined) return null;
  return say(key, params);
}
