import { beforeEach, describe, expect, it } from "vitest";
import { fakePlatform } from "@/platform/fake";
import { fakeError, fakeId, fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { items } from "@/stores/items.svelte";
import { canCompare, Comparing } from "./comparing.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const four = [0, 1, 2, 3].map((index) => fakeItem(index, now));
const idsOf = (comparing: Comparing): string[] => comparing.list.map((item) => item.id);

beforeEach(() => usePlatform(fakePlatform({ now: () => now })));

describe("Comparing", () => {
  it("takes two to four pictures, and nothing else", () => {
    expect(canCompare(four)).toBe(true);
    expect(canCompare(four.slice(0, 1))).toBe(false);
    expect(canCompare([...four, fakeItem(4, now)])).toBe(false);
    expect(canCompare([fakeItem(0, now), fakeItem(1, now, { kind: "sound" })])).toBe(false);
    expect(canCompare([fakeItem(0, now), fakeItem(1, now, { trashed_at: "2026-11-21T14:00:00Z" })])).toBe(
      false,
    );
    const comparing = new Comparing();
    expect(comparing.show(four.slice(0, 1))).toBe(false);
    expect(comparing.open).toBe(false);
  });

  it("offers the slider for two only", () => {
    const comparing = new Comparing();
    comparing.show(four, four, "slider");
    expect(comparing.mode).toBe("side");
    comparing.to("slider");
    expect(comparing.mode).toBe("side");
    comparing.show(four.slice(0, 2), four, "slider");
    expect(comparing.mode).toBe("slider");
    comparing.add(fakeItem(3, now));
    expect([comparing.mode, comparing.at]).toEqual(["side", 2]);
  });

  it("swaps, replaces and leaves without losing the keyboard's place", () => {
    const comparing = new Comparing();
    comparing.show(four.slice(0, 3));
    comparing.focus(0);
    comparing.swap();
    expect(idsOf(comparing)).toEqual([fakeId(1), fakeId(0), fakeId(2)]);
    expect(comparing.focused?.id).toBe(fakeId(0));
    comparing.replace(1, fakeItem(3, now));
    expect(idsOf(comparing)).toEqual([fakeId(1), fakeId(3), fakeId(2)]);
    // One that is there already changes places.
    comparing.replace(0, fakeItem(2, now));
    expect(idsOf(comparing)).toEqual([fakeId(2), fakeId(3), fakeId(1)]);
    comparing.focus(2);
    comparing.leave(2);
    expect(comparing.at).toBe(1);
    comparing.leave(0);
    expect(comparing.open).toBe(false);
  });

  it("steps around its end, and peeks at the next one", () => {
    const comparing = new Comparing();
    comparing.show(four);
    expect([comparing.at, comparing.other]).toEqual([3, 0]);
    comparing.step(1);
    expect([comparing.at, comparing.other]).toEqual([0, 1]);
    comparing.step(-1);
    expect(comparing.at).toBe(3);
  });

  it("shows items as they are known now", () => {
    const comparing = new Comparing();
    comparing.show(four.slice(0, 2));
    items.keep([fakeItem(0, now, { rating: 5 })]);
    expect(comparing.list[0]?.rating).toBe(5);
  });

  it("compares with the source, and says when that is gone or can't be read", async () => {
    const fake = fakePlatform({ now: () => now });
    const parent = fakeItem(7, now);
    const details = await fake.commands.getItem(fakeId(0));
    if (details.status === "error") throw new Error("the fake has items");
    usePlatform(
      fakePlatform({
        over: {
          getItem: () => Promise.resolve({ status: "ok", data: { ...details.data, parents: [parent] } }),
        },
      }),
    );
    const comparing = new Comparing();
    expect(await comparing.withSource(fakeItem(0, now), four)).toBeNull();
    expect([idsOf(comparing), comparing.mode]).toEqual([[fakeId(7), fakeId(0)], "slider"]);
    comparing.close();
    usePlatform(
      fakePlatform({ over: { getItem: () => Promise.resolve({ status: "ok", data: details.data }) } }),
    );
    expect(await comparing.withSource(fakeItem(0, now), four)).toBe("gone");
    usePlatform(
      fakePlatform({
        over: { getItem: () => Promise.resolve({ status: "error", error: fakeError("file_missing") }) },
      }),
    );
    expect(await comparing.withSource(fakeItem(0, now), four)).toMatchObject({ code: "file_missing" });
    expect(comparing.open).toBe(false);
  });
});
