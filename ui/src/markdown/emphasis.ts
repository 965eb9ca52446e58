/**
 * Emphasis in scripts without spaces, for marked: in `**“潮汐”**后` CommonMark sees no end of it, for a letter follows
 * the punctuation. Where Chinese, Japanese or Korean letters stand beside the marks, they mean emphasis all the same.
 */
import type { Tokens, TokenizerExtensionFunction } from "marked";

const marks = /^(\*{1,2})(?![\s*])([^*\n]{1,500}?)(?<!\s)\1(?!\*)/;
const letter = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const sign = /[\p{P}\p{S}]/u;

export const emphasisBesideHan: TokenizerExtensionFunction = function (src, tokens) {
  if (src.charCodeAt(0) !== 42) return undefined;
  const found = marks.exec(src);
  if (found === null) return undefined;
  const [raw, mark, text = ""] = found;
  const before = tokens.at(-1)?.raw.at(-1) ?? "";
  const after = src.charAt(raw.length);
  const ends = sign.test(text.at(-1) ?? "") && letter.test(after);
  const begins = sign.test(text.charAt(0)) && letter.test(before);
  if (!ends && !begins) return undefined;
  const token: Tokens.Strong | Tokens.Em = {
    type: mark === "**" ? "strong" : "em",
    raw,
    text,
    tokens: this.lexer.inlineTokens(text),
  };
  return token;
};
