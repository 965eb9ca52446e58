/**
 * The lines of a block of code on the page. They stand in chunks, so that a line more at the end of a long one lays out
 * the last chunk alone. Colours replace the text of a chunk by spans that change nothing of its measure.
 */
import { kinds } from "./highlight-words";

const LINES = 48;

/** A line longer than this is broken over several: laying out a million letters in a row takes seconds. */
const LONG_LINE = 8_192;

type Chunk = { readonly start: number; readonly end: number; readonly long: boolean };

/** The chunks of `code`. Their last newline is left out: a new chunk begins a line anyway. */
function chunksOf(code: string, from: number): Chunk[] {
  const found: Chunk[] = [];
  let start = from;
  while (start <= code.length) {
    let end = start - 1;
    let long = false;
    for (let line = 0; line < LINES && end < code.length && !long; line += 1) {
      const newline = code.indexOf("\n", end + 1);
      const next = newline === -1 ? code.length : newline;
      long = next - end > LONG_LINE;
      if (!long || line === 0) end = long ? start + LONG_LINE : next;
    }
    found.push({ start, end, long: long && end === start + LONG_LINE });
    start = code.charAt(end) === "\n" || end === code.length ? end + 1 : end;
  }
  return found;
}

export class CodeView {
  readonly #place: HTMLElement;
  #code = "";
  #last = 0;
  #coloured = false;

  constructor(place: HTMLElement) {
    this.#place = place;
    place.replaceChildren();
  }

  show(code: string): void {
    if (this.#coloured || !code.startsWith(this.#code) || this.#place.lastChild === null) {
      this.#place.replaceChildren();
      this.#coloured = false;
      this.#last = 0;
    }
    this.#code = code;
    this.#place.lastChild?.remove();
    for (const { start, end, long } of chunksOf(code, this.#last)) {
      this.#place.append(chunk(code.slice(start, end), long));
      this.#last = start;
    }
  }

  /** Colours the code that is shown: lengths of text, each followed by the number of its kind. */
  colour(runs: readonly number[]): void {
    const made = document.createDocumentFragment();
    let run = 0;
    let left = runs[0] ?? 0;
    const kindOf = (): number => runs[run + 1] ?? 0;
    const take = (length: number, into: HTMLElement | null, from: number): void => {
      let at = from;
      while (at < from + length) {
        while (left === 0 && run + 2 < runs.length) left = runs[(run += 2)] ?? 0;
        const size = left === 0 ? from + length - at : Math.min(left, from + length - at);
        if (into !== null) into.append(piece(this.#code.slice(at, at + size), left === 0 ? 0 : kindOf()));
        left = Math.max(0, left - size);
        at += size;
      }
    };
    let at = 0;
    for (const { start, end, long } of chunksOf(this.#code, 0)) {
      const lines = chunk("", long);
      take(start - at, null, at);
      take(end - start, lines, start);
      at = end;
      made.append(lines);
    }
    this.#place.replaceChildren(made);
    this.#coloured = true;
  }
}

function chunk(text: string, long: boolean): HTMLElement {
  const lines = document.createElement("span");
  lines.className = long ? "lines long" : "lines";
  if (text !== "") lines.append(text);
  return lines;
}

function piece(text: string, kind: number): Node {
  if (kind === 0) return document.createTextNode(text);
  const made = document.createElement("span");
  made.className = `token-${kinds[kind] ?? "plain"}`;
  made.textContent = text;
  return made;
}
