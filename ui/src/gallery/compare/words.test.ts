import { describe, expect, it } from "vitest";
import { wordsApart } from "./words";

const marked = (text: string, ...others: string[]): string =>
  wordsApart(text, others)
    .map((piece) => (piece.differs ? `[${piece.text}]` : piece.text))
    .join("");

describe("where prompts differ", () => {
  it("marks the words that the other doesn't have, and loses none", () => {
    const one = "A quiet canal at first light, one gondola";
    const other = "A quiet canal at night, with one gondola";
    expect(marked(one, other)).toBe("A quiet canal at [first light], one gondola");
    expect(marked(other, one)).toBe("A quiet canal at [night, with] one gondola");
    expect(
      wordsApart(one, [other])
        .map((piece) => piece.text)
        .join(""),
    ).toBe(one);
  });

  it("takes no notice of case and punctuation", () => {
    expect(marked("Fog, one bell tower", "fog: one bell tower.")).toBe("Fog, one bell tower");
  });

  it("compares with several", () => {
    expect(marked("red house", "red boat", "red house")).toBe("red [house]");
    expect(marked("red house")).toBe("red house");
    expect(marked("", "red")).toBe("");
  });

  it("knows words where there are no spaces between them", () => {
    expect(marked("清晨的运河", "傍晚的运河")).toMatch(/^\[清晨\]/);
    expect(marked("清晨的运河", "清晨的运河")).toBe("清晨的运河");
  });

  it("stays quick for prompts of thousands of words", () => {
    const long = Array.from({ length: 6000 }, (_, index) => `word${String(index)}`);
    const changed = long.with(3000, "other");
    expect(marked(long.join(" "), changed.join(" "))).toContain(" [word3000] ");
    const before = performance.now();
    marked(long.join(" "), [...long].reverse().join(" "));
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
