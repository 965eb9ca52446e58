/**
 * The places where an answer names its sources: `[REF]0[/REF]`, `[REF]0,2[/REF]`, counted from 0, and `^1^`, `^1,3^`,
 * counted from 1. Carets also mean other things, so they are references only where there are such sources.
 */
import type { TokenizerExtensionFunction, TokenizerStartFunction } from "marked";

export type ReferenceToken = {
  readonly type: "reference";
  readonly raw: string;
  /** Counted from 0. */
  readonly numbers: readonly number[];
  /** Written with carets. */
  readonly caret: boolean;
};

const bracketed = /^\[REF\]([\d,\s]*)\[\/REF\]/;
const raised = /^\^(\d{1,4}(?:, ?\d{1,4}){0,63})\^/;
/** The beginning of one at the end of what has come so far. */
const begun = /\[(?:R(?:E(?:F(?:\](?:[\d,\s]*(?:\[(?:\/(?:R(?:EF?)?)?)?)?)?)?)?)?)?$/;
const begunRaised = /\^\d[\d, ]{0,300}$/;

function read(src: string): ReferenceToken | undefined {
  const caret = src.startsWith("^");
  const found = (caret ? raised : bracketed).exec(src);
  if (found === null) return undefined;
  const numbers = (found[1] ?? "")
    .split(",")
    .flatMap((text) => (text.trim() === "" ? [] : [Number(text) - (caret ? 1 : 0)]));
  return { type: "reference", raw: found[0], numbers, caret };
}

export const references: TokenizerExtensionFunction = (src) => {
  const first = src.charCodeAt(0);
  return first === 91 || first === 94 ? read(src) : undefined;
};

export const referencesStart: TokenizerStartFunction = (src) => {
  const found = src.indexOf("^");
  return found === -1 ? undefined : found;
};

/** Whether it names sources, of which there are so many. */
export function refers({ caret, numbers }: ReferenceToken, citations: number): boolean {
  return !caret || numbers.every((number) => number >= 0 && number < citations);
}

export function withoutBegun(text: string, citations = 0): string {
  const rest = text.replace(begun, "");
  return citations > 0 ? rest.replace(begunRaised, "") : rest;
}

/** Behind the code that begins here, or behind its backticks where nothing ends it. */
function pastCode(text: string, start: number, lone: Set<number>): number {
  const run = (from: number): number => {
    let at = from;
    while (text[at] === "`") at += 1;
    return at - from;
  };
  const length = run(start);
  let at = start + length;
  for (let next = text.indexOf("`", at); next !== -1 && !lone.has(length); next = text.indexOf("`", at)) {
    const other = run(next);
    at = next + other;
    if (other === length) return at;
  }
  // No other of this length follows: it needn't be looked for again.
  lone.add(length);
  return length >= 3 ? text.length : start + length;
}

/** The text in Markdown without its references; code stays as it is. */
export function withoutReferences(text: string, citations: number): string {
  const lone = new Set<number>();
  const mark = /[[^`]/g;
  let kept = "";
  let from = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const start = found.index;
    if (found[0] === "`") {
      mark.lastIndex = pastCode(text, start, lone);
      continue;
    }
    // No reference is longer.
    const token = read(text.slice(start, start + 512));
    if (token === undefined || !refers(token, citations)) continue;
    kept += text.slice(from, start);
    from = start + token.raw.length;
    mark.lastIndex = from;
  }
  return kept + text.slice(from);
}
