import { describe, expect, it } from "vitest";
import { CodeView } from "./code-view";

const text = (place: HTMLElement): string[] => [...place.children].map((one) => one.textContent);

describe("CodeView", () => {
  it("appends to the last chunk alone, and ends as if shown at once", () => {
    const code = Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n");
    const [grown, whole] = [document.createElement("code"), document.createElement("code")];
    const view = new CodeView(grown);
    view.show(code.slice(0, 1_000));
    const [first] = grown.children;
    for (let at = 1_000; at <= code.length; at += 7) view.show(code.slice(0, at));
    view.show(code);
    new CodeView(whole).show(code);
    expect(text(grown)).toEqual(text(whole));
    expect(text(whole).join("\n")).toBe(code);
    expect(grown.children[0]).toBe(first);
  });

  it.each([
    ["many lines", Array.from({ length: 120 }, (_, line) => `let a${line} = "b";`).join("\n")],
    ["a line too long for one", `a = 1\n${"x".repeat(20_000)}\nb = 2`],
    ["empty lines", "\n\n\na\n\n"],
    ["nothing", ""],
  ])("is coloured without a change of its words: %s", (_, code) => {
    const place = document.createElement("code");
    const view = new CodeView(place);
    view.show(code);
    const before = text(place);
    view.colour(Array.from({ length: Math.ceil(code.length / 3) }, (_one, index) => [3, index % 4]).flat());
    expect(text(place)).toEqual(before);
    expect(before.join("").length).toBeGreaterThan(code.replaceAll("\n", "").length - 1);
  });
});
