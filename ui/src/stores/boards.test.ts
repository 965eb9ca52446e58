import { describe, expect, it } from "vitest";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeId } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { Boards } from "./boards.svelte";
import { events } from "./events";

const now = new Date("2026-11-21T14:32:00Z");

function open(): { fake: Fake; boards: Boards } {
  const fake = fakePlatform({ now: () => now, items: 12 });
  usePlatform(fake);
  return { fake, boards: new Boards() };
}

async function made(boards: Boards, name: string): Promise<string> {
  const answer = await boards.create(name);
  if (answer.status === "error") throw new Error(answer.error.code);
  return answer.data.id;
}
async function on(boards: Boards, board: string): Promise<readonly string[]> {
  const answer = await boards.itemsOf(board);
  return answer.status === "ok" ? [...answer.data].sort() : [];
}

describe("Boards", () => {
  it("makes one of a name only once, whatever its capitals", async () => {
    const { fake, boards } = open();
    const first = await made(boards, " Lagoon ");
    expect(await made(boards, "lagoon")).toBe(first);
    expect(fake.calls.filter((call) => call.name === "saveBoard")).toHaveLength(1);
    expect(await boards.rename(first, "Fog")).toBeNull();
    expect(boards.list.map((board) => board.name)).toEqual(["Fog"]);
    expect((await boards.rename(first, " "))?.code).toBe("input_unsupported");
  });

  it("puts things on and takes back only what it put there", async () => {
    const { boards } = open();
    const board = await made(boards, "Lagoon");
    await boards.put([fakeId(1)], board, true);
    const second = await boards.put([fakeId(1), fakeId(2)], board, true);
    expect(await on(boards, board)).toEqual([fakeId(1), fakeId(2)]);
    expect(await second.undo?.()).toBeNull();
    expect(await on(boards, board)).toEqual([fakeId(1)]);
    const off = await boards.put([fakeId(1), fakeId(5)], board, false);
    expect(await on(boards, board)).toEqual([]);
    await off.undo?.();
    expect(await on(boards, board)).toEqual([fakeId(1)]);
    expect((await boards.put([fakeId(1)], board, true)).undo).toBeNull();
    expect((await boards.put([fakeId(1)], "nowhere", true)).problem?.code).toBe("not_found");
  });

  it("deletes a board and makes it anew with the same items, those in the trash too", async () => {
    const { fake, boards } = open();
    const board = await made(boards, "Lagoon");
    await boards.put([fakeId(1), fakeId(2), fakeId(3)], board, true);
    await fake.commands.trashItems([fakeId(2)]);
    const gone = await boards.remove(board);
    expect(boards.list).toEqual([]);
    expect(await gone.undo?.()).toBeNull();
    const again = boards.named("Lagoon")?.id ?? "";
    expect(again).not.toBe("");
    await fake.commands.restoreItems([fakeId(2)]);
    expect(await on(boards, again)).toEqual([fakeId(1), fakeId(2), fakeId(3)]);
  });

  it("counts how many of some items are on each", async () => {
    const { boards } = open();
    const [one, other] = [await made(boards, "One"), await made(boards, "Other")];
    await boards.put([fakeId(1), fakeId(2)], one, true);
    const counts = await boards.countOf([fakeId(2), fakeId(3)]);
    expect(counts.status === "ok" && [counts.data.get(one), counts.data.get(other)]).toEqual([1, 0]);
  });

  it("follows what happens elsewhere, reading once for many events", async () => {
    const { fake, boards } = open();
    const stop = events.start(platform);
    await boards.start();
    await fake.commands.saveBoard(null, "From elsewhere");
    const before = fake.calls.filter((call) => call.name === "listBoards").length;
    for (let index = 0; index < 20; index++) events.dispatch([{ type: "items", ids: null }]);
    await boards.read();
    expect(boards.list.map((board) => board.name)).toEqual(["From elsewhere"]);
    expect(fake.calls.filter((call) => call.name === "listBoards").length).toBeLessThanOrEqual(before + 3);
    boards.stop();
    stop();
  });
});
