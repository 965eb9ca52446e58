import { describe, expect, it } from "vitest";
import type { Refusal } from "@/bindings";
import { fakeError } from "@/platform/fake-data";
import { refusalLines, refusalsAsText } from "./refusals";

const refuse = (name: string, code: string, folder: string | null = null): Refusal => ({
  name,
  folder,
  error: fakeError(code, { params: { name } }),
});
const shown = (list: readonly Refusal[], sought = ""): string[] =>
  refusalLines(list, sought).map((line) =>
    line.kind === "reason" ? `${line.reason} ×${String(line.count)}` : `${line.folder ?? ""}|${line.name}`,
  );

describe("refused files", () => {
  const list = [
    refuse("a.png", "input_empty", "2024/May"),
    refuse("b.png", "input_truncated"),
    refuse("c.png", "input_truncated", ""),
    refuse("d.xyz", "some_new_code"),
  ];

  it("come by their reason, the most frequent first, with name and folder", () => {
    expect(shown(list)).toEqual([
      "Files that end in the middle ×2",
      "|b.png",
      "|c.png",
      "Empty files ×1",
      "2024/May|a.png",
      "some_new_code ×1",
      "|d.xyz",
    ]);
    expect(refusalLines(list)[0]).toMatchObject({ advice: "Copy or download it again." });
  });

  it("have a reason without a name even where nobody thought of one", () => {
    const some = ["a", "b"].map((name) => refuse(name, "prompt_too_long"));
    expect(refusalLines(some).filter((line) => line.kind === "reason")).toHaveLength(1);
    const odd = ["a.png", "b.png"].map((name) => ({
      name,
      folder: null,
      error: fakeError("input_too_large", { operation: "none", params: { name } }),
    }));
    expect(shown(odd)[0]).toBe("Files that are too large ×2");
  });

  it("are found by name, folder or reason", () => {
    expect(shown(list, "may")).toEqual(["Empty files ×1", "2024/May|a.png"]);
    expect(shown(list, "MIDDLE")).toHaveLength(3);
    expect(shown(list, "nothing like it")).toEqual([]);
  });

  it("are copied as lines", () => {
    expect(refusalsAsText(list.slice(0, 2))).toBe(
      "2024/May/a.png: Empty files\nb.png: Files that end in the middle",
    );
  });

  it("stay quick by the ten thousand", () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      refuse(`file ${String(index)}.png`, index % 3 === 0 ? "input_empty" : "input_truncated"),
    );
    const before = performance.now();
    expect(refusalLines(many, "19999")).toHaveLength(2);
    expect(refusalLines(many)).toHaveLength(20_002);
    expect(performance.now() - before).toBeLessThan(4000);
  });
});
