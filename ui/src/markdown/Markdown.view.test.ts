import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { page } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import type { Citation } from "@/bindings";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Markdown from "./Markdown.svelte";

const everything = `# Acqua alta

The sea rises **twice a day**; _acqua alta_ is when \`level > 110 cm\`.[REF]0,1[/REF] See <https://tides.example> or [the law](https://law.example "A law").

## When it comes

1. Wind from the south-east
2. A full moon
   - and low pressure
   - ~~never~~ rarely in June

- [x] boots
- [ ] boards

> The tide reads the houses.

\`\`\`ts
const level: number = 110; // cm
export function isHigh(now: number): boolean {
  return now > level;
}
\`\`\`

| Month | Height |
| :-- | --: |
| November | **187 cm** |
| December | 144 cm |

It costs $5 and $10, and $h = \\frac{1}{2} g t^2$ holds:

$$
\\int_0^1 x^2\\,dx
- 1
$$

<details><summary>More</summary>

Hidden *here*.

</details>

Press <kbd>Ctrl</kbd>. <script>window.hacked = true</script>
`;

const citations: Citation[] = [
  { title: "Tides of Venice", url: "https://www.tides.example/table", date: "2024-11-12" },
  { title: "", url: "https://law.example/16" },
];

const markdown = (): HTMLElement => document.querySelector<HTMLElement>(".markdown")!;
const blocks = (): Element[] => [...document.querySelectorAll(".markdown > .group > *")];
const formulas = (): Promise<void> =>
  vi.waitFor(() => expect(document.querySelectorAll(".katex").length).toBeGreaterThan(1), 10_000);
const colours = (): Promise<void> =>
  vi.waitFor(() => expect(document.querySelector(".token-keyword")).not.toBeNull(), 15_000);

describe.each(themes)("an answer, %s", (theme) => {
  it("is accessible, with colours and formulas in it", async () => {
    setTheme(theme);
    await render(Markdown, { text: everything, citations });
    await Promise.all([formulas(), colours()]);
    await expectAccessible();
  });
});

describe("Markdown", () => {
  it("shows what it is for", async () => {
    await render(Markdown, { text: everything, citations });
    await expect.element(page.getByRole("heading", { name: "Acqua alta" })).toBeVisible();
    await expect.element(page.getByRole("table").getByText("187 cm")).toBeVisible();
    await expect.element(page.getByRole("img", { name: "Done", exact: true })).toBeVisible();
    await expect.element(page.getByText("More")).toBeVisible();
    expect(markdown().textContent).toContain("It costs $5 and $10, and ");
    expect(markdown().querySelector("strong")?.textContent).toBe("twice a day");
    expect("hacked" in window).toBe(false);
  });
});

describe("while it is written", () => {
  const settled = "First **paragraph**.\n\n- a list\n- of two\n\n```ts\nconst a = 1;\n```\n\n";

  it("draws the last block alone", async () => {
    const { rerender } = await render(Markdown, { text: `${settled}The`, streaming: true });
    const before = blocks();
    expect(before).toHaveLength(4);
    await colours();
    const changed = new Set<Node>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) changed.add(target);
    });
    observer.observe(markdown(), { subtree: true, childList: true, characterData: true, attributes: true });
    for (const more of ["The sea", "The sea **ri", "The sea **rises**", "The sea **rises** and\nfalls"]) {
      await rerender({ text: settled + more, streaming: true });
    }
    for (const record of observer.takeRecords()) changed.add(record.target);
    observer.disconnect();
    expect(blocks().slice(0, 3)).toEqual(before.slice(0, 3));
    const last = blocks().at(-1)!;
    expect(last.textContent).toBe("The sea rises and\nfalls");
    expect([...changed].filter((node) => !last.contains(node))).toEqual([]);
  });

  it("closes what is open, and shows no half marks", async () => {
    const { rerender } = await render(Markdown, { text: "The **ti", streaming: true });
    expect(markdown().querySelector("strong")?.textContent).toBe("ti");
    await rerender({ text: "Intro:\n-", streaming: true });
    expect(markdown().querySelector("h3, h4")).toBeNull();
    await rerender({ text: "Intro:\n- one", streaming: true });
    expect(markdown().querySelectorAll("li")).toHaveLength(1);
    await rerender({ text: "```ts\nconst a = 1;\n``", streaming: true });
    expect(markdown().querySelector("code")?.textContent).toBe("const a = 1;");
  });

  it("colours code once it is closed, and moves nothing by it", async () => {
    const code = `\`\`\`python\n${"def f(x: int) -> str:  # 注释\n    return f'{x}'\n\n".repeat(40)}`;
    const { rerender } = await render(Markdown, { text: code, streaming: true });
    const measure = (): number[] => {
      const pre = document.querySelector("pre")!;
      return [pre.scrollHeight, pre.scrollWidth, pre.getBoundingClientRect().height];
    };
    const before = measure();
    const text = document.querySelector<HTMLElement>("pre")!.innerText;
    expect(document.querySelector("[class^=token-]")).toBeNull();
    await rerender({ text: `${code}\`\`\`\n`, streaming: false });
    await colours();
    expect(measure()).toEqual(before);
    expect(document.querySelector<HTMLElement>("pre")!.innerText).toBe(text);
  });
});

describe("code", () => {
  it("is copied as it is", async () => {
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const code = Array.from({ length: 130 }, (_, line) => `line ${line}`).join("\n");
    await render(Markdown, { text: `\`\`\`\n${code}\n\`\`\`\n` });
    await page.getByRole("button", { name: "Copy the code" }).click();
    expect(copied).toHaveBeenCalledExactlyOnceWith(code);
    await expect.element(page.getByRole("button", { name: "Copied" })).toBeVisible();
    copied.mockRestore();
  });

  it("scrolls by keyboard in a box with a name", async () => {
    await render(Markdown, { text: `\`\`\`rust\nlet a = "${"long ".repeat(100)}";\n\`\`\`\n` });
    const box = page.getByRole("region", { name: "Code, Rust" });
    await expect.element(box).toHaveAttribute("tabindex", "0");
    const { scrollWidth, clientWidth } = box.element();
    expect(scrollWidth).toBeGreaterThan(clientWidth);
    expect(markdown().scrollWidth).toBeLessThanOrEqual(markdown().clientWidth);
  });
});

describe("tables", () => {
  it("of 200 columns scroll in their own box", async () => {
    const row = (cell: (index: number) => string): string =>
      `| ${Array.from({ length: 200 }, (_, index) => cell(index)).join(" | ")} |\n`;
    await render(Markdown, {
      text: row((index) => `c${index}`) + row(() => "-") + row((index) => `value ${index}`),
    });
    expect(markdown().scrollWidth).toBeLessThanOrEqual(markdown().clientWidth);
    const box = page.getByRole("region", { name: "Table" }).element();
    expect(box.scrollWidth).toBeGreaterThan(box.clientWidth);
    await expectAccessible();
  });

  it("are copied as CSV, without marks", async () => {
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await render(Markdown, { text: "| a | b |\n|-|-|\n| **1** | x, `y` |\n" });
    await page.getByRole("button", { name: "Copy as CSV" }).click();
    expect(copied).toHaveBeenCalledExactlyOnceWith('a,b\r\n1,"x, y"');
    copied.mockRestore();
  });

  it("made to be heavy are opened bit by bit", async () => {
    await render(Markdown, { text: `| a | b |\n|-|-|\n${"| 1 | 2 |\n".repeat(3_000)}` });
    expect(document.querySelectorAll("tbody tr")).toHaveLength(2_000);
    const more = [...document.querySelectorAll("button")].find((one) =>
      one.textContent.includes("1,000 more"),
    );
    more?.click();
    flushSync();
    expect(document.querySelectorAll("tbody tr")).toHaveLength(3_000);
  });
});

describe("links", () => {
  it("are opened by the app, whichever button is pressed", async () => {
    const onlink = vi.fn();
    await render(Markdown, { text: "[a](https://a.example) ![b](https://b.example/b.png)", onlink });
    await page.getByRole("link", { name: "a", exact: true }).click();
    await page.getByRole("link", { name: "b", exact: true }).click({ button: "middle" });
    expect(onlink.mock.calls).toEqual([["https://a.example/"], ["https://b.example/b.png"]]);
  });

  it("that would run or read something are text", async () => {
    await render(Markdown, {
      text: "[a](javascript:alert(1)) <a href='javascript:alert(1)'>b</a> ![c](data:image/svg+xml,x) [d](file:///e)",
    });
    expect(markdown().querySelectorAll("a, img")).toHaveLength(0);
    expect(markdown().textContent).toContain("[a](javascript:alert(1))");
  });

  it("show a picture when it is the app's own", async () => {
    const own = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    await render(Markdown, {
      text: "![a boat](item:7) ![b](https://b.example/b.png)",
      image: (address) => (address === "item:7" ? own : null),
    });
    await expect.element(page.getByRole("img", { name: "a boat" })).toHaveAttribute("src", own);
    expect(document.querySelectorAll("img")).toHaveLength(1);
  });
});

describe("sources", () => {
  it("are found from the text, and opened", async () => {
    const onlink = vi.fn();
    const many = Array.from({ length: 7 }, (_, index) => ({
      title: `Page ${index}`,
      url: `https://p${index}.example`,
    }));
    await render(Markdown, { text: "High[REF]0,6,99[/REF], `[REF]1[/REF]`", citations: many, onlink });
    expect(markdown().querySelectorAll("sup button")).toHaveLength(2);
    expect(markdown().querySelector("code")?.textContent).toBe("[REF]1[/REF]");
    await page.getByRole("button", { name: "Source 7: Page 6" }).click();
    const source = page.getByRole("link", { name: "Page 6" });
    await expect.element(source).toHaveFocus();
    await source.click();
    expect(onlink).toHaveBeenCalledExactlyOnceWith("https://p6.example/");
  });

  it("are found where they are counted from 1", async () => {
    await render(Markdown, { text: "High^1,2^, low^3^ and $x^1$, `^1^`", citations });
    expect([...markdown().querySelectorAll("sup button")].map(({ textContent }) => textContent)).toEqual([
      "1",
      "2",
    ]);
    expect(markdown().textContent).toContain("low^3^");
    expect(markdown().querySelector("code")?.textContent).toBe("^1^");
  });

  it("say title and date in a tooltip", async () => {
    await render(Markdown, { text: "High[REF]0[/REF]", citations });
    await page.getByRole("button", { name: "Source 1" }).hover();
    await expect.element(page.getByText("Tides of Venice, November 12, 2024")).toBeVisible();
  });

  it("can be left to the caller", async () => {
    await render(Markdown, { text: "High[REF]0[/REF]", citations, sources: false });
    await expect.element(page.getByRole("region", { name: "Sources" })).not.toBeInTheDocument();
  });
});

describe("HTML", () => {
  it("loses all that loads, runs, styles or leads anywhere", async () => {
    await render(Markdown, {
      text:
        "<p onclick='x()' style='position:fixed' class='c' id='location'>kept<img src=x onerror='window.hacked=1'>" +
        "<svg onload='window.hacked=1'></svg><iframe src='https://a.example'></iframe><style>*{display:none}</style>" +
        "<a href='https://a.example'>text</a><form action='https://a.example'><input name=q></form></p>\n",
    });
    await expect.element(page.getByText("kepttext")).toBeVisible();
    const html = document.querySelector(".html")!;
    const left = [...html.querySelectorAll("*")];
    expect(new Set(left.map(({ localName }) => localName))).toEqual(new Set(["p"]));
    expect(left.flatMap(({ attributes }) => [...attributes])).toEqual([]);
    expect("hacked" in window).toBe(false);
  });

  it("folds Markdown", async () => {
    await render(Markdown, {
      text: "<details><summary>More **here**</summary>\n\n- hidden\n\n</details>\n\nafter",
    });
    await expect.element(page.getByText("hidden")).not.toBeVisible();
    await page.getByText("More here").click();
    await expect.element(page.getByRole("listitem")).toBeVisible();
  });
});

describe("hostile texts", () => {
  it.each([
    ["1 MB without a space", "a".repeat(1_000_000)],
    ["1 MB without a space in a list", `- ${"a".repeat(1_000_000)}`],
    ["1 MB without a space in code", `\`\`\`\n${"a".repeat(1_000_000)}\n\`\`\``],
    ["200 quotes in one another", `${">".repeat(200)} deep`],
    ["500 lists in one another", `${"- ".repeat(500)}deep`],
    ["20,000 headings", "# a\n".repeat(20_000)],
    ["100,000 items", "- a\n".repeat(100_000)],
    ["a formula that grows", "$\\def\\a{\\a\\a}\\a$ after"],
    ["broken formulas", "$\\frac{$ and $$\\begin{x}$$"],
  ])("are shown within the page: %s", async (_, text) => {
    await render(Markdown, { text });
    await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    expect(markdown().textContent.length).toBeGreaterThan(0);
    expect(markdown().scrollWidth).toBeLessThanOrEqual(markdown().clientWidth);
    expect(markdown().querySelectorAll("*").length).toBeLessThan(40_000);
  });

  it("keep a long text answering: it is drawn with several frames", async () => {
    await render(Markdown, { text: "Water.\n\n".repeat(1_000) });
    expect(blocks().length).toBeLessThan(300);
    await vi.waitFor(() => expect(blocks()).toHaveLength(1_000), 10_000);
  });
});

describe("scripts", () => {
  it("take their own direction", async () => {
    await render(Markdown, { text: "Left.\n\nשלום עולם\n\n```\ncode\n```\n" });
    const [left, right] = [...markdown().querySelectorAll("p")].map((one) => getComputedStyle(one).direction);
    expect([left, right]).toEqual(["ltr", "rtl"]);
  });
});
