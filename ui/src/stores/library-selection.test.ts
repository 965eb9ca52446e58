import { describe, expect, it } from "vitest";
import { Selection } from "./library-selection.svelte";

function of(initial = ["a", "b", "c", "d", "e"]): { selection: Selection; set: (ids: string[]) => void } {
  let ids = initial;
  const selection = new Selection(() => ids);
  return {
    selection,
    set: (next) => {
      const before = ids;
      ids = next;
      selection.follow(before);
    },
  };
}

const chosen = (selection: Selection): string => [...selection.selected].sort().join("");

describe("Selection", () => {
  it("selects by mouse as file managers do", () => {
    const { selection } = of();
    selection.pick("b");
    expect([chosen(selection), selection.single]).toEqual(["b", "b"]);
    selection.pick("d", { toggle: true });
    expect([chosen(selection), selection.single]).toEqual(["bd", null]);
    selection.pick("d", { toggle: true });
    expect(chosen(selection)).toBe("b");
    selection.pick("a");
    selection.pick("c", { shift: true });
    expect(chosen(selection)).toBe("abc");
    // The range is always counted from the same picture.
    selection.pick("b", { shift: true });
    expect(chosen(selection)).toBe("ab");
    selection.pick("e", { toggle: true });
    selection.pick("d", { shift: true, toggle: true });
    expect(chosen(selection)).toBe("abde");
  });

  it("follows the keyboard, unless Ctrl holds it", () => {
    const { selection } = of();
    selection.moveTo("b");
    expect(chosen(selection)).toBe("b");
    selection.moveTo("c", { toggle: true });
    expect([chosen(selection), selection.focused]).toEqual(["b", "c"]);
    selection.moveTo("d", { shift: true });
    expect(chosen(selection)).toBe("bcd");
    selection.all();
    expect(chosen(selection)).toBe("abcde");
    selection.clear();
    expect([chosen(selection), selection.focused]).toEqual(["", "d"]);
  });

  it("moves on to the neighbour of what went away", () => {
    const { selection, set } = of();
    selection.pick("c");
    set(["a", "b", "d", "e"]);
    expect([selection.focused, selection.single]).toEqual(["d", "d"]);
    selection.pick("e");
    set(["a", "b", "d"]);
    expect(selection.focused).toBe("d");
    set([]);
    expect([selection.focused, chosen(selection)]).toEqual([null, ""]);
  });

  it("keeps what is still there", () => {
    const { selection, set } = of();
    selection.pick("a");
    selection.pick("e", { toggle: true });
    set(["x", "a", "e"]);
    expect(chosen(selection)).toBe("ae");
  });
});
