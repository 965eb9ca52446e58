import { describe, expect, it } from "vitest";
import { aligned, cutWords, textOf, tokensOf, wordAt, type Word } from "./transcript-words";

const said = (text: string, step = 100): Word[] =>
  text.split(" ").map((word, index) => [word, index * step, index * step + step - 20]);

describe("the text of words", () => {
  it("puts spaces between words, and none between those of Han and kana", () => {
    expect(textOf(said("The tide turns at ten."))).toBe("The tide turns at ten.");
    const chinese: Word[] = ["清晨", "六点，", "还有", "Zoom", "录音机。", "World"].map((word) => [
      word,
      0,
      0,
    ]);
    expect(textOf(chinese)).toBe("清晨六点，还有Zoom录音机。World");
    expect(
      textOf([
        ["カメラ", 0, 0],
        ["です", 0, 0],
      ]),
    ).toBe("カメラです");
    // Korean is written with spaces.
    expect(
      textOf([
        ["안녕", 0, 0],
        ["세계", 0, 0],
      ]),
    ).toBe("안녕 세계");
    expect(
      textOf([
        ["𠮷", 0, 0],
        ["野", 0, 0],
      ]),
    ).toBe("𠮷野");
  });

  it("comes out of its own words as it went in", () => {
    for (const text of [
      "The tide turns at ten.",
      "清晨六点，可以听见水声、钟声。",
      "还有 Zoom 录音机，用Rust写的（大概）。Fine, then 好。",
      "他说：“好”！",
      "「はい」と言った。",
      "안녕 세계",
      "AI绘画，很好。Yes indeed",
      "สวัสดีครับ ok",
    ]) {
      expect(textOf(tokensOf(text).map((word) => [word, 0, 0]))).toBe(text);
    }
    expect(tokensOf("AI绘画，“很好”。")).toEqual(["AI", "绘", "画，", "“很", "好”。"]);
    expect(tokensOf("用 Rust 写的 歌")).toEqual(["用 Rust 写", "的", "歌"]);
    expect(tokensOf("好，（我）们")).toEqual(["好，", "（我）", "们"]);
    expect(tokensOf("  two \n words ")).toEqual(["two", "words"]);
    expect(tokensOf("")).toEqual([]);
  });

  it("knows the word at a place in the text", () => {
    const words = said("one two three");
    expect([0, 2, 3, 4, 8, 99].map((at) => wordAt(words, at))).toEqual([0, 0, 0, 1, 2, 2]);
    expect(wordAt([], 0)).toBeNull();
  });

  it("is cut in two, in the middle of a word as well", () => {
    const [before, after] = cutWords(said("one three two"), 6);
    expect(before).toEqual([
      ["one", 0, 80],
      ["th", 100, 132],
    ]);
    expect(after).toEqual([
      ["ree", 132, 180],
      ["two", 200, 280],
    ]);
    expect(cutWords(said("one two"), 4)).toEqual([[["one", 0, 80]], [["two", 100, 180]]]);
  });
});

describe("times of an edited text", () => {
  const base = said("The tide turns at ten every night");

  it("stay where the words stay", () => {
    const edited = aligned(base, "The tide turns at eleven every single night");
    expect(edited.map(([word]) => word).join(" ")).toBe("The tide turns at eleven every single night");
    expect(edited.slice(0, 4)).toEqual(base.slice(0, 4));
    // What took another's place has its time.
    expect(edited[4]).toEqual(["eleven", 400, 480]);
    expect(edited[5]).toEqual(base[5]);
    // What came in between has the silence there was.
    expect(edited[6]).toEqual(["single", 580, 600]);
    expect(edited[7]).toEqual(base[6]);
  });

  it("stay when only spelling and punctuation change, in several places", () => {
    const edited = aligned(base, "the Tide, turns — at ten; every NIGHT!");
    expect(edited.filter(([word]) => word !== "—").map(([, from, to]) => [from, to])).toEqual(
      base.map(([, from, to]) => [from, to]),
    );
  });

  it("are shared by all words that took the place of some", () => {
    const edited = aligned(base, "The sea at ten every night");
    expect(edited[1]).toEqual(["sea", 100, 280]);
    const split = aligned(base, "The tide tu rns at ten every night");
    expect(split.slice(2, 4)).toEqual([
      ["tu", 200, 232],
      ["rns", 232, 280],
    ]);
  });

  it("are the same object by object when nothing changed, or only spaces did", () => {
    expect(aligned(base, textOf(base))).toEqual(base);
    expect(aligned(base, "  The tide  turns at ten every night ")).toEqual(base);
  });

  it("never run backwards and never leave the line, whatever is typed", () => {
    const words = "tide turns at ten boats every night the the at at".split(" ");
    let state = 5;
    const next = (most: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % most;
    };
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({ length: next(14) }, () => words[next(words.length)]).join(" ");
      const edited = aligned(base, text, [0, 680]);
      expect(textOf(edited)).toBe(text);
      let before = 0;
      for (const [, from, to] of edited) {
        expect(from).toBeGreaterThanOrEqual(before);
        expect(to).toBeGreaterThanOrEqual(from);
        before = from;
      }
      expect(edited.at(-1)?.[2] ?? 0).toBeLessThanOrEqual(680);
    }
  });

  it("of Chinese words go to their characters where they are edited, and stay whole elsewhere", () => {
    const chinese: Word[] = [
      ["清晨", 0, 400],
      ["六点", 400, 800],
      ["录的", 900, 1300],
    ];
    expect(aligned(chinese, "清晨七点录的")).toEqual([
      ["清晨", 0, 400],
      ["七", 400, 600],
      ["点", 600, 800],
      ["录的", 900, 1300],
    ]);
  });

  it("of a line that had no words are those it is given", () => {
    expect(aligned([], "so be it", [1000, 1600])).toEqual([
      ["so", 1000, 1200],
      ["be", 1200, 1400],
      ["it", 1400, 1600],
    ]);
    expect(aligned(base, "")).toEqual([]);
  });

  it("of a line of two thousand words are found while one types", () => {
    const long = said(Array.from({ length: 2000 }, (_, at) => `word${at % 97}`).join(" "));
    const began = performance.now();
    aligned(long, textOf(long).replace("word50", "another"));
    aligned(long, textOf(long).replaceAll("word50", "another"));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
