/**
 * marked's lexer with what an answer holds besides GitHub's Markdown. Blocks and what stands in them are lexed apart:
 * blocks as the text arrives, their insides when they are shown.
 */
import { Lexer, Tokenizer, type Links, type MarkedOptions, type Token, type Tokens } from "marked";
import { details } from "./details";
import { emphasisBesideHan } from "./emphasis";
import { mathsBlock, mathsBlockStart, mathsInline, mathsInlineStart } from "./maths";
import { references, referencesStart } from "./references";

/** Deeper quotes and lists are shown as text: each level narrows the column, and hundreds would exhaust the stack. */
export const DEEPEST = 12;

/**
 * What the first lines of a block have to be like. WebKit runs some of marked's expressions to the end of the text where
 * they don't match at its beginning, so a text of thousands of blocks would take minutes: these are asked before.
 */
const rule = /^ {0,3}(?:-[\t ]*-[\t ]*-[-\t ]*|_[\t ]*_[\t ]*_[_\t ]*|\*[\t ]*\*[\t ]*\*[*\t ]*)$/;
const underlined = /\n {0,3}(?:=+|-+)[ \t]*(?:\n|$)/;
const delimiters = /^[ \t|:-]*-[ \t|:-]*$/;
const blank = /\n[ \t]*\n(?:[ \t]*\n)*/;
/** HTML that may go on behind a blank line. */
const unbounded = /^ {0,3}<(?:(?:script|pre|style|textarea)\b|!--|\?|!\[CDATA\[|![a-z])/i;

/** A line of the text, without its end. */
function line(src: string, from = 0): string {
  const end = src.indexOf("\n", from);
  return end === -1 ? src.slice(from) : src.slice(from, end);
}

/** What comes before the first blank line, and with `also` the blank lines themselves. */
function chunk(src: string, also: boolean): string {
  const end = blank.exec(src);
  if (end === null) return src;
  return src.slice(0, end.index + (also ? end[0].length : 1));
}

/** A rule across the page, which lists ask for before each item, too. */
class RuleAcross extends RegExp {
  override exec(src: string): RegExpExecArray | null {
    return rule.test(line(src)) ? super.exec(src) : null;
  }
}

class CappedTokenizer extends Tokenizer {
  #depth = 0;

  override html(src: string): Tokens.HTML | undefined {
    if (!/^ {0,3}</.test(src)) return undefined;
    return super.html(unbounded.test(src) ? src : chunk(src, true));
  }

  override table(src: string): Tokens.Table | undefined {
    const second = src.indexOf("\n") + 1;
    return second > 0 && delimiters.test(line(src, second)) ? super.table(src) : undefined;
  }

  override lheading(src: string): Tokens.Heading | undefined {
    return underlined.test(chunk(src, false)) ? super.lheading(src) : undefined;
  }

  override blockquote(src: string): Tokens.Blockquote | undefined {
    if (!/^ {0,3}>/.test(src)) return undefined;
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
      startInline: [mathsInlineStart, referencesStart],
    },
  };
  const made = new Lexer(options);
  const { rules } = tokenizer;
  tokenizer.rules = { ...rules, block: { ...rules.block, hr: new RuleAcross(rules.block.hr) } };
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
