import { describe, expect, it } from "vitest";
import { fakePlatform } from "@/platform/fake";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { OpenItem } from "./items-details.svelte";
import { Items } from "./items.svelte";
import { fakeId } from "@/platform/fake-data";

const now = new Date("2026-11-21T14:32:00Z");

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("Items", () => {
  it("asks once for what several ask for", async () => {
    const fake = fakePlatform({ now: () => now, items: 300 });
    usePlatform(fake);
    const items = new Items();
    await Promise.all([items.ensure([fakeId(100), fakeId(101)]), items.ensure([fakeId(101)])]);
    await items.ensure([fakeId(100)]);
    expect(fake.calls.filter((call) => call.name === "getItems")).toHaveLength(1);
    expect(items.get(fakeId(101))?.id).toBe(fakeId(101));
    expect(items.get(fakeId(1))).toBeNull();
  });

  it("reads again what changed of what is shown, and forgets what is gone", async () => {
    const fake = fakePlatform({ now: () => now, items: 10 });
    usePlatform(fake);
    const items = new Items();
    await items.start();
    expect(items.recent).toHaveLength(10);
    await fake.commands.changeItem(fakeId(2), { rating: 5 });
    await fake.commands.trashItems([fakeId(3)]);
    await fake.commands.emptyTrash();
    events.dispatch([{ type: "items", ids: [fakeId(2), fakeId(3), "unheard-of"] }]);
    await settled();
    expect(items.get(fakeId(2))?.rating).toBe(5);
    expect(items.get(fakeId(3))).toBeNull();
    expect(items.get("unheard-of")).toBeNull();
    expect(items.recent).toHaveLength(9);
    items.stop();
  });
});

describe("the open item", () => {
  it("is the last one asked for, whatever the order of the answers", async () => {
    const fake = fakePlatform({ now: () => now, items: 10 });
    const { getItem } = fake.commands;
    const late: (() => void)[] = [];
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        getItem: async (id) => {
          const answer = await getItem(id);
          if (id === fakeId(1)) await new Promise<void>((go) => late.push(go));
          return answer;
        },
        changeItem: fake.commands.changeItem,
      },
    });
    const open = new OpenItem();
    const slow = open.open(fakeId(1));
    await settled();
    await open.open(fakeId(2));
    late[0]?.();
    await slow;
    expect(open.details?.item.id).toBe(fakeId(2));
    expect(await open.change(fakeId(2), { tags: ["fog"] })).toBeNull();
    expect(open.details?.tags).toEqual(["fog"]);
    await open.open("nowhere");
    expect([open.details, open.problem?.code]).toEqual([null, "file_missing"]);
    await open.open(null);
    expect(open.problem).toBeNull();
  });
});
