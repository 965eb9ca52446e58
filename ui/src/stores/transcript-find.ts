/** Finding and replacing words in all lines of a transcript. */
import type { Line } from "@/bindings";
import { lineText, type Text } from "./transcript-lines";
import { aligned } from "./transcript-words";

export type Sought = { readonly words: string; readonly matchCase: boolean; readonly wholeWords: boolean };
/** Where it is: the line, and from where to where in its text. */
export type Match = { readonly line: number; readonly from: number; readonly to: number };

/** A letter of a script that puts spaces between words. */
const SPACED_LETTER = /^[\p{L}\p{N}\p{M}_]$/u;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;

/** Whether a word goes on between two characters: Han has no words to tell apart. */
function goesOn(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const letters = SPACED_LETTER.test(before) && SPACED_LETTER.test(after);
  return letters && !UNSPACED.test(before) && !UNSPACED.test(after);
}

function expression({ words, matchCase }: Sought): RegExp | null {
  const text = words.trim().normalize();
  if (text === "") return null;
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/gu, "\\s+");
  return new RegExp(escaped, matchCase ? "gu" : "giu");
}

function inLine(text: string, sought: RegExp, wholeWords: boolean): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(sought)) {
    const [from, to] = [match.index, match.index + match[0].length];
    if (wholeWords && (goesOn(text[from - 1], text[from]) || goesOn(text[to - 1], text[to]))) continue;
    found.push([from, to]);
  }
  return found;
}

/** All places of what is sought, in their order. */
export function findAll(lines: readonly Line[], sought: Sought): Match[] {
  const regular = expression(sought);
  if (regular === null) return [];
  return lines.flatMap((line) =>
    inLine(lineText(line), regular, sought.wholeWords).map(([from, to]) => ({ line: line.id, from, to })),
  );
}

function replaced(line: Line, places: readonly Match[], by: string): Line {
  const text = lineText(line);
  let next = "";
  let at = 0;
  for (const { from, to } of places) {
    next += text.slice(at, from) + by;
    at = to;
  }
  return { ...line, words: aligned(line.words, next + text.slice(at)) };
}

/** Puts other words in these places. A line that is left without words goes. */
export function replaceAt(text: Text, places: readonly Match[], by: string): Text {
  const byLine = new Map<number, Match[]>();
  for (const place of places) byLine.set(place.line, [...(byLine.get(place.line) ?? []), place]);
  const lines = text.lines.flatMap((line) => {
    const here = byLine.get(line.id);
    if (here === undefined) return [line];
    const next = replaced(line, here, by);
    return next.words.length === 0 ? [] : [next];
  });
  return { ...text, lines };
}

/** The first place at or after one; from the end it begins again. */
export function placeFrom(
  lines: readonly Line[],
  matches: readonly Match[],
  line: number,
  offset: number,
): number {
  if (matches.length === 0) return -1;
  const order = new Map(lines.map((one, index) => [one.id, index]));
  const here = order.get(line) ?? 0;
  const next = matches.findIndex((match) => {
    const at = order.get(match.line) ?? 0;
    return at > here || (at === here && match.from >= offset);
  });
  return Math.max(0, next);
}
