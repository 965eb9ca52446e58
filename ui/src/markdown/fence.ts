/**
 * Code that is still being written: only its new lines are looked at, however long it is. marked would read all of it
 * again to see that it hasn't ended.
 */
import type { Token } from "marked";

const opening = /^(`{3,}|~{3,})[^\n]*\n/;

export class OpenFence {
  readonly start: number;
  readonly #lang: string;
  readonly #code: number;
  readonly #closing: RegExp;
  readonly #begun: RegExp;
  #scanned: number;

  private constructor(start: number, code: number, lang: string, mark: string) {
    this.start = start;
    this.#code = code;
    this.#scanned = code;
    this.#lang = lang;
    this.#closing = new RegExp(`^ {0,3}${mark}[~\`]* *$`);
    this.#begun = new RegExp(`^ {0,3}${mark.charAt(0)}+ *$`);
  }

  /** The code that `token`, the last of a text, begins at `start`; null when it isn't such a block or has ended. */
  static of(token: Token, source: string, start: number): OpenFence | null {
    if (token.type !== "code") return null;
    const found = opening.exec(source.slice(start, start + 1000));
    if (found?.[1] === undefined) return null;
    const lang: unknown = token.lang;
    const fence = new OpenFence(
      start,
      start + found[0].length,
      typeof lang === "string" ? lang : "",
      found[1],
    );
    return fence.end(source) === null ? fence : null;
  }

  /** Where the block ends, or null when its last line hasn't come whole. */
  end(source: string): number | null {
    for (;;) {
      const newline = source.indexOf("\n", this.#scanned);
      if (newline === -1) return null;
      const line = source.slice(this.#scanned, newline);
      this.#scanned = newline + 1;
      if (this.#closing.test(line)) return newline + 1;
    }
  }

  /** What is there of it; a closing mark of which a part has come isn't code. */
  token(source: string): Token {
    const last = source.slice(this.#scanned);
    const end = this.#begun.test(last) ? this.#scanned : source.length;
    const text = source.slice(this.#code, end);
    return {
      type: "code",
      raw: source.slice(this.start),
      lang: this.#lang,
      text: text.endsWith("\n") ? text.slice(0, -1) : text,
    };
  }
}
