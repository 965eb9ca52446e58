import type { TranscriptEditor } from "./transcript-editor.svelte";
import { findAll, placeFrom, replaceAt, type Match } from "./transcript-find";

/** Looking for words in the open transcript, and putting others in their place. */
export class TranscriptSearch {
  open = $state(false);
  words = $state("");
  by = $state("");
  matchCase = $state(false);
  wholeWords = $state(false);
  /** Which of the places is looked at; -1 for none. */
  at = $state(-1);

  readonly #editor: TranscriptEditor;
  readonly matches: readonly Match[] = $derived.by(() => {
    if (!this.open) return [];
    const { words, matchCase, wholeWords } = this;
    return findAll(this.#editor.text.lines, { words, matchCase, wholeWords });
  });
  readonly current: Match | null = $derived.by(() => this.matches[this.at] ?? null);

  constructor(editor: TranscriptEditor) {
    this.#editor = editor;
  }

  /** Other words are sought, from a place on. */
  seek(
    change: Partial<Pick<TranscriptSearch, "words" | "matchCase" | "wholeWords">>,
    from: number | null,
  ): void {
    const { current } = this;
    Object.assign(this, change);
    const [line, offset] = current ? [current.line, current.from] : [from, 0];
    this.at = placeFrom(this.#editor.text.lines, this.matches, line ?? -1, offset);
  }

  step(by: 1 | -1): void {
    const count = this.matches.length;
    if (count > 0) this.at = this.at < 0 ? (by > 0 ? 0 : count - 1) : (this.at + by + count) % count;
  }

  /** Replaces the one that is looked at, and goes on to the next. */
  replace(): void {
    const { current } = this;
    if (current === null) {
      this.step(1);
      return;
    }
    this.#editor.replace(replaceAt(this.#editor.text, [current], this.by));
    const { lines } = this.#editor.text;
    this.at = placeFrom(lines, this.matches, current.line, current.from + this.by.length);
  }

  /** Replaces all; answers how many there were. */
  replaceAll(): number {
    const { matches } = this;
    if (matches.length > 0) this.#editor.replace(replaceAt(this.#editor.text, matches, this.by));
    this.at = -1;
    return matches.length;
  }

  close(): void {
    this.open = false;
    this.at = -1;
  }
}
