import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AppError, ItemView } from "@/bindings";
import { fakePlatform } from "@/platform/fake";
import { fakeError, fakeId, fakeItem } from "@/platform/fake-data";
import { usePlatform, type Result } from "@/platform/platform";
import { ItemViews } from "./library-views.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => fakeId(from + index));

type Question = { ids: readonly string[]; answer: (answer?: Result<ItemView[]>) => Promise<void> };
let questions: Question[] = [];
let problems: AppError[] = [];

function views(pinned: readonly string[] = []): ItemViews {
  return new ItemViews(
    () => pinned,
    (problem) => problems.push(problem),
  );
}

function found(ids: readonly string[], over: Partial<ItemView> = {}): Result<ItemView[]> {
  return { status: "ok", data: ids.map((id) => fakeItem(Number(id.slice(-12)), now, over)) };
}

beforeEach(() => {
  questions = [];
  problems = [];
  usePlatform(
    fakePlatform({
      items: 0,
      over: {
        getItems: (ids) =>
          new Promise((go) =>
            questions.push({
              ids,
              answer: async (answer = found(ids)) => {
                go(answer);
                for (let turn = 0; turn < 5; turn++) await Promise.resolve();
              },
            }),
          ),
      },
    }),
  );
});
afterEach(() => usePlatform(fakePlatform()));

describe("what is loaded of a long list", () => {
  it("is asked for once, in parts, and is there then", async () => {
    const kept = views();
    kept.want(range(0, 200));
    kept.want(range(0, 200));
    expect(questions.map((question) => question.ids.length)).toEqual([120, 80]);
    expect(kept.get(fakeId(0))).toBeNull();
    for (const question of questions) await question.answer();
    expect(kept.get(fakeId(199))?.id).toBe(fakeId(199));
    kept.want(range(0, 200));
    expect(questions).toHaveLength(2);
  });

  it("leaves out what was passed by before its turn came", async () => {
    const kept = views();
    kept.want(range(0, 240));
    for (let screen = 10; screen < 100; screen++) kept.want(range(screen * 100, screen * 100 + 60));
    expect(questions).toHaveLength(2);
    await questions[0]?.answer();
    expect(questions[2]?.ids[0]).toBe(fakeId(9900));
    for (let at = 1; at < questions.length; at++) await questions[at]?.answer();
    // The first two, and the last few wishes; not the ninety screens between.
    expect(questions.length).toBeLessThanOrEqual(5);
    expect(kept.size).toBeLessThanOrEqual(240 + 180);
  });

  it("is bounded, what was wanted last and what is pinned stays", async () => {
    const kept = views([fakeId(5)]);
    for (let from = 0; from < 6000; from += 100) {
      kept.want(range(from, from + 100));
      await questions.at(-1)?.answer();
    }
    expect(kept.size).toBe(3000);
    expect(kept.get(fakeId(5))).not.toBeNull();
    expect(kept.get(fakeId(6))).toBeNull();
    expect(kept.get(fakeId(5999))).not.toBeNull();
  });

  it("is shown as it was until it comes anew, also when it changes on its way", async () => {
    const kept = views();
    kept.want(range(0, 3));
    await questions[0]?.answer();
    expect(kept.outdate([fakeId(1), fakeId(7)])).toEqual([fakeId(1)]);
    expect(kept.get(fakeId(1))).not.toBeNull();
    kept.want(range(0, 3));
    expect(questions[1]?.ids).toEqual([fakeId(1)]);
    kept.outdate([fakeId(1)]);
    await questions[1]?.answer(found([fakeId(1)], { title: "Old news" }));
    // Told of meanwhile: asked for once more by itself.
    expect(questions[2]?.ids).toEqual([fakeId(1)]);
    await questions[2]?.answer(found([fakeId(1)], { title: "New" }));
    expect(kept.get(fakeId(1))?.title).toBe("New");
    expect(questions).toHaveLength(3);
  });

  it("doesn't ask forever for what is gone or can't be read", async () => {
    const kept = views();
    kept.want(range(0, 2));
    await questions[0]?.answer(found([fakeId(0)]));
    kept.want(range(0, 2));
    expect(questions).toHaveLength(1);
    kept.outdate(null);
    kept.want(range(0, 2));
    expect(questions[1]?.ids).toEqual(range(0, 2));
    await questions[1]?.answer({ status: "error", error: fakeError("store_damaged") });
    expect(problems).toMatchObject([{ code: "store_damaged" }]);
    expect(questions).toHaveLength(2);
    expect(kept.get(fakeId(0))).not.toBeNull();
  });
});
