import { describe, expect, it } from "vitest";
import type { ItemMarks } from "@/bindings";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeError, fakeId } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { changeMany, cleanTag, countTags, MOST_REMEMBERED, readMarks, stepsBack } from "./library-bulk";
import { UndoList } from "./undo.svelte";

const marks = (id: string, rating: number, favourite: boolean, tags: string[]): ItemMarks => ({
  id,
  rating,
  favourite,
  tags,
});

function open(items: number, over: Parameters<typeof fakePlatform>[0] = {}): Fake {
  const fake = fakePlatform({ items, now: () => new Date("2026-11-21T14:32:00Z"), ...over });
  usePlatform(fake);
  return fake;
}
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => fakeId(index));
async function all(count: number): Promise<readonly ItemMarks[]> {
  const answer = await readMarks(ids(count));
  return answer.status === "ok" ? answer.data : [];
}

describe("the way back", () => {
  it("has a step for each earlier value and leaves alone what did not change", () => {
    const before = [
      marks("a", 1, true, ["fog"]),
      marks("b", 3, false, []),
      marks("c", 1, false, ["fog", "sun"]),
    ];
    expect(stepsBack(before, { rating: 3 })).toEqual([{ ids: ["a", "c"], patch: { rating: 1 } }]);
    expect(stepsBack(before, { favourite: true })).toEqual([
      { ids: ["b", "c"], patch: { favourite: false } },
    ]);
    expect(stepsBack(before, { add_tags: ["fog"] })).toEqual([
      { ids: ["b"], patch: { remove_tags: ["fog"] } },
    ]);
    expect(stepsBack(before, { remove_tags: ["sun"] })).toEqual([
      { ids: ["c"], patch: { add_tags: ["sun"] } },
    ]);
    expect(stepsBack(before, {})).toEqual([]);
  });
});

describe("changes to many", () => {
  it("go in one call, and all is as before when they are taken back", async () => {
    const fake = open(1500);
    const before = await all(1500);
    const rated = await changeMany(ids(1500), { rating: 5 });
    const tagged = await changeMany(ids(1500), { add_tags: ["fog"], remove_tags: ["lagoon"] });
    expect(fake.calls.filter((call) => call.name === "changeItems")).toHaveLength(2);
    expect((await all(1500)).every((one) => one.rating === 5 && one.tags.join() === "fog")).toBe(true);
    expect(await tagged.undo?.()).toBeNull();
    expect(await rated.undo?.()).toBeNull();
    expect(await all(1500)).toEqual(before);
  });

  it("to more than is remembered have no way back and don't read what was", async () => {
    const fake = open(3);
    const many = Array.from({ length: MOST_REMEMBERED + 1 }, (_, index) => fakeId(index));
    const outcome = await changeMany(many, { rating: 1 });
    expect([outcome.problem, outcome.undo]).toEqual([null, null]);
    expect(fake.calls.some((call) => call.name === "itemMarks")).toBe(false);
  });

  it("change nothing when what was can't be read, and say so", async () => {
    const unread = () => Promise.resolve({ status: "error" as const, error: fakeError("internal") });
    const fake = open(3, { over: { itemMarks: unread } });
    const outcome = await changeMany(ids(3), { rating: 1 });
    expect(outcome.problem?.code).toBe("internal");
    expect(fake.calls.some((call) => call.name === "changeItems")).toBe(false);
  });

  it("count tags, the most used first, and clean what is typed", () => {
    const list = [marks("a", 0, false, ["sun", "fog"]), marks("b", 0, false, ["fog"])];
    expect(countTags(list)).toEqual([
      { tag: "fog", on: 2 },
      { tag: "sun", on: 1 },
    ]);
    expect(cleanTag("  two   words ")).toBe("two words");
  });
});

describe("what can be undone", () => {
  it("is taken back once, the latest first, by button or key", async () => {
    const list = new UndoList();
    const done: string[] = [];
    const keep = (name: string) =>
      list.keep(() => {
        done.push(name);
        return Promise.resolve(null);
      });
    const first = keep("first");
    keep("second");
    await list.last();
    await first();
    await first();
    await list.last();
    expect(done).toEqual(["second", "first"]);
    expect(list.possible).toBe(false);
  });
});
