import { Lexer, type Token } from "marked";
import { describe, expect, it } from "vitest";
import { BlockReader, readBlocks, type Block } from "./blocks";
import { lexBlocks, noLinks } from "./lexer";

const parts = [
  "# A heading\n",
  "Setext\n===\n\n",
  "A paragraph with **bold** text.\n\n",
  "Two lines\nof text with `code`\n",
  "- one\n- two\n  - nested\n- three\n",
  "- loose\n\n- items\n\n",
  "1. first\n2. second\n\n   inside\n\n",
  "* * *\n",
  "> quoted\nlazily\n\n",
  "> - a list\n>   in it\n\n",
  "```ts\nconst a = 1;\n\n# not a heading\n```\n",
  "~~~\n```\nin it\n~~~\n\n",
  "    indented\n\n    code\n\n",
  "| a | b |\n| - | -: |\n| 1 | 2 |\n| 3 | 4 |\n\n",
  "<details>\n<summary>More</summary>\n\n- hidden\n\n</details>\n\n",
  "<p>html</p>\n\n",
  "$$\na\n- b\n$$\n",
  "So:\n\\[\nx + y\n\\]\nand on\n\n",
  "$$\nnever closed\n\nafter\n",
  "[label]: https://example.com\n\n",
  "See [label] and [other][label].\n\n",
  "- [ ] to do\n- [x] done\n\n",
  "\n\n",
  "text right behind\n",
  "a | b\n- | -\n1 | 2\n",
  "-\n",
  "```\nleft open\n",
];

/** Numbers that look random and are the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const told = (blocks: readonly Block[]): unknown =>
  blocks.map(({ index, start, token, scope }) => {
    const { type, raw, ...rest } = token as unknown as Record<string, unknown>;
    return {
      index,
      start,
      type,
      raw: String(raw).trimEnd(),
      rest: JSON.stringify(rest),
      links: { ...scope.links },
    };
  });

describe("BlockReader", () => {
  it("finds the same blocks whatever pieces the text comes in", () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const next = numbers(seed);
      const text = Array.from({ length: 1 + next(9) }, () => parts[next(parts.length)]).join("");
      const reader = new BlockReader();
      for (let at = 0; at < text.length; at += 1 + next(seed % 3 === 0 ? 2 : 24))
        reader.read(text.slice(0, at), true);
      expect(told(reader.read(text).flat()), JSON.stringify(text)).toEqual(told(readBlocks(text)));
    }
  });

  it("reads plain Markdown as marked does", () => {
    const plain = parts.filter((part) => !/\$|\\\[|<details/.test(part));
    for (let seed = 1; seed <= 100; seed += 1) {
      const next = numbers(seed);
      const text = Array.from({ length: 1 + next(9) }, () => plain[next(plain.length)]).join("");
      const theirs = new Lexer().blockTokens(text, []).filter(({ type }) => type !== "space");
      const streamed = new BlockReader();
      for (let at = 0; at < text.length; at += 5) streamed.read(text.slice(0, at), true);
      const ours = streamed.read(text).flat();
      expect(
        ours.map(({ token }) => [token.type, token.raw.trim()]),
        text,
      ).toEqual(theirs.map(({ type, raw }) => [type, raw.trim()]));
    }
  });

  it("does work in proportion to what comes, not to what is there", () => {
    const paragraph = `${"Water rises and falls in the lagoon. ".repeat(8)}\n\n`;
    const work = (paragraphs: number): number => {
      const reader = new BlockReader();
      const text = paragraph.repeat(paragraphs);
      for (let at = 0; at < text.length; at += 20) reader.read(text.slice(0, at), true);
      return reader.lexed / text.length;
    };
    const [short, long] = [work(20), work(400)];
    expect(long).toBeLessThan(short * 1.05);
    expect(long).toBeLessThan(30);
  });

  it.each([
    ["code", "```ts\n", "const water = level(9);\n"],
    ["a list", "", "- one more item of a list\n"],
    ["a table", "| a | b |\n| - | - |\n", "| one more | row |\n"],
    ["a quote", "", "> one more line that is quoted\n"],
    ["a paragraph", "", "no end and no space between".replaceAll(" ", "")],
  ])("keeps the work in bounds within one block: %s", (_, first, line) => {
    // Time stands still: what is read again is read because of what has come.
    const reader = new BlockReader(() => 0);
    const text = first + line.repeat(12_000);
    let updates = 0;
    for (let at = 0; at < text.length; at += 400) {
      reader.read(text.slice(0, at), true);
      updates += 1;
    }
    expect(reader.lexed).toBeLessThan(text.length * 10 + updates * 8_192);
    const blocks = reader.read(text).flat();
    expect(blocks.map(({ token }) => token.raw).join("").length).toBeGreaterThan(text.length - 3);
  });

  it("shows what has come of a long block before it is read again", () => {
    let now = 0;
    let takes = 10;
    const reader = new BlockReader(() => (now += takes));
    const text = "- an item\n".repeat(4_000);
    reader.read(text, true);
    const blocks = reader.read(`${text}- the newest`, true).flat();
    expect(blocks.at(-1)?.token).toMatchObject({ type: "waiting", text: "- the newest" });
    takes = 200;
    expect(reader.read(`${text}- the newest of all`, true).flat()).toHaveLength(1);
    expect(reader.read(`${text}- the newest`).flat()).toHaveLength(1);
  });

  it("leaves settled blocks as they are", () => {
    const reader = new BlockReader();
    const before = reader.read("One.\n\nTwo.\n\nThr", true).flat();
    const after = reader.read("One.\n\nTwo.\n\nThree.\n\nFour", true).flat();
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after.map(({ open }) => open)).toEqual([false, false, false, true]);
  });

  it("hands out whole groups unchanged", () => {
    const text = "Line.\n\n".repeat(100);
    const reader = new BlockReader();
    const before = reader.read(text, true);
    const after = reader.read(`${text}One more`, true);
    expect(after.slice(0, 3).map((group, index) => group === before[index])).toEqual([true, true, true]);
  });

  it("shows blocks anew when a link they name is defined further down", () => {
    const reader = new BlockReader();
    const before = reader.read("See [the tides].\n\nOther.\n\nMore\n", true).flat();
    const after = reader
      .read("See [the tides].\n\nOther.\n\nMore\n\n[the tides]: https://tides.example\n\nEnd\n", true)
      .flat();
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(after[0]?.scope.links).toHaveProperty("the tides", {
      href: "https://tides.example",
      title: undefined,
    });
  });

  it("does not believe a link's address before it is whole", () => {
    const reader = new BlockReader();
    reader.read("See [a].\n\n[a]: https://exam", true);
    const blocks = reader.read("See [a].\n\n[a]: https://example.com\n").flat();
    expect(blocks[0]?.scope.links.a?.href).toBe("https://example.com");
  });

  it("begins anew with another text", () => {
    const reader = new BlockReader();
    reader.read("One.\n\nTwo.\n\nThree", true);
    expect(
      reader
        .read("Quite another")
        .flat()
        .map(({ token }) => token.raw),
    ).toEqual(["Quite another"]);
  });

  it("takes a carriage return for the end of a line, split or not", () => {
    const reader = new BlockReader();
    reader.read("One.\r", true);
    reader.read("One.\r\n\r", true);
    expect(
      reader
        .read("One.\r\n\r\nTwo.")
        .flat()
        .map(({ token }) => token.raw),
    ).toEqual(["One.", "Two."]);
  });
});

describe("hostile texts", () => {
  it.each([
    ["200 quotes in one another", ">".repeat(200) + " deep"],
    ["200 quotes with lazy lines", `${">".repeat(200)} a\nb\n`.repeat(5)],
    ["500 lists in one another", "- ".repeat(500) + "deep"],
    ["2,000 details in one another", "<details>\n".repeat(2_000)],
    ["a table of 200 columns", `${"| a ".repeat(200)}|\n${"| - ".repeat(200)}|\n${"| 1 ".repeat(200)}|\n`],
    ["1 MB without a space", "a".repeat(1_000_000)],
    ["formulas that never end", "$$\n".repeat(20_000)],
    ["brackets", "[".repeat(100_000)],
    ["headings", "# a\n".repeat(50_000)],
  ])("are read without hanging: %s", (_, text) => {
    expect(readBlocks(text).length).toBeGreaterThan(0);
  });

  it("are no deeper than the page can show", () => {
    const depth = (token: unknown): number => {
      const { tokens = [], items = [] } = token as { tokens?: unknown[]; items?: unknown[] };
      return 1 + Math.max(0, ...[...tokens, ...items].map(depth));
    };
    for (const text of [">".repeat(200) + " x", "- ".repeat(500) + "x", "<details>\n".repeat(2_000)]) {
      expect(Math.max(...readBlocks(text).map(({ token }) => depth(token)))).toBeLessThan(30);
    }
  });
});

describe("what is asked before marked's own rules", () => {
  const beginnings = [
    "---\n\n",
    "- - -\n",
    " * * *\n\n\n",
    "___ _\n",
    "--\n",
    "-\n",
    "**\n",
    "*\t*\t*\n",
    "    ---\n",
    "--- x\n",
    "Title\n===\n\n",
    "Title\n---\n",
    "two\nlines\n -- \t\nmore\n",
    "Title\n\n===\n",
    "Title\n \n---\n",
    "Title\n    ---\n",
    "> a\nb\n\n",
    "   > a\n> - b\n",
    "    > code\n",
    ">\n",
    "a | b\n-|-\n1 | 2\n\n",
    "| a |\n|:-:|\n| b |\n",
    "a\n:-\nb\n",
    "a | b\n- | x\n",
    "| a |\n|---|\n",
    "a | b\n   --|--\n",
    "<div>\nin\n\n\n",
    "<div>\n \nout\n\n",
    "<b>x</b> y\n\n",
    "<b>\nx\n\n",
    "</p>\nx\n  \n\t\n",
    "<script>\n\na\n\n</script> b\n\n",
    "<!-- a\n\nb --> c\n\n",
    "<!-- never\n\nclosed",
    "<?php\n\n?>\n",
    "<!DOCTYPE x\n\n>\n",
    "<![CDATA[\n\n]]>\n",
    "<pre\n\n>x</pre>\n\n",
    "<style>\n\n",
    "<x-y a=b>\n\nz\n",
    "<https://venice.ai>\n\n",
    "< a\n\n",
    "text\n\n",
  ];
  const shape = (tokens: readonly Token[]): unknown => tokens.map(({ type, raw }) => [type, raw]);

  it("changes nothing", () => {
    for (const first of beginnings)
      for (const second of beginnings) {
        const text = `${first}${second}end\n\n`;
        expect(shape(lexBlocks(text, noLinks())), text).toEqual(
          shape(new Lexer({ gfm: true }).blockTokens(text, [])),
        );
      }
  });
});
