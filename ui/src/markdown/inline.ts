/** What stands in a block, as a tree that can be shown: text, marks, links, formulas, references. */
import type { Links, Token, Tokens } from "marked";
import { safeAddress } from "./addresses";
import { decodeEntities } from "./entities";
import { lexInline } from "./lexer";
import type { MathsToken } from "./maths";
import { refers, type ReferenceToken } from "./references";
import { tagOf } from "./tags";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "element"; readonly tag: string; readonly nodes: Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "link"; readonly href: string; readonly title: string | null; readonly nodes: Inline[] }
  | {
      readonly kind: "image";
      readonly href: string;
      readonly link: string | null;
      readonly alt: string;
      readonly raw: string;
    }
  | { readonly kind: "maths"; readonly tex: string; readonly display: boolean }
  | { readonly kind: "reference"; readonly numbers: readonly number[] };

/** Longer texts are lexed and laid out in pieces: neither marks nor lines are looked for across a million letters. */
const PIECE = 8_192;

export function isLong(text: string): boolean {
  return text.length > PIECE;
}

/** The text in pieces, cut where there is a space if there is one near. */
export function pieces(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (text.length - at > PIECE) {
    const space = Math.max(text.lastIndexOf(" ", at + PIECE), text.lastIndexOf("\n", at + PIECE));
    let end = space > at + PIECE / 2 ? space + 1 : at + PIECE;
    // Not through the middle of a character.
    if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end -= 1;
    found.push(text.slice(at, end));
    at = end;
  }
  found.push(text.slice(at));
  return found;
}

/** `citations` is how many sources the text can refer to. */
export function inline(text: string, links: Links, citations = 0): Inline[] {
  return tree(lexInline(text, links), citations);
}

function add(nodes: Inline[], text: string): void {
  const last = nodes.at(-1);
  if (last?.kind === "text") nodes[nodes.length - 1] = { kind: "text", text: last.text + text };
  else if (text !== "") nodes.push({ kind: "text", text });
}

type Level = { readonly tag: string; readonly nodes: Inline[] };

/** Tags come one by one: those that are allowed are matched here, and the others are left out. */
function tree(tokens: readonly Token[], citations: number): Inline[] {
  const root: Inline[] = [];
  const open: Level[] = [];
  for (const token of tokens) {
    const nodes = open.at(-1)?.nodes ?? root;
    if (token.type !== "html") {
      put(nodes, token, citations);
      continue;
    }
    const tag = tagOf(token.raw);
    if (tag === null) add(nodes, token.raw);
    else if (tag.kind === "break") nodes.push({ kind: "break" });
    else if (tag.kind === "open" && open.length < 16) {
      const level: Level = { tag: tag.name, nodes: [] };
      nodes.push({ kind: "element", ...level });
      open.push(level);
    } else if (tag.kind === "close") {
      const from = open.findLastIndex((level) => level.tag === tag.name);
      if (from !== -1) open.length = from;
    }
  }
  return root;
}

function put(nodes: Inline[], token: Token, citations: number): void {
  switch (token.type) {
    case "text":
      add(nodes, decodeEntities((token as Tokens.Text).text));
      break;
    case "escape":
      add(nodes, (token as Tokens.Escape).text);
      break;
    case "strong":
    case "em":
    case "del":
      nodes.push({ kind: "element", tag: token.type, nodes: tree(token.tokens ?? [], citations) });
      break;
    case "codespan":
      nodes.push({ kind: "code", text: (token as Tokens.Codespan).text });
      break;
    case "br":
      nodes.push({ kind: "break" });
      break;
    case "link":
      link(nodes, token as Tokens.Link, citations);
      break;
    case "image": {
      const { text, raw } = token as Tokens.Image;
      const href = decodeEntities((token as Tokens.Image).href);
      nodes.push({ kind: "image", href, link: safeAddress(href), alt: decodeEntities(text), raw });
      break;
    }
    case "maths": {
      const { tex, display } = token as unknown as MathsToken;
      nodes.push({ kind: "maths", tex, display });
      break;
    }
    case "reference": {
      const reference = token as unknown as ReferenceToken;
      if (refers(reference, citations)) nodes.push({ kind: "reference", numbers: reference.numbers });
      else add(nodes, token.raw);
      break;
    }
    default:
      add(nodes, token.raw);
  }
}

function link(nodes: Inline[], token: Tokens.Link, citations: number): void {
  const href = safeAddress(token.autolink === true ? token.href : decodeEntities(token.href));
  if (href === null) add(nodes, token.raw);
  else nodes.push({ kind: "link", href, title: token.title ?? null, nodes: tree(token.tokens, citations) });
}
