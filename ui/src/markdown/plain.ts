/** What a text in Markdown says, without its marks: for the clipboard and for screen readers. */
import type { Links, Token, Tokens } from "marked";
import { decodeEntities } from "./entities";
import type { DetailsToken } from "./details";
import { inline, pieces, type Inline } from "./inline";
import { readBlocks } from "./blocks";
import type { MathsToken } from "./maths";

function words(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case "text":
        case "code":
          return node.text;
        case "element":
        case "link":
          return words(node.nodes);
        case "break":
          return "\n";
        case "image":
          return node.alt;
        case "maths":
          return node.tex;
        case "reference":
          return "";
      }
    })
    .join("");
}

/** A line of text without its marks. `citations` is how many sources it can refer to. */
export function plainLine(text: string, links: Links, citations: number): string {
  return pieces(text)
    .map((piece) => words(inline(piece, links, citations)))
    .join("");
}

function lines(tokens: readonly Token[], links: Links, citations: number): string[] {
  return tokens.flatMap((token) => block(token, links, citations)).filter((text) => text !== "");
}

function block(token: Token, links: Links, citations: number): string[] {
  switch (token.type) {
    case "paragraph":
    case "heading":
    case "text":
      return [plainLine((token as Tokens.Text).text, links, citations)];
    case "code":
      return [(token as Tokens.Code).text];
    case "blockquote":
      return lines(token.tokens ?? [], links, citations);
    case "details": {
      const { summary, tokens } = token as unknown as DetailsToken;
      return [plainLine(summary, links, citations), ...lines(tokens, links, citations)];
    }
    case "list": {
      const { items, ordered, start } = token as Tokens.List;
      return [
        items
          .map((item, index) => {
            const mark = ordered ? `${(start === "" ? 1 : start) + index}. ` : "- ";
            return mark + lines(item.tokens, links, citations).join("\n").replaceAll("\n", "\n  ");
          })
          .join("\n"),
      ];
    }
    case "table": {
      const { header, rows } = token as Tokens.Table;
      return [
        [header, ...rows]
          .map((row) => row.map((cell) => plainLine(cell.text, links, citations)).join("\t"))
          .join("\n"),
      ];
    }
    case "html":
      return [decodeEntities(token.raw.replace(/<[^>]*>/g, "")).trim()];
    case "maths":
      return [(token as unknown as MathsToken).tex];
    default:
      return [];
  }
}

export function toPlainText(markdown: string, citations: number): string {
  return readBlocks(markdown)
    .flatMap(({ token, scope }) => lines([token], scope.links, citations))
    .join("\n\n");
}
