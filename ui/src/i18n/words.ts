import type { en as first } from "./en";
import type { accounts } from "./en/accounts";
import type { chat } from "./en/chat";
import type { console } from "./en/console";
import type { film } from "./en/film";
import type { models } from "./en/models";
import type { music } from "./en/music";
import type { operations } from "./en/operations";
import type { record } from "./en/record";
import type { sound } from "./en/sound";
import type { spend } from "./en/spend";
import type { speech } from "./en/speech";
import type { transcript } from "./en/transcript";
import type { voice } from "./en/voice";
import type { watch } from "./en/watch";

type Later = {
  readonly accounts: typeof accounts;
  readonly chat: typeof chat;
  readonly console: typeof console;
  readonly film: typeof film;
  readonly models: typeof models;
  readonly music: typeof music;
  readonly operations: typeof operations;
  readonly record: typeof record;
  readonly sound: typeof sound;
  readonly speech: typeof speech;
  readonly spend: typeof spend;
  readonly transcript: typeof transcript;
  readonly voice: typeof voice;
  readonly watch: typeof watch;
};
/** The English words: those that are there from the start, and those that come with a room. */
type Source = typeof first & Later;

/** A plural: the forms of `Intl.PluralRules` that the language has; `other` always. */
export type Plural = { readonly one?: string; readonly other: string };

/** What a translation of a namespace has to hold: the same keys, text for text and plural for plural. */
export type Translated<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

export type Catalogue = { readonly [N in keyof typeof first]: Translated<(typeof first)[N]> };
export type LaterCatalogue = { readonly [N in keyof Later]: Translated<Later[N]> };

/** Every key there is, as `namespace.key`. */
export type WordKey = {
  [N in keyof Source]: `${N}.${Extract<keyof Source[N], string>}`;
}[keyof Source];

type TextOf<P extends WordKey> = P extends `${infer N}.${infer K}`
  ? N extends keyof Source
    ? K extends keyof Source[N]
      ? Source[N][K]
      : never
    : never
  : never;

type Holes<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;

type HolesOf<P extends WordKey> =
  TextOf<P> extends string
    ? Holes<TextOf<P>>
    : TextOf<P> extends { other: infer O }
      ? Holes<O> | "count"
      : never;

/** Values for the holes of a text; `count` of a plural is a number, the rest text or number. */
export type WordParams<P extends WordKey> = {
  [H in HolesOf<P>]: H extends "count" ? number : string | number;
};

/** Keys of texts without holes: fit for records such as actions, whose words take no values. */
export type PlainKey = { [P in WordKey]: [HolesOf<P>] extends [never] ? P : never }[WordKey];

export type ParamsArgument<P extends WordKey> = [HolesOf<P>] extends [never] ? [] : [params: WordParams<P>];
