import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ItemView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId, fakeError } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { EventHub, events } from "./events";
import { Library } from "./library.svelte";
import { EVERYTHING, isNarrowed, type LibraryQuery } from "./library-query";

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

const listed = (): (ItemView | null)[] =>
  Array.from({ length: library.items.length }, (_, index) => library.items.at(index));

const called = (name: string): number => fake.calls.filter((call) => call.name === name).length;

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  library.stop();
  vi.useRealTimers();
});

describe("Library", () => {
  it("knows all of the list at once, and loads what is asked for", async () => {
    await begin();
    expect([library.items.length, library.total, library.loaded]).toEqual([700, 700, true]);
    expect([library.items.idAt(699), library.indexOf(fakeId(699))]).toEqual([fakeId(699), 699]);
    expect(library.days.reduce((sum, day) => sum + day.items, 0)).toBe(700);
    expect(library.items.at(650)).toBeNull();
    library.items.ensure(640, 660);
    await settled();
    expect(library.items.at(650)?.id).toBe(fakeId(650));
    expect(library.views.size).toBe(20);
    expect(called("libraryPage")).toBe(0);
  });

  it("searches after a pause in typing, for the last words only", async () => {
    await begin();
    const before = called("libraryShape");
    library.typed("f");
    library.typed("fo");
    library.typed(" fog ");
    await vi.advanceTimersByTimeAsync(400);
    expect(called("libraryShape")).toBe(before + 1);
    expect(library.filter.text).toBe("fog");
    library.items.ensure(0, 100);
    await settled();
    expect(listed().every((item) => item?.title.includes("Fog"))).toBe(true);
    expect(library.total).toBe(100);
  });

  it("drops an answer that a later question overtook", async () => {
    const late: (() => void)[] = [];
    await begin();
    const { libraryShape } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        libraryShape: async (query: LibraryQuery) => {
          const answer = await libraryShape(query);
          if (query.favourite) await new Promise<void>((go) => late.push(go));
          return answer;
        },
        getItems: fake.commands.getItems,
        libraryFacets: fake.commands.libraryFacets,
        libraryStatus: fake.commands.libraryStatus,
      },
    });
    const slow = library.ask({ favourite: true });
    await settled();
    const shown = library.listing;
    await library.ask({ favourite: false, origin: "imported" });
    for (const go of late) go();
    await slow;
    library.items.ensure(0, 200);
    await settled();
    expect(library.listing).toBe(shown + 1);
    expect(listed().every((item) => item?.origin === "imported")).toBe(true);
  });

  it("takes changed, new and trashed items in without losing the selection", async () => {
    await begin({ items: 90 });
    library.items.ensure(0, 90);
    await settled();
    library.selection.pick(fakeId(3));
    library.selection.pick(fakeId(5), { toggle: true });
    const listing = library.listing;
    await fake.commands.changeItem(fakeId(3), { title: "Renamed" });
    await fake.commands.importPicked(["picked-1"]);
    await fake.commands.trashItems([fakeId(4)]);
    const fresh = await fake.commands.libraryPage({ ...EVERYTHING, cursor: null, limit: 1 });
    if (fresh.status === "error") throw new Error("the fake answers");
    const added = fresh.data.items[0]?.id ?? "";
    const touched = fake.calls.length;
    events.dispatch([{ type: "items", ids: [fakeId(3), fakeId(4), added] }]);
    await vi.advanceTimersByTimeAsync(2000);
    library.items.ensure(0, 90);
    await settled();
    expect(library.get(fakeId(3))?.title).toBe("Renamed");
    expect(library.get(fakeId(4))).toBeNull();
    expect(library.items.idAt(0)).toBe(added);
    expect([...library.selection.selected]).toEqual([fakeId(3), fakeId(5)]);
    expect(library.total).toBe(90);
    // The same list still: nobody is taken back to its beginning.
    expect(library.listing).toBe(listing);
    const asked = fake.calls.slice(touched).filter((call) => call.name === "getItems");
    // What was told of and is new, each once: not what is known already.
    expect(asked.flatMap((call) => call.args[0]).sort()).toEqual([fakeId(3), fakeId(4), added].sort());
  });

  it("reads the list at once when all is calm, and seldom while much happens", async () => {
    let reading = 0;
    await begin({
      over: {
        libraryShape: async (query) => {
          if (reading > 0) await new Promise((go) => setTimeout(go, reading));
          return fakePlatform({ items: 5, now: () => now }).commands.libraryShape(query);
        },
      },
    });
    await vi.advanceTimersByTimeAsync(5000);
    reading = 40;
    let before = called("libraryShape");
    library.changed([fakeId(0)]);
    expect(called("libraryShape")).toBe(before + 1);
    before += 1;
    // Changes without end for six seconds.
    for (let time = 0; time < 6000; time += 30) {
      await vi.advanceTimersByTimeAsync(30);
      library.changed([fakeId(0)]);
    }
    const often = called("libraryShape") - before;
    expect(often).toBeGreaterThan(15);
    expect(often).toBeLessThan(30);
    reading = 1000;
    await vi.advanceTimersByTimeAsync(5000);
    before = called("libraryShape");
    for (let time = 0; time < 12_000; time += 30) {
      await vi.advanceTimersByTimeAsync(30);
      library.changed([fakeId(0)]);
    }
    // A second each, and no more than two of rest.
    expect(called("libraryShape") - before).toBeGreaterThanOrEqual(4);
    expect(called("libraryShape") - before).toBeLessThanOrEqual(5);
  });

  it("reads again what is known when anything may have changed", async () => {
    await begin();
    await fake.commands.trashItems([fakeId(0), fakeId(1)]);
    events.dispatch([{ type: "items", ids: null }]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(library.indexOf(fakeId(0))).toBe(-1);
    expect(library.total).toBe(698);
  });

  it("lays nothing out anew when a change moves nothing", async () => {
    await begin();
    const { ids, ratios, sections } = library.shape;
    await fake.commands.changeItem(fakeId(1), { rating: 1 });
    events.dispatch([{ type: "items", ids: [fakeId(1)] }]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(library.shape.ids).toBe(ids);
    expect(library.shape.ratios).toBe(ratios);
    expect(library.shape.sections).toBe(sections);
  });

  it("takes items away at once and brings them back on undo", async () => {
    await begin();
    library.selection.pick(fakeId(2));
    const days = library.days[0]?.items ?? 0;
    const going = library.trash([fakeId(2)]);
    expect(library.indexOf(fakeId(2))).toBe(-1);
    expect(library.total).toBe(699);
    expect(library.days[0]?.items).toBe(days - 1);
    // The neighbour has the keyboard and the selection now.
    expect(library.selection.focused).toBe(fakeId(3));
    expect(library.selection.single).toBe(fakeId(3));
    expect(await going).toBeNull();
    expect(library.total).toBe(699);
    expect(await library.restore([fakeId(2)])).toBeNull();
    expect(library.indexOf(fakeId(2))).toBe(2);
  });

  it("doesn't let a list that was read before bring back what is on its way out", async () => {
    const late: (() => void)[] = [];
    await begin({ items: 20 });
    const { libraryShape, trashItems } = fake.commands;
    let hold = true;
    usePlatform({
      ...fake,
      commands: new Proxy(fake.commands, {
        get(target, name) {
          if (name === "libraryShape" && hold) {
            return async (query: LibraryQuery) => {
              const answer = await libraryShape(query);
              await new Promise<void>((go) => late.push(go));
              return answer;
            };
          }
          if (name === "trashItems") {
            return async (ids: string[]) => {
              await new Promise<void>((go) => late.push(go));
              return trashItems(ids);
            };
          }
          return Reflect.get(target, name) as unknown;
        },
      }),
    });
    library.changed(null);
    await settled();
    hold = false;
    const going = library.trash([fakeId(4)]);
    late[0]?.();
    await settled();
    expect(library.indexOf(fakeId(4))).toBe(-1);
    late[1]?.();
    expect(await going).toBeNull();
    expect([library.indexOf(fakeId(4)), library.total]).toEqual([-1, 19]);
  });

  it("keeps what is in the list when it is restored once more", async () => {
    await begin();
    await library.trash([fakeId(2)]);
    await library.restore([fakeId(2)]);
    expect(await library.restore([fakeId(2)])).toBeNull();
    expect([library.total, library.indexOf(fakeId(2))]).toEqual([700, 2]);
  });

  it("brings back what couldn't be put into the trash", async () => {
    await begin({
      over: { trashItems: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    const going = library.trash([fakeId(2), fakeId(3)]);
    expect(library.total).toBe(698);
    expect(await going).toMatchObject({ code: "disk_full" });
    expect([library.total, library.indexOf(fakeId(2))]).toEqual([700, 2]);
  });

  it("has the ids of all that are selected, and what they say of some hundreds", async () => {
    await begin();
    library.selection.pick(fakeId(100));
    library.selection.pick(fakeId(299), { shift: true });
    await settled();
    expect(library.chosen().map((item) => item.id)).toEqual(library.chosenIds());
    expect(library.chosenIds()).toHaveLength(200);
    library.selection.all();
    expect(library.chosenIds()).toHaveLength(700);
    expect(library.chosenIds()[699]).toBe(fakeId(699));
    await settled();
    expect(library.chosen().length).toBe(library.views.size);
    expect(library.chosen()[0]?.id).toBe(fakeId(100));
  });

  it("changes many in one step", async () => {
    await begin();
    library.items.ensure(0, 10);
    await settled();
    const going = library.change([fakeId(1), fakeId(2), fakeId(500)], { rating: 4 });
    expect(library.get(fakeId(2))?.rating).toBe(4);
    expect(await going).toBeNull();
    expect(called("changeItem")).toBe(0);
    library.items.ensure(500, 501);
    await settled();
    expect(library.get(fakeId(500))?.rating).toBe(4);
  });

  it("takes a change back that can't be kept", async () => {
    await begin({
      over: { changeItem: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    library.items.ensure(0, 10);
    await settled();
    const before = library.get(fakeId(1))?.rating;
    expect(before).toBeLessThan(5);
    const problem = library.change([fakeId(1)], { rating: 5 });
    expect(library.get(fakeId(1))?.rating).toBe(5);
    expect(await problem).toMatchObject({ code: "disk_full" });
    expect(library.get(fakeId(1))?.rating).toBe(before);
  });

  it("says what is wrong, and works when asked again", async () => {
    let broken = true;
    const sound = fakePlatform({ items: 3, now: () => now });
    await begin({
      over: {
        libraryShape: (query) =>
          broken
            ? Promise.resolve({ status: "error", error: fakeError("store_damaged") })
            : sound.commands.libraryShape(query),
      },
    });
    expect(library.problem).toMatchObject({ code: "store_damaged" });
    broken = false;
    await library.reload();
    expect(library.problem).toBeNull();
    expect(library.total).toBe(3);
  });

  it("empties the trash", async () => {
    await begin();
    await fake.commands.trashItems([fakeId(1), fakeId(2)]);
    await library.ask({ trashed: true });
    expect([library.items.idAt(0), library.items.idAt(1), library.total]).toEqual([fakeId(1), fakeId(2), 2]);
    expect(await library.emptyTrash()).toEqual({ count: 2, problem: null });
    expect(library.total).toBe(0);
  });

  it("no longer listens once stopped", async () => {
    await begin();
    library.stop();
    const hub: EventHub = events;
    const before = fake.calls.length;
    hub.dispatch([{ type: "items", ids: [fakeId(1)] }]);
    await settled();
    expect(fake.calls.length).toBe(before);
  });
});

describe("what the Library is asked for", () => {
  it("knows what narrows a list", () => {
    expect(isNarrowed(EVERYTHING)).toBe(false);
    expect(isNarrowed({ ...EVERYTHING, sort: "title", trashed: true })).toBe(false);
    expect(isNarrowed({ ...EVERYTHING, tag: "lagoon" })).toBe(true);
  });
});
