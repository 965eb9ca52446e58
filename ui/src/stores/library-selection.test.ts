import { describe, expect, it } from "vitest";
import { fakeId } from "@/platform/fake-data";
import { PackedIds } from "./library-ids";
import { Selection } from "./library-selection.svelte";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const idOf = (letter: string): string => fakeId(LETTERS.indexOf(letter));
const letterOf = (id: string | null): string => (id === null ? "-" : (LETTERS[Number(id.slice(-12))] ?? "?"));

function of(initial = "abcde"): { selection: Selection; set: (letters: string) => void } {
  const packed = (letters: string): PackedIds => PackedIds.of([...letters].map(idOf));
  let ids = packed(initial);
  const selection = new Selection(() => ids);
  selection.follow();
  return {
    selection,
    set: (letters) => {
      ids = packed(letters);
      selection.follow();
    },
  };
}

const chosen = (selection: Selection): string => [...selection.selected].map(letterOf).join("");
const single = (selection: Selection): string => letterOf(selection.single);
const focused = (selection: Selection): string => letterOf(selection.focused);

describe("Selection", () => {
  it("selects by mouse as file managers do", () => {
    const { selection } = of();
    selection.pick(idOf("b"));
    expect([chosen(selection), single(selection)]).toEqual(["b", "b"]);
    selection.pick(idOf("d"), { toggle: true });
    expect([chosen(selection), single(selection)]).toEqual(["bd", "-"]);
    selection.pick(idOf("d"), { toggle: true });
    expect(chosen(selection)).toBe("b");
    selection.pick(idOf("a"));
    selection.pick(idOf("c"), { shift: true });
    expect(chosen(selection)).toBe("abc");
    // The range is always counted from the same picture.
    selection.pick(idOf("b"), { shift: true });
    expect(chosen(selection)).toBe("ab");
    selection.pick(idOf("e"), { toggle: true });
    selection.pick(idOf("d"), { shift: true, toggle: true });
    expect(chosen(selection)).toBe("abde");
  });

  it("follows the keyboard, unless Ctrl holds it", () => {
    const { selection } = of();
    selection.moveTo(idOf("b"));
    expect(chosen(selection)).toBe("b");
    selection.moveTo(idOf("c"), { toggle: true });
    expect([chosen(selection), focused(selection)]).toEqual(["b", "c"]);
    selection.moveTo(idOf("d"), { shift: true });
    expect(chosen(selection)).toBe("bcd");
    selection.all();
    expect(chosen(selection)).toBe("abcde");
    selection.clear();
    expect([chosen(selection), focused(selection)]).toEqual(["", "d"]);
  });

  it("moves on to the neighbour of what went away", () => {
    const { selection, set } = of();
    selection.pick(idOf("c"));
    set("abde");
    expect([focused(selection), single(selection)]).toEqual(["d", "d"]);
    selection.pick(idOf("e"));
    set("abd");
    expect(focused(selection)).toBe("d");
    set("");
    expect([focused(selection), chosen(selection)]).toEqual(["-", ""]);
  });

  it("keeps what is still there, wherever it is by now", () => {
    const { selection, set } = of();
    selection.pick(idOf("a"));
    selection.pick(idOf("e"), { toggle: true });
    set("xeza");
    expect(chosen(selection)).toBe("ea");
    expect(selection.selected.hasIndex(1)).toBe(true);
    expect(selection.selected.hasIndex(0)).toBe(false);
  });

  it("can hold one that isn't in the list, and takes it for its own once it is", () => {
    const { selection, set } = of();
    selection.pick(idOf("z"));
    expect([single(selection), selection.selected.has(idOf("z"))]).toEqual(["z", true]);
    set("abzc");
    expect([chosen(selection), selection.selected.strays.size]).toEqual(["z", 0]);
    expect(selection.selected.hasIndex(2)).toBe(true);
  });

  it("tells of each change", () => {
    let told = 0;
    const ids = PackedIds.of([idOf("a"), idOf("b")]);
    const selection = new Selection(
      () => ids,
      () => told++,
    );
    selection.pick(idOf("a"));
    selection.moveTo(idOf("b"), { toggle: true });
    selection.all();
    selection.clear();
    expect(told).toBe(4);
  });

  it("holds all of 100,000, and follows them", () => {
    const all = PackedIds.of(Array.from({ length: 100_000 }, (_, index) => fakeId(index)));
    let ids = all;
    const selection = new Selection(() => ids);
    selection.follow();
    selection.pick(fakeId(31));
    selection.pick(fakeId(99_998), { shift: true });
    expect(selection.selected.size).toBe(99_968);
    selection.all();
    expect(selection.selected.size).toBe(100_000);
    selection.pick(fakeId(77_777), { toggle: true });
    expect(selection.selected.size).toBe(99_999);
    ids = all.without(Array.from({ length: 50_000 }, (_, index) => index * 2));
    selection.follow();
    expect(selection.selected.size).toBe(49_999);
    expect(selection.selected.has(fakeId(77_777))).toBe(false);
    expect([...selection.selected].slice(0, 2)).toEqual([fakeId(1), fakeId(3)]);
  });
});
