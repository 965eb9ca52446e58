/** `<details>` around Markdown, for marked: HTML's own block rules would end it at the first blank line. */
import type { Token, TokenizerExtensionFunction } from "marked";

export type DetailsToken = {
  readonly type: "details";
  readonly raw: string;
  readonly summary: string;
  /** It is to be shown unfolded. */
  readonly unfolded: boolean;
  readonly tokens: Token[];
};

const opening = /^ {0,3}<details(\s[^>]*)?>/i;
const title = /^\s*<summary(?:\s[^>]*)?>([\s\S]*?)<\/summary>/i;

/** What lies between the opening tag, which ends at `from`, and its closing one; unclosed, it goes to the end. */
function inside(src: string, from: number): { readonly text: string; readonly end: number } {
  const tags = /<(\/?)details(?:\s[^>]*)?>/gi;
  tags.lastIndex = from;
  let depth = 1;
  for (let tag = tags.exec(src); tag !== null; tag = tags.exec(src)) {
    depth += tag[1] === "" ? 1 : -1;
    if (depth === 0) return { text: src.slice(from, tag.index), end: tags.lastIndex };
  }
  return { text: src.slice(from), end: src.length };
}

export const details: TokenizerExtensionFunction = function (src) {
  const start = opening.exec(src);
  if (start === null) return undefined;
  const { text, end } = inside(src, start[0].length);
  const summary = title.exec(text);
  const body = text.slice(summary?.[0].length ?? 0);
  const token: DetailsToken = {
    type: "details",
    raw: src.slice(0, end),
    summary: summary?.[1]?.trim() ?? "",
    unfolded: /\sopen\b/i.test(start[1] ?? ""),
    tokens: this.lexer.blockTokens(body.replace(/^\s*\n/, ""), []),
  };
  return token;
};
