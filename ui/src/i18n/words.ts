import type { en } from "./en";

/** A plural: the forms of `Intl.PluralRules` that the language has; `other` always. */
export type Plural = { readonly one?: string; readonly other: string };

/** What a translation of a namespace has to hold: the same keys, text for text and plural for plural. */
export type Translated<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural };

export type Catalogue = { readonly [N in keyof typeof en]: Translated<(typeof en)[N]> };

/** Every key there is, as `namespace.key`. */
export type WordKey = {
  [N in keyof typeof en]: `${N}.${Extract<keyof (typeof en)[N], string>}`;
}[keyof typeof en];

type TextOf<P extends WordKey> = P extends `${infer N}.${infer K}`
  ? N extends keyof typeof en
    ? K extends keyof (typeof en)[N]
      ? (typeof en)[N][K]
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
