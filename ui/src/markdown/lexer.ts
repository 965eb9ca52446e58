/**
 * marked's lexer with what an answer holds besides GitHub's Markdown. Blocks and what stands in them are lexed apart:
 * blocks as the text arrives, their insides when they are shown.
 */
import { Lexer, Tokenizer, type Links, type MarkedOptions, type Token, type Tokens } from "marked";
import { details } from "./details";
import { emphasisBesideHan } from "./emphasis";
import { mathsBlock, mathsBlockStart, mathsInline, mathsInlineStart } from "./maths";
import { references } from "./references";

/** Deeper quotes and lists are shown as text: each level narrows the column, and hundreds would exhaust the stack. */
export const DEEPEST = 12;

class CappedTokenizer extends Tokenizer {
  #depth = 0;

  override blockquote(src: string): Tokens.Blockquote | undefined {
    return this.#deeper(() => super.blockquote(src));
  }

  override list(src: string): Tokens.List | undefined {
    return this.#deeper(() => super.list(src));
  }

  /** A definition ends with its line, so that nothing that comes later changes what it is. */
  override def(src: string): Tokens.Def | undefined {
    const end = src.indexOf("\n");
    return super.def(end === -1 ? src : src.slice(0, end + 1));
  }

  details<T>(read: () => T): T | undefined {
    return this.#deeper(read);
  }

  #deeper<T>(read: () => T): T | undefined {
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}

function lexer(links: Links): Lexer {
  const tokenizer = new CappedTokenizer();
  const options: MarkedOptions = {
    gfm: true,
    tokenizer,
    extensions: {
      renderers: {},
      childTokens: {},
      block: [
        mathsBlock,
        function (src, tokens) {
          return tokenizer.details(() => details.call(this, src, tokens));
        },
      ],
      startBlock: [mathsBlockStart],
      inline: [references, mathsInline, emphasisBesideHan],
      startInline: [mathsInlineStart],
    },
  };
  const made = new Lexer(options);
  made.tokens.links = links;
  return made;
}

/** The blocks of a text. Definitions of links found in it are added to `links`. */
export function lexBlocks(text: string, links: Links): Token[] {
  return lexer(links).blockTokens(text, []);
}

/** What stands in a block. */
export function lexInline(text: string, links: Links): Token[] {
  return lexer(links).inlineTokens(text);
}

export function noLinks(): Links {
  return Object.create(null) as Links;
}
