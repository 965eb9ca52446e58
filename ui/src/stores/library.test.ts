import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ItemView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { EventHub, events } from "./events";
import { Library } from "./library.svelte";
import { EVERYTHING, inOrder, isNarrowed, merged, type LibraryQuery } from "./library-query";

const now = new Date("2026-11-21T14:32:00Z");
let fake: Fake;
let library: Library;

async function begin(options: FakeOptions = {}): Promise<void> {
  fake = fakePlatform({ items: 700, now: () => now, ...options });
  usePlatform(fake);
  library = new Library();
  await library.start();
}

/** All that is under way in promises, and what follows from it. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
}

const called = (name: string): number => fake.calls.filter((call) => call.name === name).length;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  library.stop();
  vi.useRealTimers();
});

describe("Library", () => {
  it("loads a page at a time to the end, none twice", async () => {
    await begin();
    expect([library.items.length, library.total, library.complete]).toEqual([120, 700, false]);
    await Promise.all([library.more(), library.more()]);
    expect(library.items.length).toBe(620);
    await library.more();
    await library.more();
    expect([library.items.length, library.complete]).toEqual([700, true]);
    expect(new Set(library.ids).size).toBe(700);
    expect(library.days.reduce((sum, day) => sum + day.items, 0)).toBe(700);
  });

  it("searches after a pause in typing, for the last words only", async () => {
    await begin();
    const before = called("libraryPage");
    library.typed("f");
    library.typed("fo");
    library.typed(" fog ");
    await vi.advanceTimersByTimeAsync(400);
    expect(called("libraryPage")).toBe(before + 1);
    expect(library.filter.text).toBe("fog");
    expect(library.items.every((item) => item.title.includes("Fog"))).toBe(true);
    expect(library.total).toBe(100);
  });

  it("drops an answer that a later question overtook", async () => {
    const late: (() => void)[] = [];
    await begin();
    const { libraryPage } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        libraryPage: async (query: LibraryQuery) => {
          const answer = await libraryPage(query);
          if (query.favourite) await new Promise<void>((go) => late.push(go));
          return answer;
        },
        libraryDays: fake.commands.libraryDays,
        libraryFacets: fake.commands.libraryFacets,
        libraryStatus: fake.commands.libraryStatus,
      },
    });
    const slow = library.ask({ favourite: true });
    await settled();
    await library.ask({ favourite: false, origin: "imported" });
    for (const go of late) go();
    await slow;
    expect(library.items.every((item) => item.origin === "imported")).toBe(true);
  });

  it("takes changed, new and trashed items in without losing the selection", async () => {
    await begin({ items: 90 });
    library.selection.pick("item-3");
    library.selection.pick("item-5", { toggle: true });
    await fake.commands.changeItem("item-3", { title: "Renamed" });
    await fake.commands.importPicked(["picked-1"]);
    await fake.commands.trashItems(["item-4"]);
    const touched = fake.calls.length;
    const fresh = await fake.commands.libraryPage({ ...EVERYTHING, cursor: null, limit: 1 });
    if (fresh.status === "error") throw new Error("the fake answers");
    const added = fresh.data.items[0]?.id ?? "";
    events.dispatch([{ type: "items", ids: ["item-3", "item-4", added] }]);
    await settled();
    expect(library.get("item-3")?.title).toBe("Renamed");
    expect(library.get("item-4")).toBeNull();
    expect(library.ids[0]).toBe(added);
    expect([...library.selection.selected]).toEqual(["item-3", "item-5"]);
    expect(library.items).toHaveLength(90);
    expect(library.total).toBe(90);
    // One question about the changed items, not one per item.
    expect(fake.calls.slice(touched).filter((call) => call.name === "getItems")).toHaveLength(1);
  });

  it("reads again what is loaded when anything may have changed", async () => {
    await begin();
    await library.more();
    await fake.commands.trashItems(["item-0", "item-1"]);
    events.dispatch([{ type: "items", ids: null }]);
    await settled();
    expect(library.items.length).toBe(620);
    expect(library.indexOf("item-0")).toBe(-1);
    expect(library.total).toBe(698);
  });

  it("takes items away at once and brings them back on undo", async () => {
    await begin();
    library.selection.pick("item-2");
    expect(await library.trash(["item-2"])).toBeNull();
    expect(library.indexOf("item-2")).toBe(-1);
    // The neighbour has the keyboard and the selection now.
    expect(library.selection.focused).toBe("item-3");
    expect(library.selection.single).toBe("item-3");
    expect(await library.restore(["item-2"])).toBeNull();
    expect(library.indexOf("item-2")).toBe(2);
  });

  it("takes a change back that can't be kept", async () => {
    await begin({
      over: { changeItem: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    const before = library.get("item-1")?.rating;
    const problem = library.change(["item-1"], { rating: 5 });
    expect(library.get("item-1")?.rating).toBe(5);
    expect(await problem).toMatchObject({ code: "disk_full" });
    expect(library.get("item-1")?.rating).toBe(before);
  });

  it("says what is wrong, and works when asked again", async () => {
    let broken = true;
    const sound = fakePlatform({ items: 3, now: () => now });
    await begin({
      over: {
        libraryPage: (query) =>
          broken
            ? Promise.resolve({ status: "error", error: fakeError("store_damaged") })
            : sound.commands.libraryPage(query),
      },
    });
    expect(library.problem).toMatchObject({ code: "store_damaged" });
    broken = false;
    await library.reload();
    expect(library.problem).toBeNull();
    expect(library.items).toHaveLength(3);
  });

  it("empties the trash", async () => {
    await begin();
    await fake.commands.trashItems(["item-1", "item-2"]);
    await library.ask({ trashed: true });
    expect(library.ids).toEqual(["item-1", "item-2"]);
    expect(await library.emptyTrash()).toEqual({ count: 2, problem: null });
    expect(library.items).toEqual([]);
  });

  it("no longer listens once stopped", async () => {
    await begin();
    library.stop();
    const hub: EventHub = events;
    const before = fake.calls.length;
    hub.dispatch([{ type: "items", ids: ["item-1"] }]);
    await settled();
    expect(fake.calls.length).toBe(before);
  });
});

describe("the merge of changes into a list", () => {
  const list = Array.from({ length: 20 }, (_, index) => fakeItem(index, now)).sort((a, b) =>
    inOrder(a, b, "newest"),
  );
  const none = new Set<string>();

  it.each(["newest", "oldest", "title", "size"] as const)("keeps the order: %s", (sort) => {
    const sorted = [...list].sort((one, other) => inOrder(one, other, sort));
    const changed = [
      fakeItem(7, now, { id: "new-1" }),
      fakeItem(2, now, { id: "new-2", made_at: "2026-11-22T08:00:00Z" }),
    ];
    const { list: next, added } = merged(sorted, changed, none, { ...EVERYTHING, sort }, true);
    expect(added).toBe(2);
    for (let index = 1; index < next.length; index++) {
      const [one, other] = [next[index - 1], next[index]] as [ItemView, ItemView];
      expect(inOrder(one, other, sort)).toBeLessThan(0);
    }
  });

  it("leaves to its page what belongs beyond the loaded part", () => {
    const old = fakeItem(500, now, { id: "old" });
    expect(merged(list, [old], none, EVERYTHING, false)).toMatchObject({ added: 0, list });
    expect(merged(list, [old], none, EVERYTHING, true).list.at(-1)?.id).toBe("old");
  });

  it("takes out what no longer answers the question", () => {
    const filter = { ...EVERYTHING, favourite: true };
    const favourites = list.map((item) => ({ ...item, favourite: true }));
    const changed = [{ ...(favourites[0] as ItemView), favourite: false }];
    expect(merged(favourites, changed, new Set(["item-4"]), filter, true)).toMatchObject({
      removed: 2,
      added: 0,
    });
  });

  it("knows what narrows a list", () => {
    expect(isNarrowed(EVERYTHING)).toBe(false);
    expect(isNarrowed({ ...EVERYTHING, sort: "title", trashed: true })).toBe(false);
    expect(isNarrowed({ ...EVERYTHING, tag: "lagoon" })).toBe(true);
  });
});
