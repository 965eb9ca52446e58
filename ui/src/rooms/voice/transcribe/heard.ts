/** Lights up the word that is heard, in the text that is there: nothing is rendered anew for it. */
import type { Line } from "@/bindings";
import { offsetsOf } from "@/stores/transcript-words";

const NAME = "transcript-heard";

/** The text of a line in the page. */
export function textIn(root: Element | null, line: number): Text | null {
  const node = root?.querySelector(`[data-line="${line}"] [data-text]`)?.firstChild;
  return node instanceof Text ? node : null;
}

export class HeardMark {
  #line: Line | null = null;
  #word = -1;
  #row: Element | null = null;
  readonly #highlight: Highlight | null = typeof Highlight === "undefined" ? null : new Highlight();

  constructor() {
    if (this.#highlight !== null) CSS.highlights.set(NAME, this.#highlight);
  }

  /** Marks a word; -1 marks the line alone. */
  show(root: Element | null, line: Line | null, word: number): void {
    if (line === this.#line && word === this.#word && (line === null || this.#row?.isConnected === true))
      return;
    this.#line = line;
    this.#word = word;
    this.again(root);
  }

  /** The lines in the page are others now. */
  again(root: Element | null): void {
    const line = this.#line;
    const row = line === null ? null : (root?.querySelector(`[data-line="${line.id}"]`) ?? null);
    if (row !== this.#row) {
      this.#row?.removeAttribute("data-heard");
      row?.setAttribute("data-heard", "");
      this.#row = row;
    }
    this.#highlight?.clear();
    const text = line === null ? null : textIn(root, line.id);
    const said = line?.words[this.#word]?.[0];
    if (line === null || text === null || said === undefined) return;
    const from = offsetsOf(line.words)[this.#word] ?? 0;
    if (from + said.length > text.length) return;
    const range = document.createRange();
    range.setStart(text, from);
    range.setEnd(text, from + said.length);
    this.#highlight?.add(range);
  }

  stop(): void {
    this.#row?.removeAttribute("data-heard");
    this.#line = null;
    this.#row = null;
    // Another transcript may have taken its place already.
    if (this.#highlight !== null && CSS.highlights.get(NAME) === this.#highlight) CSS.highlights.delete(NAME);
  }
}
