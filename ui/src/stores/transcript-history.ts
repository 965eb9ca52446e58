/** Taking changes of a transcript back, and making them again. */
import type { Line, Speaker } from "@/bindings";
import type { Text } from "./transcript-lines";

/** Some lines that took the place of others: after the line `anchor`, or at the beginning. */
type Hunk = {
  readonly anchor: number | null;
  readonly before: readonly Line[];
  readonly after: readonly Line[];
};
type Change = {
  readonly hunks: readonly Hunk[];
  readonly speakers: { readonly before: readonly Speaker[]; readonly after: readonly Speaker[] } | null;
  readonly weight: number;
};

/** No more steps than this are remembered, */
const MOST_STEPS = 500;
/** nor more words in the lines of all steps: some 60 MB. */
const MOST_WORDS = 600_000;
/** A pause in typing, in milliseconds, after which a new step begins. */
const PAUSE = 1200;

/** What became of lines, as few as it takes. Lines that stay are the same objects. */
function hunksOf(before: readonly Line[], after: readonly Line[]): Hunk[] {
  if (before === after) return [];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const [old, now] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const anchorAt = (index: number): number | null => before[index - 1]?.id ?? null;
  if (old.length !== now.length || old.some((line, index) => line.id !== now[index]?.id)) {
    return [{ anchor: anchorAt(start), before: old, after: now }];
  }
  const hunks: Hunk[] = [];
  for (let index = 0; index < old.length; index += 1) {
    const from = index;
    while (index < old.length && old[index] !== now[index]) index += 1;
    if (index > from) {
      hunks.push({
        anchor: anchorAt(start + from),
        before: old.slice(from, index),
        after: now.slice(from, index),
      });
    }
  }
  return hunks;
}

/** Lines that were changed and stayed where they are: others may stand between them by now. */
function isInPlace({ before, after }: Hunk): boolean {
  return before.length === after.length && before.every((line, index) => line.id === after[index]?.id);
}

function changeOf(before: Text, after: Text): Change {
  const hunks = hunksOf(before.lines, after.lines);
  const words = (lines: readonly Line[]): number =>
    lines.reduce((sum, line) => sum + line.words.length + 1, 0);
  return {
    hunks,
    speakers: before.speakers === after.speakers ? null : { before: before.speakers, after: after.speakers },
    weight: hunks.reduce((sum, hunk) => sum + words(hunk.before) + words(hunk.after), 1),
  };
}

/**
 * Puts other lines in place of those of a change. They are found by their ids: lines may have come in between since. null
 * where they are not there any more.
 */
function put(text: Text, change: Change, back: boolean): Text | null {
  const lines = [...text.lines];
  const places = new Map(text.lines.map((line, index) => [line.id, index]));
  for (const hunk of change.hunks.toReversed()) {
    const [from, to] = back ? [hunk.after, hunk.before] : [hunk.before, hunk.after];
    if (isInPlace(hunk)) {
      for (const line of to) {
        const at = places.get(line.id);
        if (at === undefined) return null;
        lines[at] = line;
      }
      continue;
    }
    const first = from[0];
    const at =
      first !== undefined
        ? places.get(first.id)
        : hunk.anchor === null
          ? 0
          : (places.get(hunk.anchor) ?? Number.NaN) + 1;
    if (at === undefined || Number.isNaN(at)) return null;
    if (from.some((line, index) => line.id !== lines[at + index]?.id)) return null;
    lines.splice(at, from.length, ...to);
  }
  const speakers = change.speakers?.[back ? "before" : "after"] ?? text.speakers;
  return { lines, speakers };
}

/** The steps of one transcript. */
export class History {
  #past: Change[] = [];
  #future: Change[] = [];
  /** The text before the last step, while typing may still add to it. */
  #open: { readonly key: string; readonly before: Text; at: number } | null = null;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }
  /** What is remembered, in words. */
  get weight(): number {
    return [...this.#past, ...this.#future].reduce((sum, change) => sum + change.weight, 0);
  }

  /** Remembers a step. With the same `key` and no pause it adds to the last one. */
  add(before: Text, after: Text, key: string | null = null): void {
    this.#future = [];
    const now = this.#now();
    if (key !== null && this.#open?.key === key && now - this.#open.at < PAUSE && this.#past.length > 0) {
      this.#open.at = now;
      this.#past[this.#past.length - 1] = changeOf(this.#open.before, after);
    } else {
      this.#open = key === null ? null : { key, before, at: now };
      this.#past.push(changeOf(before, after));
    }
    this.#bound();
  }

  /** The next change is a step of its own. */
  close(): void {
    this.#open = null;
  }

  undo(text: Text): Text | null {
    return this.#step(text, this.#past, this.#future, true);
  }
  redo(text: Text): Text | null {
    return this.#step(text, this.#future, this.#past, false);
  }

  /** A step whose lines are gone is passed over. */
  #step(text: Text, from: Change[], to: Change[], back: boolean): Text | null {
    this.close();
    for (let change = from.pop(); change !== undefined; change = from.pop()) {
      const next = put(text, change, back);
      if (next === null) continue;
      to.push(change);
      return next;
    }
    return null;
  }

  #bound(): void {
    let words = this.weight;
    while (this.#past.length > 1 && (this.#past.length > MOST_STEPS || words > MOST_WORDS)) {
      words -= this.#past.shift()?.weight ?? 0;
    }
  }
}
