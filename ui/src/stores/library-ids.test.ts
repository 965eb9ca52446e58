import { describe, expect, it } from "vitest";
import { fakeId } from "@/platform/fake-data";
import { PackedIds } from "./library-ids";

const many = Array.from({ length: 5000 }, (_, index) => fakeId(index * 7));

describe("packed ids", () => {
  it("give back what was packed, and find it", () => {
    const ids = PackedIds.of(many);
    expect(ids.length).toBe(5000);
    for (let index = 0; index < many.length; index += 13) {
      expect(ids.at(index)).toBe(many[index]);
      expect(ids.indexOf(many[index] ?? "")).toBe(index);
    }
    expect(ids.at(-1)).toBeNull();
    expect(ids.at(5000)).toBeNull();
    expect(ids.indexOf(fakeId(3))).toBe(-1);
    expect(PackedIds.of([]).indexOf(fakeId(3))).toBe(-1);
  });

  it("know what is no id, and letters of either case", () => {
    const id = "01abcdef-89ab-7cde-8f01-23456789abcd";
    const ids = PackedIds.of([id, "no id", "01abcdef-89ab-7cde-8f01-23456789abcg"]);
    expect(ids.length).toBe(1);
    expect(ids.indexOf(id.toUpperCase())).toBe(0);
    for (const wrong of ["", "x", id.replaceAll("-", " "), `${id}0`]) expect(ids.indexOf(wrong)).toBe(-1);
  });

  it("find each other's, and tell whether they are the same", () => {
    const ids = PackedIds.of(many);
    const even = ids.without(many.flatMap((_, index) => (index % 2 === 1 ? [index] : [])));
    expect(even.length).toBe(2500);
    expect(even.at(1)).toBe(many[2]);
    expect(even.indexFrom(ids, 10)).toBe(5);
    expect(even.indexFrom(ids, 11)).toBe(-1);
    expect(even.indexFrom(ids, 9999)).toBe(-1);
    expect(ids.equals(PackedIds.of(many))).toBe(true);
    expect(ids.equals(even)).toBe(false);
    expect(ids.without([0, 4999]).length).toBe(4998);
    expect(ids.without([0, 4999]).at(4997)).toBe(many[4998]);
    expect(ids.equals(PackedIds.of([...many.slice(1), fakeId(0)]))).toBe(false);
  });

  it("are read from the middle of other bytes", () => {
    const bytes = new Uint8Array(35);
    bytes.fill(7);
    const ids = new PackedIds(bytes.subarray(3));
    expect(ids.length).toBe(2);
    expect(ids.at(1)).toBe("07070707-0707-0707-0707-070707070707");
  });

  it("are quick with 100,000", () => {
    const ids = PackedIds.of(Array.from({ length: 100_000 }, (_, index) => fakeId(index)));
    let indexed = Number.POSITIVE_INFINITY;
    // The quickest of some: the machine may have other things to do.
    for (let run = 0; run < 8; run++) {
      const fresh = ids.without([]);
      const begun = performance.now();
      expect(fresh.indexOf(fakeId(99_999))).toBe(99_999);
      indexed = Math.min(indexed, performance.now() - begun);
    }
    for (let index = 0; index < 100_000; index++) {
      if (ids.indexFrom(ids, index) !== index) throw new Error(`not found: ${String(index)}`);
    }
    expect(indexed).toBeLessThan(100);
  });
});
