/** What can be done with the lines of a transcript. Nothing is changed in place: lines that stay are shared. */
import type { Line, Speaker, TranscriptText } from "@/bindings";
import { cutWords, textOf, type Word } from "./transcript-words";

/** The lines and speakers of a transcript, not to be changed in place. */
export type Text = { readonly speakers: readonly Speaker[]; readonly lines: readonly Line[] };

export const NO_TEXT: Text = { speakers: [], lines: [] };

const texts = new WeakMap<Line, string>();

/** The text of a line; a line is read once. */
export function lineText(line: Line): string {
  const known = texts.get(line);
  if (known !== undefined) return known;
  const text = textOf(line.words);
  texts.set(line, text);
  return text;
}

/** As the back end takes it. */
export function whole(text: Text): TranscriptText {
  return { speakers: [...text.speakers], lines: [...text.lines] };
}

export function indexOf(text: Text, line: number): number {
  return text.lines.findIndex((one) => one.id === line);
}

/**
 * So many ids are left to pieces that arrive before a line that was made here is kept: they are numbered where the kept text
 * ends, and whoever types into a line must not find another there.
 */
const LEFT_TO_PIECES = 4096;

/** An id that no line has, nor any that is on its way. */
export function freshLine(text: Text): number {
  return text.lines.reduce((most, line) => Math.max(most, line.id), 0) + LEFT_TO_PIECES;
}

function withLines(text: Text, at: number, count: number, ...lines: Line[]): Text {
  const next = [...text.lines];
  next.splice(at, count, ...lines);
  return { ...text, lines: next };
}

/** The time a line has, or where there is none, that between its neighbours. */
export function spanOf(text: Text, index: number): [number, number] {
  const line = text.lines[index];
  const [start, end] = [line?.words[0], line?.words.at(-1)];
  if (start && end) return [start[1], end[2]];
  const before = text.lines.slice(0, index).findLast((one) => one.words.length > 0);
  const after = text.lines.slice(index + 1).find((one) => one.words.length > 0);
  const from = before?.words.at(-1)?.[2] ?? 0;
  return [from, Math.max(from, after?.words[0]?.[1] ?? from)];
}

export function setWords(text: Text, index: number, words: Word[]): Text {
  const line = text.lines[index];
  return line === undefined ? text : withLines(text, index, 1, { ...line, words });
}

/** Cuts a line in two at a place in its text; the second is a line of its own by the same speaker. */
export function split(text: Text, index: number, offset: number): Text {
  const line = text.lines[index];
  if (line === undefined) return text;
  const [before, after] = cutWords(line.words, offset);
  const second = { id: freshLine(text), speaker: line.speaker, words: after };
  return withLines(text, index, 1, { ...line, words: before }, second);
}

/** Joins a line to the one before it. */
export function joinToPrevious(text: Text, index: number): Text {
  const [before, line] = [text.lines[index - 1], text.lines[index]];
  if (before === undefined || line === undefined) return text;
  const speaker = before.words.length === 0 ? line.speaker : before.speaker;
  return withLines(text, index - 1, 2, { ...before, speaker, words: [...before.words, ...line.words] });
}

export function remove(text: Text, index: number): Text {
  return text.lines[index] === undefined ? text : withLines(text, index, 1);
}

/** Says who speaks in a line; or in all from it on until another speaks. */
export function assign(text: Text, index: number, speaker: number | null, onwards: boolean): Text {
  const was = text.lines[index]?.speaker;
  if (was === undefined) return text;
  let end = index + 1;
  if (onwards) while (end < text.lines.length && text.lines[end]?.speaker === was) end += 1;
  const lines = text.lines.map((line, at) => (at >= index && at < end ? { ...line, speaker } : line));
  return was === speaker ? text : { ...text, lines };
}

export function addSpeaker(text: Text, name: string): { readonly text: Text; readonly id: number } {
  const id = text.speakers.reduce((most, one) => Math.max(most, one.id), 0) + 1;
  return { text: { ...text, speakers: [...text.speakers, { id, name }] }, id };
}

export function renameSpeaker(text: Text, id: number, name: string): Text {
  return { ...text, speakers: text.speakers.map((one) => (one.id === id ? { id, name } : one)) };
}

/** Takes a speaker away; what they said is said by another, or by nobody known. */
export function dropSpeaker(text: Text, id: number, into: number | null): Text {
  return {
    speakers: text.speakers.filter((one) => one.id !== id),
    lines: text.lines.map((line) => (line.speaker === id ? { ...line, speaker: into } : line)),
  };
}

/** How many words there are. */
export function wordCount(text: Text): number {
  return text.lines.reduce((sum, line) => sum + line.words.length, 0);
}

export function sameLine(one: Line, other: Line): boolean {
  if (one === other) return true;
  return (
    one.speaker === other.speaker &&
    one.words.length === other.words.length &&
    one.words.every(([word, from, to], index) => {
      const [text, start, end] = other.words[index] ?? ["", -1, -1];
      return word === text && from === start && to === end;
    })
  );
}
