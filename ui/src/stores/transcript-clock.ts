/** Which word is heard at a time. */
import type { Line } from "@/bindings";

export type Heard = {
  /** The place of the line. */
  readonly line: number;
  /** The place of the word in it. */
  readonly word: number;
};

/** The last place whose value is at most `wanted`; -1 where there is none. The values must not fall. */
function lastUpTo(count: number, value: (at: number) => number, wanted: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value(middle) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Finds words by their time in steps that grow with the logarithm of their number. */
export class TranscriptClock {
  readonly #lines: readonly Line[];
  /** When each line begins; never falls, whatever an edit has left. */
  readonly #starts: Float64Array;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
    this.#starts = new Float64Array(lines.length);
    let most = 0;
    lines.forEach((line, index) => {
      most = Math.max(most, line.words[0]?.[1] ?? most);
      this.#starts[index] = most;
    });
  }

  /** The line that is heard: the last that has begun. -1 before the first. */
  lineAt(milliseconds: number): number {
    return lastUpTo(this.#starts.length, (at) => this.#starts[at] ?? 0, milliseconds);
  }

  /** The word that is heard; it stays in a pause until the next begins. null before the first. */
  at(milliseconds: number): Heard | null {
    for (let line = this.lineAt(milliseconds); line >= 0; line -= 1) {
      const words = this.#lines[line]?.words ?? [];
      if (words.length === 0) continue;
      const word = lastUpTo(words.length, (at) => words[at]?.[1] ?? 0, milliseconds);
      return { line, word: Math.max(0, word) };
    }
    return null;
  }
}
