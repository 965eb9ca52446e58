import { describe, expect, it } from "vitest";
import { safeAddress } from "./addresses";
import { toCsv } from "./csv";
import { decodeEntities } from "./entities";
import { inline, pieces, type Inline } from "./inline";
import { grammarOf, labelOf } from "./language-names";
import { noLinks } from "./lexer";
import { mend } from "./mend";
import { toPlainText } from "./plain";
import { withoutReferences } from "./references";

const read = (text: string): Inline[] => inline(text, noLinks());
const kinds = (text: string): string[] => read(text).map(({ kind }) => kind);
const formulas = (text: string): string[] =>
  read(text).flatMap((node) => (node.kind === "maths" ? [node.tex] : []));
const shown = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => ("text" in node ? node.text : "nodes" in node ? shown(node.nodes) : `<${node.kind}>`))
    .join("");

describe("links", () => {
  it.each(["https://a.example/x?y=1", "http://a.example/", "mailto:a@b.example"])("opens %s", (address) => {
    expect(safeAddress(address)).toBe(address);
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "tauri://localhost",
    "#/settings",
    "/relative",
    "//a.example",
    "https://",
    "",
  ])("leaves %j alone", (address) => {
    expect(safeAddress(address)).toBeNull();
  });

  it.each([
    "[x](javascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
  ])("shows %s as text", (text) => {
    expect(kinds(text)).toEqual(["text"]);
  });

  it("takes the rest as they are", () => {
    expect(read("[the *law*](https://law.example?a=1&amp;b=2 'title')")).toEqual([
      {
        kind: "link",
        href: "https://law.example/?a=1&b=2",
        title: "title",
        nodes: [
          { kind: "text", text: "the " },
          { kind: "element", tag: "em", nodes: [{ kind: "text", text: "law" }] },
        ],
      },
    ]);
    expect(read("at https://law.example.")[1]).toMatchObject({ kind: "link", href: "https://law.example/" });
  });
});

describe("HTML in a line", () => {
  it("keeps what is allowed, without attributes", () => {
    expect(read('H<sub onclick="x()" style="color:red">2</sub>O<br>')).toEqual([
      { kind: "text", text: "H" },
      { kind: "element", tag: "sub", nodes: [{ kind: "text", text: "2" }] },
      { kind: "text", text: "O" },
      { kind: "break" },
    ]);
  });

  it("leaves out the tags of the rest, and keeps their text", () => {
    expect(read("a <script>alert(1)</script><img src=x onerror=alert(1)> b")).toEqual([
      { kind: "text", text: "a alert(1) b" },
    ]);
  });

  it("takes what is no element for text", () => {
    expect(shown(read("a Vec<String> and a Map<K, V>"))).toBe("a Vec<String> and a Map<K, V>");
  });

  it("bears tags that cross, and that are never closed", () => {
    expect(shown(read("<b>a <i>b</b> c</i> <kbd>d"))).toBe("a b c d");
    expect(shown(read(`${"<b>".repeat(5_000)}x`))).toBe("x");
  });
});

describe("formulas", () => {
  it.each([
    ["It holds that $a^2 + b^2 = c^2$.", ["a^2 + b^2 = c^2"]],
    ["\\(x\\) and \\[y = 1\\] and $$z$$", ["x", "y = 1", "z"]],
    ["$x$, $5$ and $n$-th", ["x", "5", "n"]],
    ["设 $x_1$，则$y$。", ["x_1", "y"]],
    ["It costs $5 and $10.", []],
    ["From $5 (US$) to $10", []],
    ["$20k and 30k$ more", []],
    ["US$5 or A$6", []],
    ["$HOME/$USER and `$a$`", []],
    ["\\$a\\$ and $ a $", []],
    ["array\\[0\\]", []],
    ["$5-$10, $1,000.50 and $2M", []],
  ])("%s", (text, expected) => {
    expect(formulas(text)).toEqual(expected);
  });
});

describe("references", () => {
  it("are numbers in the text, not in code", () => {
    const reference = (text: string): unknown => read(text).find(({ kind }) => kind === "reference");
    expect(reference("so[REF]0[/REF].")).toEqual({ kind: "reference", numbers: [0] });
    expect(reference("so[REF]0, 2[/REF].")).toEqual({ kind: "reference", numbers: [0, 2] });
    expect(read("`[REF]0[/REF]`")).toEqual([{ kind: "code", text: "[REF]0[/REF]" }]);
    expect(shown(read("[REF]x[/REF]"))).toBe("[REF]x[/REF]");
  });

  it("are written with carets as well, counted from 1, where there are such sources", () => {
    const of = (text: string): Inline[] => inline(text, noLinks(), 2);
    const reference = (text: string): unknown => of(text).find(({ kind }) => kind === "reference");
    expect(reference("high^1^.")).toEqual({ kind: "reference", numbers: [0] });
    expect(reference("**high^1, 2^**, low^2^")).toEqual({ kind: "reference", numbers: [1] });
    expect(shown(of("**high^1,2^** and low^1^^2^"))).toBe("high<reference> and low<reference><reference>");
    for (const text of ["^0^", "^3^", "^1,3^", "^ 1 ^", "1^2", "[^1] and [^2]", "^a^", "^^"]) {
      expect(of(text)).toEqual([{ kind: "text", text }]);
    }
    expect(of("`a^1^`")).toEqual([{ kind: "code", text: "a^1^" }]);
    expect(of("$x^1^$")).toEqual([{ kind: "maths", tex: "x^1^", display: false }]);
    expect(of("\\(x^1^\\)")).toEqual([{ kind: "maths", tex: "x^1^", display: false }]);
    expect(read("high^1^")).toEqual([{ kind: "text", text: "high^1^" }]);
    const whole = "high^1,2^";
    for (let at = 6; at < whole.length; at += 1)
      expect(shown(of(mend(whole.slice(0, at), 2))), whole.slice(0, at)).toBe("high");
    expect(mend("10^2", 0)).toBe("10^2");
  });

  it("are left out of what is copied, but not out of code", () => {
    const text =
      "High[REF]0[/REF], low^1^ and ^9^.\n\n```\na^1^ [REF]0[/REF]\n```\n`b^1^` c ` d^2^\n````\ne^1^";
    expect(withoutReferences(text, 2)).toBe(
      "High, low and ^9^.\n\n```\na^1^ [REF]0[/REF]\n```\n`b^1^` c ` d\n````\ne^1^",
    );
    expect(withoutReferences("high^1^[REF]0[/REF]", 0)).toBe("high^1^");
    expect(toPlainText("High[REF]0[/REF], **low^1^**, `a^1^`", 1)).toBe("High, low, a^1^");
  });

  it("aren't seen before they are whole", () => {
    const whole = "high[REF]0,1[/REF]";
    for (let at = 6; at < whole.length; at += 1) expect(shown(read(mend(whole.slice(0, at))))).toBe("high");
  });
});

describe("the end of a growing text", () => {
  it.each([
    ["the **tide", "the tide"],
    ["the `tide", "the tide"],
    ["the [tide](https://tid", "the tide"],
    ["the ~~tide", "the tide"],
    ["costs $5", "costs $5"],
  ])("%s is shown as %s", (text, expected) => {
    expect(shown(read(mend(text)))).toBe(expected);
  });
});

describe("text", () => {
  it("emphasises beside Chinese letters", () => {
    expect(read("他说**“涨潮”**了")[1]).toMatchObject({ kind: "element", tag: "strong" });
    expect(read("水位**（厘米）**为")[1]).toMatchObject({ kind: "element", tag: "strong" });
    expect(kinds("2 ** 3 ** 4")).toEqual(["text"]);
  });

  it("decodes references to characters once", () => {
    expect(decodeEntities("&lt;b&gt; &amp;amp; &#8217;&#x41; &nope; &#0;")).toBe(
      "<b> &amp; ’A &nope; \ufffd",
    );
    expect(shown(read("&lt;script&gt; AT&amp;T &copy;"))).toBe("<script> AT&T ©");
  });

  it("is cut into pieces that make the whole, never within a character", () => {
    for (const text of ["a".repeat(50_000), "word ".repeat(9_000), "🌊".repeat(20_000), ""]) {
      const cut = pieces(text);
      expect(cut.join("")).toBe(text);
      expect(Math.max(...cut.map(({ length }) => length))).toBeLessThanOrEqual(8_192);
      for (const piece of cut) expect(() => encodeURIComponent(piece)).not.toThrow();
    }
  });

  it.each([
    ["brackets", "[".repeat(8_000)],
    ["stars", "*a ".repeat(2_700)],
    ["dollars", "$a ".repeat(2_700)],
    ["dollars and backslashes", "$\\".repeat(4_000)],
    ["begun formulas", "\\(".repeat(4_000)],
    ["begun tags", "<a ".repeat(2_700)],
    ["begun references", "[REF]".repeat(1_600)],
    ["carets", "^1".repeat(4_000)],
    ["begun links", "[a](".repeat(2_000)],
  ])("is read before the test gives up, though made to be hard: %s", (_, text) => {
    expect(Array.isArray(inline(mend(text), noLinks()))).toBe(true);
  });
});

describe("toPlainText", () => {
  it("says what the text says", () => {
    const text =
      "# Tides\n\nHigh **water**[REF]0[/REF] &amp; [low](https://a.example).\n\n1. one\n2. two\n   - in\n\n" +
      "```ts\na *= 1;\n```\n\n| a | b |\n|-|-|\n| 1 | `2` |\n\n> quoted\n\n$$x^2$$\n";
    expect(toPlainText(text, 1)).toBe(
      "Tides\n\nHigh water & low.\n\n1. one\n2. two\n  - in\n\na *= 1;\n\na\tb\n1\t2\n\nquoted\n\nx^2",
    );
  });
});

describe("names of languages", () => {
  it.each([
    ["ts", "typescript", "TypeScript"],
    ["Python title=app.py", "python", "Python"],
    ["{.rust}", "rust", "Rust"],
    ["sh", "bash", "Shell"],
    ["c++", "cpp", "C++"],
    ["brainfuck", null, "brainfuck"],
    ["text", null, null],
    ["", null, null],
    ["constructor", null, "constructor"],
  ])("%j", (info, grammar, label) => {
    expect(grammarOf(info)).toBe(grammar);
    expect(labelOf(info)).toBe(label);
  });
});

describe("toCsv", () => {
  it("quotes what needs it", () => {
    expect(
      toCsv([
        ["a", 'b"c'],
        ["1,5", "x\ny"],
      ]),
    ).toBe('a,"b""c"\r\n"1,5","x\ny"');
  });
});
