import { describe, expect, it } from "vitest";
import type { DaySummary } from "@/bindings";
import { fakePlatform } from "@/platform/fake";
import { fakeId } from "@/platform/fake-data";
import { EVERYTHING } from "./library-query";
import { sameOrder, unpack, without, type Shape } from "./library-shape";

const now = new Date("2026-11-21T14:32:00Z");

async function shapeOf(items: number, sort: "newest" | "title" = "newest"): Promise<Shape> {
  const { commands } = fakePlatform({ items, now: () => now });
  const answer = await commands.libraryShape({ ...EVERYTHING, sort, cursor: null, limit: 1 });
  if (answer.status === "error") throw new Error("the fake answers");
  return unpack(answer.data);
}

const sum = (days: readonly DaySummary[]): number => days.reduce((all, day) => all + day.items, 0);

describe("the whole of a list, packed", () => {
  it("has an id, a shape and a day for each", async () => {
    const shape = await shapeOf(50);
    expect(shape.ids.at(49)).toBe(fakeId(49));
    expect([...shape.ratios.subarray(0, 5)]).toEqual([150, 178, 100, 160, 67]);
    expect(shape.sections.map((section) => section.count).reduce((one, other) => one + other)).toBe(50);
    expect(shape.sections[0]?.id).toBe("2026-11-21");
  });

  it("has one section where the order isn't by time", async () => {
    expect((await shapeOf(50, "title")).sections).toEqual([{ id: "", count: 50 }]);
    expect((await shapeOf(0)).sections).toEqual([]);
  });

  it("puts every item somewhere, should the days tell another number", () => {
    const days = [
      { day: "2026-11-21", items: 3, costs: [] },
      { day: "2026-11-20", items: 9, costs: [] },
      { day: "2026-11-19", items: 2, costs: [] },
    ];
    const ids = (count: number): string => btoa("\0".repeat(count * 16));
    const of = (count: number, some: DaySummary[]): Shape =>
      unpack({ total: count, ids: ids(count), ratios: btoa("d\0".repeat(count)), days: some });
    expect(of(5, days).sections.map((section) => section.count)).toEqual([3, 2]);
    expect(of(20, days).sections.map((section) => section.count)).toEqual([3, 9, 8]);
    expect(of(4, []).sections).toEqual([{ id: "", count: 4 }]);
  });

  it("loses what is taken out, and days with it", async () => {
    const shape = await shapeOf(40);
    const first = Array.from({ length: shape.days[0]?.items ?? 0 }, (_, index) => fakeId(index));
    const less = without(shape, [...first, fakeId(39), fakeId(999)]);
    expect(less.ids.length).toBe(39 - first.length);
    expect(less.ids.at(0)).toBe(fakeId(first.length));
    expect(less.ratios[0]).toBe(shape.ratios[first.length]);
    expect(less.days[0]?.day).toBe(shape.days[1]?.day);
    expect(sum(less.days)).toBe(less.ids.length);
    expect(without(shape, [fakeId(999)])).toBe(shape);
  });

  it("knows the same list again, whatever its days cost", async () => {
    const [one, other] = [await shapeOf(40), await shapeOf(40)];
    expect(sameOrder(one, { ...other, days: other.days.map((day) => ({ ...day, costs: [] })) })).toBe(true);
    expect(sameOrder(one, without(other, [fakeId(3)]))).toBe(false);
    expect(sameOrder(one, { ...other, ratios: other.ratios.map((ratio) => ratio + 1) })).toBe(false);
  });
});
