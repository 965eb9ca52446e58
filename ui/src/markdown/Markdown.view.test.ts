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
