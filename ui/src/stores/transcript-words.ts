/** Words with times, the text they make, and what becomes of their times when the text is edited. */
import type { Line } from "@/bindings";

/** The text, when it begins and when it ends, in milliseconds. */
export type Word = Line["words"][number];

/** Characters of scripts that put no spaces between words, with their signs; the back end has the same. */
const UNSPACED =
  /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff9f\u{20000}-\u{323af}]$/u;
const OPENS =
  /^[\u2018\u201c(\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\u301d\uff08\uff3b\uff5b\uff5f]$/u;
const LETTER = /^[\p{L}\p{N}]$/u;
/** All before this code unit is spaced. */
const FIRST_UNSPACED = 0xe00;
/** More comparisons than these and a whole rewritten line is spread evenly over its time. */
const MOST_COMPARED = 4_000_000;

function first(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function last(text: string): string {
  const code = text.charCodeAt(text.length - 1);
  return code >= 0xdc00 && code < 0xe000 ? text.slice(-2) : text.slice(-1);
}

function isUnspaced(character: string): boolean {
  return character.charCodeAt(0) >= FIRST_UNSPACED && UNSPACED.test(character);
}

/** Whether nothing stands between two characters that end and begin a word. */
function touch(before: string, after: string): boolean {
  return isUnspaced(before) || isUnspaced(after);
}

/** Whether a space stands between two words. */
function spaced(before: string, after: string): boolean {
  if (before === "" || after === "") return false;
  return !touch(last(before), first(after));
}

/** Where each word begins in the text they make. */
export function offsetsOf(words: readonly Word[]): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (let index = 0; index < words.length; index += 1) {
    const [text] = words[index] ?? [""];
    if (index > 0 && spaced(words[index - 1]?.[0] ?? "", text)) at += 1;
    offsets.push(at);
    at += text.length;
  }
  return offsets;
}

/** The text that words make. */
export function textOf(words: readonly Word[]): string {
  let text = "";
  let before = "";
  for (const [word] of words) {
    if (spaced(before, word)) text += " ";
    text += word;
    before = word;
  }
  return text;
}

/** The word at a place in the text; one that a space follows has it too. null where there are none. */
export function wordAt(words: readonly Word[], offset: number): number | null {
  const offsets = offsetsOf(words);
  if (offsets.length === 0) return null;
  return Math.max(
    0,
    offsets.findLastIndex((start) => start <= offset),
  );
}

/**
 * Cuts a text into words: at spaces, and between characters that are written without them. A space beside such a character
 * is somebody's wish: it stays, inside of a word.
 */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let token = "";
  let space = false;
  for (const character of text) {
    if (/\s/u.test(character)) {
      space = token !== "";
      continue;
    }
    const before = token === "" ? "" : last(token);
    const wished = space && touch(before, character) && !(isUnspaced(before) && isUnspaced(character));
    if (wished) token += " ";
    else if (before !== "" && (space || parts(before, character))) {
      tokens.push(token);
      token = "";
    }
    token += character;
    space = false;
  }
  return token === "" ? tokens : [...tokens, token];
}

/** Whether a word ends between two characters that touch. Signs stay with the word they belong to. */
function parts(before: string, after: string): boolean {
  if (!touch(before, after) || OPENS.test(before)) return false;
  return OPENS.test(after) || LETTER.test(after);
}

/** The part of a word's time that a part of its letters takes. */
function within([text, from, to]: Word, at: number): number {
  return Math.round(from + ((to - from) * at) / Math.max(1, text.length));
}

/** Cuts words in two at a place in their text; a word in the middle is cut as well. */
export function cutWords(words: readonly Word[], offset: number): [Word[], Word[]] {
  const offsets = offsetsOf(words);
  const before: Word[] = [];
  const after: Word[] = [];
  words.forEach((word, index) => {
    const [text, from, to] = word;
    const at = offset - (offsets[index] ?? 0);
    if (at >= text.length) before.push(word);
    else if (at <= 0) after.push(word);
    else {
      const middle = within(word, at);
      before.push([text.slice(0, at), from, middle]);
      after.push([text.slice(at), middle, to]);
    }
  });
  return [before, after];
}

/** A word that is written as several, each with its part of the time. */
function pieces(word: Word): Word[] {
  const tokens = tokensOf(word[0]);
  if (tokens.length < 2) return [word];
  let at = 0;
  return tokens.map((token): Word => {
    const from = within(word, at);
    at += token.length;
    return [token, from, within(word, at)];
  });
}

/** Words by which two spellings of one are the same: case and punctuation don't bear on when it was said. */
function keyOf(text: string): string {
  const letters = text.toLocaleLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return letters === "" ? text : letters;
}

/** The longest common row of words: for each new one the old one it is, or -1. */
function matches(old: readonly string[], now: readonly string[]): number[] {
  const found = now.map(() => -1);
  if (old.length === 0 || now.length === 0 || old.length * now.length > MOST_COMPARED) return found;
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  const length = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        old[row] === now[column]
          ? length(row + 1, column + 1) + 1
          : Math.max(length(row + 1, column), length(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < old.length && column < now.length;) {
    if (old[row] === now[column]) {
      found[column] = row;
      row += 1;
      column += 1;
    } else if (length(row + 1, column) >= length(row, column + 1)) row += 1;
    else column += 1;
  }
  return found;
}

/** Spreads words over a time, the longer ones over more of it. */
function spread(tokens: readonly string[], from: number, to: number): Word[] {
  const end = Math.max(from, to);
  const letters = tokens.reduce((sum, token) => sum + token.length, 0);
  let at = 0;
  const place = (): number => Math.round(from + ((end - from) * at) / Math.max(1, letters));
  return tokens.map((token): Word => {
    const start = place();
    at += token.length;
    return [token, start, place()];
  });
}

function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

function commonEnd(one: string, other: string, start: number): number {
  const most = Math.min(one.length, other.length) - start;
  let at = 0;
  while (at < most && one.charCodeAt(one.length - 1 - at) === other.charCodeAt(other.length - 1 - at))
    at += 1;
  return at;
}

/**
 * The words of an edited text, with the times of those they were before. A word that stayed, or was only spelt anew, keeps
 * its own; those that took the place of others share their time; those that came in between share what silence there was.
 * `span` is the time of a text that had no words.
 */
export function aligned(
  base: readonly Word[],
  text: string,
  span: readonly [number, number] = [0, 0],
): Word[] {
  const tokens = tokensOf(text);
  const now = tokens.map((token): Word => [token, 0, 0]);
  const starts = offsetsOf(now);
  const [before, after] = [textOf(base), textOf(now)];
  if (before === after) return [...base];

  // What was not touched at either end keeps its words just as they are.
  const offsets = offsetsOf(base);
  const same = commonStart(before, after);
  const atEnd = commonEnd(before, after, same);
  const ends = new Map(starts.map((start, index) => [start + (tokens[index]?.length ?? 0), index + 1]));
  const begins = new Map(starts.map((start, index) => [start, index]));
  let [head, headTokens] = [0, 0];
  for (let index = 0; index < base.length; index += 1) {
    const end = (offsets[index] ?? 0) + (base[index]?.[0].length ?? 0);
    const token = end <= same ? ends.get(end) : undefined;
    if (token === undefined) break;
    [head, headTokens] = [index + 1, token];
  }
  let [tail, tailTokens] = [base.length, tokens.length];
  for (let index = base.length - 1; index >= head; index -= 1) {
    const start = offsets[index] ?? 0;
    const token =
      start >= before.length - atEnd ? begins.get(start + after.length - before.length) : undefined;
    if (token === undefined || token < headTokens) break;
    [tail, tailTokens] = [index, token];
  }

  const old = base.slice(head, tail).flatMap(pieces);
  const fresh = tokens.slice(headTokens, tailTokens);
  const found = matches(
    old.map(([word]) => keyOf(word)),
    fresh.map(keyOf),
  );
  const result = base.slice(0, head);
  for (let index = 0, used = 0; index < fresh.length;) {
    const match = found[index] ?? -1;
    const kept = old[match];
    if (kept !== undefined) {
      result.push([fresh[index] ?? "", kept[1], kept[2]]);
      used = match + 1;
      index += 1;
      continue;
    }
    const next = found.findIndex((one, at) => at > index && one >= 0);
    const until = next < 0 ? fresh.length : next;
    const replaced = old.slice(used, next < 0 ? old.length : found[next]);
    const follower = next < 0 ? base[tail] : old[found[next] ?? 0];
    const from = replaced[0]?.[1] ?? result.at(-1)?.[2] ?? follower?.[1] ?? span[0];
    const to = replaced.at(-1)?.[2] ?? follower?.[1] ?? result.at(-1)?.[2] ?? span[1];
    result.push(...spread(fresh.slice(index, until), from, to));
    index = until;
  }
  return [...result, ...base.slice(tail)];
}
