/** Bringing two edited versions of one transcript together: what only one of them changed is taken from it. */
import type { Line, Speaker } from "@/bindings";
import { sameLine, type Text } from "./transcript-lines";

/** A line that both have changed, each in its way. */
export type Conflict = { readonly mine: Line; readonly theirs: Line };
export type Merged = { readonly text: Text; readonly conflicts: readonly Conflict[] };

function byId<T extends { readonly id: number }>(list: readonly T[]): Map<number, T> {
  return new Map(list.map((one) => [one.id, one]));
}

function most(...lists: readonly (readonly { readonly id: number }[])[]): number {
  return lists.flat().reduce((id, one) => Math.max(id, one.id), 0);
}

const sameName = (one: Speaker | undefined, other: Speaker | undefined): boolean => one?.name === other?.name;

/** Speakers of both; `ids` says which of mine have other ids now. */
function mergeSpeakers(base: Text, mine: Text, theirs: Text): { list: Speaker[]; ids: Map<number, number> } {
  const [before, here, there] = [byId(base.speakers), byId(mine.speakers), byId(theirs.speakers)];
  const ids = new Map<number, number>();
  let next = most(base.speakers, mine.speakers, theirs.speakers);
  const list: Speaker[] = [];
  for (const speaker of theirs.speakers) {
    const own = here.get(speaker.id);
    const was = before.get(speaker.id);
    // Who was taken away here, and isn't known by another name there, goes.
    if (own === undefined && was !== undefined && sameName(was, speaker)) continue;
    list.push(own !== undefined && was !== undefined && !sameName(own, was) ? own : speaker);
  }
  for (const speaker of mine.speakers) {
    const other = there.get(speaker.id);
    const was = before.get(speaker.id);
    if (other === undefined) {
      if (was === undefined || !sameName(was, speaker)) list.push(speaker);
    } else if (was === undefined && !sameName(other, speaker)) {
      // Two were added at the same time.
      ids.set(speaker.id, (next += 1));
      list.push({ id: next, name: speaker.name });
    }
  }
  return { list, ids };
}

/**
 * My text and theirs, both made from `base`. Where both changed the same line mine stands, and the pair is told. What one
 * deleted and the other changed stays.
 */
export function merge(base: Text, mine: Text, theirs: Text): Merged {
  if (mine === base) return { text: theirs, conflicts: [] };
  const speakers = mergeSpeakers(base, mine, theirs);
  const [before, there] = [byId(base.lines), byId(theirs.lines)];
  let next = most(base.lines, mine.lines, theirs.lines);
  const own = mine.lines.map((line) => {
    const speaker = line.speaker === null ? null : (speakers.ids.get(line.speaker) ?? line.speaker);
    const other = there.get(line.id);
    // Both have a new line by this number.
    const collides = other !== undefined && !before.has(line.id) && !sameLine(line, other);
    if (!collides && speaker === line.speaker) return line;
    return { ...line, speaker, id: collides ? (next += 1) : line.id };
  });
  const here = byId(own);

  const conflicts: Conflict[] = [];
  const lines: Line[] = [];
  for (const line of theirs.lines) {
    const was = before.get(line.id);
    const edited = here.get(line.id);
    const untouched = was !== undefined && sameLine(was, line);
    if (edited === undefined) {
      if (!untouched) lines.push(line);
    } else if (was !== undefined && sameLine(was, edited)) lines.push(line);
    else {
      lines.push(edited);
      if (!untouched && !sameLine(edited, line)) conflicts.push({ mine: edited, theirs: line });
    }
  }
  // Each line of mine that they don't have comes after the one it follows here.
  const placed = new Set(lines.map((line) => line.id));
  own.forEach((line, index) => {
    if (placed.has(line.id) || there.has(line.id)) return;
    const was = before.get(line.id);
    if (was !== undefined && sameLine(was, line)) return;
    const follows = own.slice(0, index).findLast((one) => placed.has(one.id));
    const at = follows === undefined ? 0 : lines.findIndex((one) => one.id === follows.id) + 1;
    lines.splice(at, 0, line);
    placed.add(line.id);
  });
  const known = new Set(speakers.list.map((one) => one.id));
  const text = {
    speakers: speakers.list,
    lines: lines.map((line) =>
      line.speaker === null || known.has(line.speaker) ? line : { ...line, speaker: null },
    ),
  };
  return { text, conflicts };
}

/** Takes theirs where both had changed a line, or has both of them, one below the other. */
export function settle(text: Text, conflicts: readonly Conflict[], how: "theirs" | "both"): Text {
  const pairs = new Map(conflicts.map((pair) => [pair.mine.id, pair]));
  let next = most(text.lines);
  const lines = text.lines.flatMap((line) => {
    const pair = pairs.get(line.id);
    if (pair === undefined) return [line];
    return how === "theirs" ? [pair.theirs] : [line, { ...pair.theirs, id: (next += 1) }];
  });
  return { ...text, lines };
}
