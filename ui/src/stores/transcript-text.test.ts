import { describe, expect, it } from "vitest";
import { longTranscript } from "@/platform/fake-transcripts-data";
import { TranscriptClock } from "./transcript-clock";
import { findAll, placeFrom, replaceAt } from "./transcript-find";
import { History } from "./transcript-history";
import {
  addSpeaker,
  assign,
  dropSpeaker,
  joinToPrevious,
  lineText,
  remove,
  setWords,
  spanOf,
  split,
  type Text,
} from "./transcript-lines";
import { merge, settle } from "./transcript-merge";
import type { Word } from "./transcript-words";

/** Lines of some words each, a second long, by turns of two speakers. */
function text(...lines: string[]): Text {
  return {
    speakers: [
      { id: 1, name: "Vittoria" },
      { id: 2, name: "Pietro" },
    ],
    lines: lines.map((line, at) => ({
      id: at + 1,
      speaker: 1 + (at >> 1),
      words: line
        .split(" ")
        .filter((word) => word !== "")
        .map((word, index): Word => [word, at * 1000 + index * 100, at * 1000 + index * 100 + 90]),
    })),
  };
}
const shown = (of: Text): string[] => of.lines.map(lineText);
const type = (of: Text, index: number, ...words: string[]): Text =>
  setWords(
    of,
    index,
    words.map((word, at): Word => [word, at, at + 1]),
  );

describe("lines", () => {
  const base = text("one two", "three four", "five six", "seven");

  it("are cut and joined again, by the same speaker", () => {
    const cut = split(base, 1, 6);
    expect(shown(cut)).toEqual(["one two", "three", "four", "five six", "seven"]);
    expect(cut.lines[2]).toMatchObject({ speaker: 1, words: [["four", 1100, 1190]] });
    // Its number is none that lines which arrive meanwhile are given.
    expect(cut.lines[2]!.id).toBeGreaterThan(1000);
    const joined = joinToPrevious(cut, 2);
    expect(joined).toEqual(base);
    expect(joinToPrevious(base, 0)).toBe(base);
    // Lines that stay are shared.
    expect(cut.lines[0]).toBe(base.lines[0]);
  });

  it("have the time between their neighbours when they have no words", () => {
    const empty = split(base, 0, 7);
    expect(empty.lines[1]?.words).toEqual([]);
    expect(spanOf(empty, 1)).toEqual([190, 1000]);
    expect(spanOf(base, 3)).toEqual([3000, 3090]);
  });

  it("are said by somebody: one line, or all until another speaks", () => {
    expect(assign(base, 0, 2, false).lines.map((line) => line.speaker)).toEqual([2, 1, 2, 2]);
    expect(assign(base, 0, 2, true).lines.map((line) => line.speaker)).toEqual([2, 2, 2, 2]);
    expect(assign(base, 2, null, true).lines.map((line) => line.speaker)).toEqual([1, 1, null, null]);
    expect(assign(base, 0, 1, true)).toBe(base);
  });

  it("keep their speakers when one comes, and go to another when two are one", () => {
    const added = addSpeaker(base, "Bianca");
    expect([added.id, added.text.speakers.length]).toEqual([3, 3]);
    const one = dropSpeaker(base, 2, 1);
    expect(one.speakers).toEqual([{ id: 1, name: "Vittoria" }]);
    expect(one.lines.map((line) => line.speaker)).toEqual([1, 1, 1, 1]);
  });
});

describe("what is heard", () => {
  it("is found by its time in fifty thousand words, and stays in a pause", () => {
    const { lines } = longTranscript(50_000).text;
    const clock = new TranscriptClock(lines);
    expect(clock.at(0)).toBeNull();
    for (const index of [0, 1, 57, lines.length - 1]) {
      const line = lines[index]!;
      line.words.forEach(([, from, to], word) => {
        expect(clock.at(from)).toEqual({ line: index, word });
        expect(clock.at(to)).toEqual({ line: index, word });
      });
    }
    expect(clock.at(Number.MAX_SAFE_INTEGER)).toEqual({
      line: lines.length - 1,
      word: lines.at(-1)!.words.length - 1,
    });
  });

  it("passes over lines without words", () => {
    const base = text("one two", "", "three");
    expect(new TranscriptClock(base.lines).at(1500)).toEqual({ line: 0, word: 1 });
    expect(new TranscriptClock([]).at(1500)).toBeNull();
  });
});

describe("finding and replacing", () => {
  const base = text("The water, the Water", "underwater", "water.", "sea");
  const sought = { words: "water", matchCase: false, wholeWords: false };
  const places = (change: Partial<typeof sought>): number[][] =>
    findAll(base.lines, { ...sought, ...change }).map(({ line, from }) => [line, from]);

  it("looks for case and whole words as it is told", () => {
    expect(places({})).toEqual([
      [1, 4],
      [1, 15],
      [2, 5],
      [3, 0],
    ]);
    expect(places({ matchCase: true })).toEqual([
      [1, 4],
      [2, 5],
      [3, 0],
    ]);
    expect(places({ wholeWords: true })).toEqual([
      [1, 4],
      [1, 15],
      [3, 0],
    ]);
    expect(places({ words: "  " })).toEqual([]);
    expect(places({ words: "ter." })).toEqual([[3, 2]]);
    expect(places({ words: "water,  the" })).toEqual([[1, 4]]);
  });

  it("knows no whole words in Chinese", () => {
    const { lines } = text("清晨六点", "六点");
    expect(findAll(lines, { words: "六点", matchCase: false, wholeWords: true })).toHaveLength(2);
  });

  it("replaces one and all, and keeps the times", () => {
    const all = replaceAt(base, findAll(base.lines, { ...sought, wholeWords: true }), "tide");
    expect(shown(all)).toEqual(["The tide, the tide", "underwater", "tide.", "sea"]);
    expect(all.lines[0]?.words[1]).toEqual(["tide,", 100, 190]);
    expect(all.lines[1]).toBe(base.lines[1]);
    const gone = replaceAt(base, findAll(base.lines, { ...sought, words: "sea" }), "");
    expect(shown(gone)).toHaveLength(3);
  });

  it("goes on from a place, and begins again at the end", () => {
    const matches = findAll(base.lines, sought);
    expect(placeFrom(base.lines, matches, 1, 5)).toBe(1);
    expect(placeFrom(base.lines, matches, 2, 0)).toBe(2);
    expect(placeFrom(base.lines, matches, 4, 0)).toBe(0);
    expect(placeFrom(base.lines, [], 1, 0)).toBe(-1);
  });

  it("goes through fifty thousand words at once", () => {
    const long = longTranscript(50_000).text;
    const matches = findAll(long.lines, { words: "the", matchCase: false, wholeWords: true });
    const count = long.lines.flatMap((line) => line.words).filter(([word]) => word === "the").length;
    expect(matches).toHaveLength(count);
    expect(count).toBeGreaterThan(500);
    const replaced = replaceAt(long, matches, "that");
    expect(findAll(replaced.lines, { words: "the", matchCase: false, wholeWords: true })).toEqual([]);
    expect(replaced.lines.length).toBe(long.lines.length);
  });
});

describe("taking back", () => {
  const base = text("one two", "three four", "five six");

  it("goes back and forth through all that was done", () => {
    const history = new History();
    const states = [base];
    const steps = [
      (now: Text) => split(now, 1, 5),
      (now: Text) => assign(now, 2, 2, true),
      (now: Text) => joinToPrevious(now, 1),
      (now: Text) => addSpeaker(now, "Bianca").text,
      (now: Text) => dropSpeaker(now, 2, 3),
      (now: Text) => remove(now, 0),
      (now: Text) =>
        replaceAt(now, findAll(now.lines, { words: "i", matchCase: false, wholeWords: false }), "o"),
    ];
    for (const step of steps) {
      const before = states.at(-1)!;
      const after = step(before);
      history.add(before, after);
      states.push(after);
    }
    let now = states.at(-1)!;
    for (const state of states.slice(0, -1).toReversed()) {
      now = history.undo(now)!;
      expect(now).toEqual(state);
    }
    expect([history.canUndo, history.canRedo, history.undo(now)]).toEqual([false, true, null]);
    for (const state of states.slice(1)) {
      now = history.redo(now)!;
      expect(now).toEqual(state);
    }
  });

  it("takes typing as one step until there is a pause", () => {
    let time = 0;
    const history = new History(() => time);
    const states = [base, type(base, 0, "o"), type(base, 0, "on"), type(base, 0, "one")];
    states.slice(1).forEach((state, at) => {
      time += at === 2 ? 2000 : 100;
      history.add(states[at]!, state, "type 1");
    });
    const back = history.undo(states[3]!)!;
    expect(shown(back)[0]).toBe("on");
    expect(history.undo(back)).toEqual(base);
  });

  it("finds its lines where others came in between, and passes over what is gone", () => {
    const history = new History();
    const edited = type(base, 2, "FIVE");
    history.add(base, edited);
    const more: Text = { ...edited, lines: [{ id: 9, speaker: null, words: [] }, ...edited.lines] };
    expect(shown(history.undo(more)!)).toEqual(["", "one two", "three four", "five six"]);
    history.add(base, type(base, 1, "x"));
    expect(history.undo(remove(base, 1))).toBeNull();
  });

  it("finds each of many lines where others came between them", () => {
    const history = new History();
    const edited = assign(base, 0, 2, true);
    history.add(base, edited);
    const [first, ...rest] = edited.lines;
    const between = { id: 9, speaker: null, words: [] };
    const back = history.undo({ ...edited, lines: [first!, between, ...rest] });
    expect(back?.lines.map((line) => line.speaker)).toEqual([1, null, 1, 2]);
  });

  it("remembers no more than a bounded number of words", () => {
    const history = new History();
    let now: Text = longTranscript(50_000).text;
    for (let round = 0; round < 30; round += 1) {
      const next = { ...now, lines: now.lines.map((line) => ({ ...line })) };
      history.add(now, next);
      now = next;
    }
    expect(history.weight).toBeLessThanOrEqual(600_000);
    expect(history.undo(now)).not.toBeNull();
    for (let round = 0; round < 2000; round += 1) {
      const next = type(now, 0, String(round));
      history.add(now, next);
      now = next;
    }
    let steps = 0;
    for (let back: Text | null = now; back !== null; back = history.undo(back)) steps += 1;
    expect(steps).toBe(501);
  });
});

describe("two versions", () => {
  const base = text("one", "two", "three", "four");

  it("come together where each changed its own lines", () => {
    const mine = type(base, 0, "ONE");
    const theirs: Text = {
      ...type(base, 3, "FOUR"),
      lines: [...type(base, 3, "FOUR").lines, { id: 5, speaker: null, words: [["five", 1, 2]] }],
    };
    const { text: both, conflicts } = merge(base, mine, theirs);
    expect(shown(both)).toEqual(["ONE", "two", "three", "FOUR", "five"]);
    expect(conflicts).toEqual([]);
    expect(merge(base, base, theirs).text).toBe(theirs);
  });

  it("keep a new line of each, also by the same number", () => {
    const mine = split(base, 0, 2);
    const theirs: Text = {
      ...base,
      lines: [...base.lines, { id: 5, speaker: null, words: [["five", 1, 2]] }],
    };
    const { text: both, conflicts } = merge(base, mine, theirs);
    expect(shown(both)).toEqual(["on", "e", "two", "three", "four", "five"]);
    expect(new Set(both.lines.map((line) => line.id)).size).toBe(6);
    expect(conflicts).toEqual([]);
  });

  it("tell a line that both changed, and lose neither", () => {
    const mine = type(base, 1, "mine");
    const theirs = type(base, 1, "theirs");
    const { text: both, conflicts } = merge(base, mine, theirs);
    expect(shown(both)[1]).toBe("mine");
    expect(conflicts).toHaveLength(1);
    expect(shown(settle(both, conflicts, "theirs"))[1]).toBe("theirs");
    expect(shown(settle(both, conflicts, "both"))).toEqual(["one", "mine", "theirs", "three", "four"]);
    // The same change is none.
    expect(merge(base, mine, type(base, 1, "mine")).conflicts).toEqual([]);
  });

  it("keep what one deleted and the other changed, and let go what one deleted alone", () => {
    expect(shown(merge(base, remove(base, 1), type(base, 1, "changed")).text)).toContain("changed");
    expect(shown(merge(base, type(base, 1, "changed"), remove(base, 1)).text)).toEqual([
      "one",
      "changed",
      "three",
      "four",
    ]);
    expect(shown(merge(base, remove(base, 1), type(base, 0, "ONE")).text)).toEqual(["ONE", "three", "four"]);
    expect(shown(merge(base, type(base, 0, "ONE"), remove(base, 1)).text)).toEqual(["ONE", "three", "four"]);
  });

  it("have the speakers of both", () => {
    const mine = addSpeaker(base, "Bianca");
    const theirs = addSpeaker(base, "Marco").text;
    const { text: both } = merge(base, assign(mine.text, 0, mine.id, false), theirs);
    const named = new Map(both.speakers.map((one) => [one.id, one.name]));
    expect([...named.values()]).toEqual(["Vittoria", "Pietro", "Marco", "Bianca"]);
    expect(named.get(both.lines[0]!.speaker!)).toBe("Bianca");
  });
});
