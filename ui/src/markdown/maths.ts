/**
 * Maths in Markdown, for marked: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`. Money is no maths: the rules for a single dollar are
 * Pandoc's (no space inside the dollars, no letter or digit behind them), and a text that reads like a price is left.
 */
import type { TokenizerExtensionFunction, TokenizerStartFunction } from "marked";

export type MathsToken = {
  readonly type: "maths";
  readonly raw: string;
  readonly tex: string;
  readonly display: boolean;
  /** Its end hasn't come yet. */
  readonly open: boolean;
};

const opening = /^ {0,3}(\$\$|\\\[)([^\n]*)/;
const closing = { $$: /\$\$[ \t]*(?:\n|$)/, "\\[": /\\\][ \t]*(?:\n|$)/ } as const;
const blankLine = /\n[ \t]*\n/;

function maths(raw: string, tex: string, display: boolean, open = false): MathsToken {
  return { type: "maths", raw, tex: tex.trim(), display, open };
}

/**
 * A formula in lines of its own, which ends before the first blank line. One whose end hasn't come is maths as long as
 * no blank line has, or its lines would be taken for lists ("- b") while it is written.
 */
export const mathsBlock: TokenizerExtensionFunction = (src) => {
  const start = opening.exec(src);
  if (start === null) return undefined;
  const [line, mark, rest] = start;
  const alone = rest?.trim() === "";
  const from = line.length - (rest?.length ?? 0);
  const blank = src.slice(from).search(blankLine);
  const within = blank === -1 ? src.slice(from) : src.slice(from, from + blank + 1);
  const dollars = mark === "$$";
  // Dollars with a formula behind them end in their own line, or they are part of a paragraph.
  const reach = dollars && !alone ? within.slice(0, (rest?.length ?? 0) + 1) : within;
  const end = closing[dollars ? "$$" : "\\["].exec(reach);
  if (end !== null && end.index > 0 && reach.slice(0, end.index).trim() !== "") {
    return maths(src.slice(0, from + end.index + end[0].length), reach.slice(0, end.index), true);
  }
  if (end !== null || blank !== -1 || !within.includes("\n") || (dollars && !alone)) return undefined;
  return maths(src, within, true, true);
};

/** Where a formula in lines of its own cuts a paragraph short. Looks no further than the paragraph goes. */
export const mathsBlockStart: TokenizerStartFunction = (src) => {
  const found = /\n[ \t]*\n|\n {0,3}(?:\$\$|\\\[)/.exec(src);
  if (found === null || /^\n[ \t]*\n/.test(found[0])) return undefined;
  return mathsBlock.call(undefined as never, src.slice(found.index + 1), []) === undefined
    ? undefined
    : found.index + 1;
};

const dollarPair = /^\$\$((?:\\[\s\S]|[^\\$])+?)\$\$/;
const dollar = /^\$(?!\s)((?:\\[^\n]|[^\\$\n])+?)(?<!\s)\$(?![\w$])/;
const round = /^\\\(((?:(?!\\\))[\s\S])+?)\\\)/;
const square = /^\\\[((?:(?!\\\])[\s\S])+?)\\\]/;

const operators = /[\\^_=<>+*/{}|]/;

/** "5 (US", "20k and 30k": begins like an amount and goes on in words. */
function readsLikeMoney(tex: string): boolean {
  return /^\d[\d.,]*\s*\S/.test(tex) && /[\s\p{L}]/u.test(tex) && !operators.test(tex);
}

export const mathsInline: TokenizerExtensionFunction = (src, tokens) => {
  const first = src.charCodeAt(0);
  if (first === 36) {
    const pair = dollarPair.exec(src);
    if (pair?.[1] !== undefined) return maths(pair[0], pair[1], true);
    const before = tokens.at(-1)?.raw.at(-1);
    if (before !== undefined && /[\p{L}\p{N}$]/u.test(before) && /^[\d.,]/.test(src.slice(1, 2)))
      return undefined;
    const single = dollar.exec(src);
    if (single?.[1] === undefined || readsLikeMoney(single[1])) return undefined;
    return maths(single[0], single[1], false);
  }
  if (first !== 92) return undefined;
  const second = src.charCodeAt(1);
  if (second === 40) {
    const found = round.exec(src);
    return found?.[1] === undefined ? undefined : maths(found[0], found[1], false);
  }
  if (second !== 91) return undefined;
  const found = square.exec(src);
  // `\[0\]` is also how a bracket is escaped.
  return found?.[1] === undefined || !operators.test(found[1]) ? undefined : maths(found[0], found[1], true);
};

export const mathsInlineStart: TokenizerStartFunction = (src) => {
  const found = src.indexOf("$");
  return found === -1 ? undefined : found;
};
