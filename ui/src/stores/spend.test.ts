import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, keyAccount, sandboxAccount } from "@/platform/fake-data";
import { platform, usePlatform, type Result } from "@/platform/platform";
import { accounts } from "./accounts.svelte";
import { app } from "./app.svelte";
import { events } from "./events";
import { SpendCharges } from "./spend-charges.svelte";
import { EVERYTHING } from "./spend-filter";
import { Spend } from "./spend.svelte";

const now = new Date("2026-11-21T14:32:00");
let stops: (() => void)[] = [];
let fake: Fake;

async function open(options: FakeOptions = {}): Promise<Spend> {
  fake = fakePlatform({
    now: () => now,
    state: {
      accounts: [
        { ...sandboxAccount, selected: false },
        { ...keyAccount, selected: true },
      ],
    },
    ...options,
  });
  usePlatform(fake);
  stops.push(events.start(platform));
  await app.load();
  if (app.state) accounts.start(app.state);
  const spend = new Spend();
  stops.push(() => spend.stop());
  await spend.start();
  return spend;
}
const asked = (name: string): unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);

beforeEach(() => (stops = []));
afterEach(() => {
  for (const stop of stops) stop();
  accounts.stop();
});

describe("what was spent", () => {
  it("is read of the money of the account in use, for the last 30 days", async () => {
    const spend = await open();
    expect(spend.pretend).toBe(false);
    expect(spend.filter).toMatchObject({ pretend: false, from: "2026-10-23", to: "2026-11-21" });
    expect(spend.series?.days).toHaveLength(30);
    expect(spend.drawnStep).toBe("day");
    expect(spend.ledgers.map((ledger) => ledger.account)).toEqual([keyAccount.id]);
    expect(spend.failure).toBeNull();
  });

  it("has one filter for all that is shown", async () => {
    const spend = await open();
    await spend.show({ kinds: ["film"], period: "week" });
    const filters = ["spendFacets", "spendOverview", "spendSeries", "spendTopItems", "spendUnitPrices"].map(
      (name) => asked(name).at(-1)?.[0],
    );
    for (const filter of filters) expect(filter).toEqual(spend.filter);
    expect(spend.series?.parts.every((part) => part.id === "film")).toBe(true);
  });

  it("draws one currency at a time", async () => {
    const spend = await open();
    expect(spend.currencies).toEqual(["usd", "diem"]);
    expect(spend.currency).toBe("usd");
    spend.wantsCurrency = "diem";
    expect(spend.currency).toBe("diem");
    await spend.show({ kinds: ["film"] });
    // Films were never paid with it; the first there is stands in.
    await spend.show({ currency: "usd" });
    expect(spend.currency).toBe("usd");
  });

  it("keeps pretend money apart", async () => {
    const spend = await open();
    expect(spend.hasBoth).toBe(true);
    await spend.show({ models: ["qwen-image"] });
    await spend.look(true);
    expect(spend.filter).toMatchObject({ pretend: true, models: [] });
    expect(spend.ledgers.map((ledger) => ledger.account)).toEqual([sandboxAccount.id]);
  });

  it("is looked at by the hour in a single day, and by the day where there are only keys", async () => {
    const spend = await open();
    await spend.column(29);
    expect(spend.filter).toMatchObject({ from: "2026-11-21", to: "2026-11-21" });
    expect(asked("spendSeries").at(-1)?.[2]).toBe("hour");
    await spend.tellApartBy("key");
    expect(asked("spendSeries").at(-1)?.[2]).toBe("day");
  });

  it("keeps what was read where it can't be read again, and says so", async () => {
    let broken = false;
    const working = fakePlatform({ now: () => now });
    const spend = await open({
      over: {
        spendOverview: (filter) =>
          broken
            ? Promise.resolve({ status: "error", error: fakeError("internal") })
            : working.commands.spendOverview(filter),
      },
    });
    const before = spend.overview;
    broken = true;
    await spend.read();
    expect(spend.overview).toBe(before);
    expect(spend.failure?.code).toBe("internal");
  });

  it("doesn't show an answer to another question", async () => {
    const waiting: (() => void)[] = [];
    const other = fakePlatform({ now: () => now });
    const spend = await open({
      over: {
        spendSeries: async (filter, by, step): ReturnType<typeof other.commands.spendSeries> => {
          const answer = await other.commands.spendSeries({ ...filter, pretend: true }, by, step);
          if (filter.kinds.includes("film")) await new Promise<void>((go) => waiting.push(go));
          return answer;
        },
      },
    });
    const first = spend.show({ kinds: ["film"] });
    await expect.poll(() => waiting.length).toBe(1);
    const second = spend.show({ kinds: ["image"] });
    for (const go of waiting) go();
    await Promise.all([first, second]);
    await expect.poll(() => spend.series?.parts.map((part) => part.id)).toEqual(["image"]);
    expect(spend.choice).toEqual({ ...EVERYTHING, kinds: ["image"] });
  });

  it("is read again when charges come", async () => {
    const spend = await open();
    const before = asked("spendOverview").length;
    fake.emit({ type: "spend_changed" }, { type: "spend_changed" });
    await expect.poll(() => asked("spendOverview").length).toBeGreaterThan(before);
    await expect.poll(() => spend.loading).toBe(false);
  });
});

describe("a day that begins", () => {
  it("is told of, without anything being charged", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-21T23:59:30") });
    stops.push(() => vi.useRealTimers());
    const spend = await open();
    const before = asked("spendStatus").length;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(asked("spendStatus").length).toBe(before + 1);
    spend.stop();
    await vi.advanceTimersByTimeAsync(2 * 86_400_000);
    expect(asked("spendStatus").length).toBe(before + 1);
  });
});

describe("another account that pays", () => {
  it("is followed to its kind of money, and to nothing else", async () => {
    const spend = await open();
    const before = asked("spendStatus").length;
    spend.follow();
    expect(asked("spendStatus").length).toBe(before);
    accounts.list = accounts.list.map((one) => ({ ...one, selected: one.pretend }));
    spend.follow();
    await expect.poll(() => asked("spendOverview").at(-1)?.[0]).toMatchObject({ pretend: true });
    const then = asked("spendStatus").length;
    spend.follow();
    expect(asked("spendStatus").length).toBe(then);
  });
});

describe("the table of charges", () => {
  const filter = {
    pretend: false,
    from: null,
    to: null,
    accounts: [],
    kinds: [],
    models: [],
    keys: [],
    currency: null,
  };

  it("is read a page at a time, and as far again", async () => {
    await open();
    const table = new SpendCharges();
    await table.of(filter);
    expect(table.list).toHaveLength(200);
    expect(table.more).toBe(true);
    await table.read();
    const { length } = table.list;
    expect(length).toBe(Math.min(400, table.total));
    await table.of(filter);
    expect(table.list).toHaveLength(length);
    // Others are read from the top.
    await table.of({ ...filter, kinds: ["film"] });
    expect(table.list.length).toBeLessThanOrEqual(200);
    expect(table.list.every((charge) => charge.kind === "film")).toBe(true);
  });

  it("has each charge once, also where others came before it meanwhile", async () => {
    const other = fakePlatform({ now: () => now, state: { accounts: [keyAccount] } });
    const pages: number[] = [];
    await open({
      over: {
        spendCharges: (query) => {
          pages.push(query.offset);
          // Since the first page one was charged: all others have moved on by one.
          return other.commands.spendCharges({ ...query, offset: Math.max(0, query.offset - 1) });
        },
      },
    });
    const table = new SpendCharges();
    await table.of(filter);
    while (table.more) await table.read();
    const ids = table.list.map((charge) => charge.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(table.total);
    // Nothing is asked for over and over.
    expect(new Set(pages).size).toBe(pages.length);
  });

  it("is put together and opened again", async () => {
    await open();
    const table = new SpendCharges();
    await table.of(filter);
    await table.groupBy("kind");
    expect(table.showsGroups).toBe(true);
    const film = table.groups.find((group) => group.id === "film");
    await table.open(film ?? null);
    expect(table.list).toHaveLength(film?.charges ?? 0);
    await table.open(null);
    expect(table.groups.length).toBeGreaterThan(2);
  });

  it("keeps the user's word, and what was there where it can't", async () => {
    await open();
    const table = new SpendCharges();
    await table.of(filter);
    const charge = table.list.find((one) => one.matched?.certainty === "guess");
    expect(await table.match(charge?.id ?? "", charge?.matched?.job ?? "")).toBeNull();
    expect(table.list.find((one) => one.id === charge?.id)?.matched?.certainty).toBe("user");
    expect((await table.match("no such charge", null))?.code).toBe("not_found");
  });

  it("stops at an answer that fails, with what it has", async () => {
    const failing: Result<never> = { status: "error", error: fakeError("internal") };
    await open({ over: { spendCharges: () => Promise.resolve(failing) } });
    const table = new SpendCharges();
    await table.of(filter);
    expect(table.failure?.code).toBe("internal");
    expect(table.loading).toBe(false);
  });
});
