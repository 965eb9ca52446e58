import { afterEach, describe, expect, it, vi } from "vitest";
import type { CallEvent, JsonObject } from "@/console-contract";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId, fakeError, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { app } from "./app.svelte";
import { Draft } from "./console-draft.svelte";
import { Run } from "./console-run.svelte";
import { Console } from "./console.svelte";
import { fileMark } from "./console-values";

let fake: Fake;
let now = 0;
const rooms: Console[] = [];

async function open(options: FakeOptions = {}): Promise<Console> {
  fake = fakePlatform({ pace: 0, jobs: [], ...options });
  usePlatform(fake);
  await app.load();
  const room = new Console(() => now);
  rooms.push(room);
  await room.load();
  return room;
}
const called = (name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
/** Prices what is in the form, as the room does by an effect. */
async function priced(room: Console): Promise<void> {
  room.price.again(room.toPrice);
  if (room.toPrice) await room.price.settle(room.toPrice);
}
/** Waits until the call that is under way has ended. */
async function ended(room: Console): Promise<void> {
  await vi.waitFor(() => expect(room.run?.row ?? room.run?.problem).not.toBeNull());
}

afterEach(() => {
  for (const room of rooms.splice(0)) {
    room.price.stop();
    room.keepNow();
  }
});

describe("Console", () => {
  it("sends what is in the form at the price that is shown, files beside it", async () => {
    const room = await open();
    room.select("editImage");
    room.draft?.replace({
      image: fileMark({ item: fakeId(3) }, "Canal"),
      prompt: "Winter",
      model: "fake-retouch",
    });
    expect(room.draft?.problems).toEqual([]);
    await priced(room);
    await room.send();
    await ended(room);
    const [request, goesWith] = called("editImage")[0] ?? [];
    expect(request).toEqual({ image: "", prompt: "Winter", model: "fake-retouch" });
    expect(goesWith).toEqual({
      files: { "/image": { item: fakeId(3) } },
      expected: { account: "sandbox", amount: usd("0.01") },
      accept_unpriced: false,
    });
    expect(room.run).toMatchObject({ state: "answered", problem: null });
    expect(room.run?.items).toHaveLength(1);
    expect(room.run?.row?.billing).toBe("expected");
  });

  it("takes a double click for one wish, and sends nothing that isn't whole", async () => {
    const room = await open();
    room.select("webSearch");
    await room.send();
    expect(called("webSearch")).toHaveLength(0);
    room.draft?.set(["query"], "acqua alta");
    await priced(room);
    await room.send();
    await ended(room);
    await room.send();
    expect(called("webSearch")).toHaveLength(1);
    now += 1000;
    await room.send();
    expect(called("webSearch")).toHaveLength(2);
  });

  it("stays with what is under way while an older call is looked at", async () => {
    const room = await open();
    room.select("webSearch");
    room.draft?.set(["query"], "acqua alta");
    await priced(room);
    await room.send();
    await ended(room);
    const old = room.run?.call ?? "";
    let answer: () => void = () => undefined;
    const goesOn = new Promise<void>((done) => (answer = done));
    const ask = vi.spyOn(Run.prototype, "ask").mockImplementation(() => goesOn);
    now += 1000;
    await room.send();
    expect(await room.open(old, false)).toBeNull();
    expect(room.run?.state).toBe("answered");
    now += 1000;
    await room.send();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(room.underWay).not.toBeNull();
    answer();
    await vi.waitFor(() => expect(room.underWay).toBeNull());
    ask.mockRestore();
  });

  it("keeps back when the price turns out to be another, and asks anew when it was refused as changed", async () => {
    let amount = "0.01";
    const room = await open({
      over: {
        priceOperation: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: usd(amount),
              up_to: false,
              surcharge: false,
              account: "sandbox",
              pretend: true,
              problem: null,
            },
          }),
      },
    });
    room.select("webSearch");
    room.draft?.set(["query"], "acqua alta");
    await priced(room);
    amount = "0.05";
    room.price.stale = true;
    await room.send();
    expect(called("webSearch")).toHaveLength(0);
    room.draft?.set(["query"], "[[price_changed]]");
    await priced(room);
    const before = called("priceOperation").length;
    await room.send();
    await ended(room);
    expect(room.run?.problem?.code).toBe("price_changed");
    await vi.waitFor(() => expect(called("priceOperation").length).toBeGreaterThan(before));
  });

  it("sends what has no price only when told so", async () => {
    const room = await open({
      over: {
        priceOperation: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: null,
              up_to: false,
              surcharge: false,
              account: "sandbox",
              pretend: false,
              problem: fakeError("price_unknown"),
            },
          }),
      },
    });
    room.select("webSearch");
    room.draft?.set(["query"], "acqua alta");
    await priced(room);
    await room.send();
    expect(called("webSearch")).toHaveLength(0);
    room.acceptUnpriced = true;
    await room.send();
    await ended(room);
    expect(called("webSearch")[0]?.[1]).toMatchObject({ accept_unpriced: true });
    room.draft?.set(["query"], "other");
    expect(room.acceptUnpriced).toBe(false);
  });

  it("streams, and stops by its job", async () => {
    const room = await open({ pace: 40 });
    room.select("createChatCompletion");
    const request: JsonObject = {
      model: "fake-marco",
      messages: [{ role: "user", content: "Hello" }],
      stream: true,
    };
    room.draft?.replace(request);
    await priced(room);
    await room.send();
    await vi.waitFor(() => expect(room.run?.reasoning).not.toBe(""), { interval: 5 });
    expect(await room.cancel()).toBeNull();
    await ended(room);
    expect([room.run?.state, room.run?.problem?.code]).toEqual(["failed", "cancelled"]);
    expect(room.run?.reasoning).toContain("The");
    expect(called("cancelJob")).toHaveLength(1);
  });

  it("no longer waits for what can't be called off", async () => {
    const room = await open({
      over: { listModels: () => new Promise(() => undefined) } as FakeOptions["over"],
    });
    room.select("listModels");
    await room.send();
    await vi.waitFor(() => expect(called("listModels")).toHaveLength(1));
    await room.cancel();
    expect(room.run?.state).toBe("left");
    expect(called("cancelJob")).toHaveLength(0);
  });

  it("fills the form from the history and sends nothing by itself", async () => {
    const room = await open();
    room.select("upscaleImage");
    room.draft?.replace({ image: fileMark({ item: fakeId(3) }, "Canal"), scale: 4 });
    await priced(room);
    await room.send();
    await ended(room);
    room.draft?.clear();
    await room.history.read(null);
    const call = room.run?.call ?? "";
    room.select("listModels");
    expect(await room.open(call, true)).toBeNull();
    expect(room.selected).toBe("upscaleImage");
    expect(room.draft?.files).toEqual({ "/image": { item: fakeId(3) } });
    expect(room.draft?.value).toMatchObject({ scale: 4 });
    expect(room.run).toMatchObject({ call, state: "answered" });
    expect(called("upscaleImage")).toHaveLength(1);
    expect(await room.history.forget(null)).toBeNull();
    expect(room.history.list).toEqual([]);
    expect(await room.open(call, false)).toMatchObject({ code: "not_found" });
  });

  it("remembers forms from one start to the next, but no secret", async () => {
    const room = await open();
    room.select("postApiKeyGenerateWeb3Key");
    room.draft?.replace({ apiKeyType: "ADMIN", address: "0xabc", signature: "0xsecret", token: "secret" });
    room.select("listCharacters");
    room.draft?.set(["search"], "doge");
    room.resize({ list: 300 });
    room.keepNow();
    const kept = app.settings?.console_form ?? "";
    expect(kept).not.toContain("secret");
    const again = await open({ settings: { console_form: kept } });
    expect([again.selected, again.listWidth]).toEqual(["listCharacters", 300]);
    expect(again.draft?.value).toEqual({ search: "doge" });
    again.select("postApiKeyGenerateWeb3Key");
    expect(again.draft?.value).toEqual({ apiKeyType: "ADMIN", address: "0xabc" });
  });

  it("starts afresh from what it can't read, and says when the operations can't be had", async () => {
    const room = await open({
      settings: { console_form: '{"drafts": 3, "listWidth": "wide"' },
    });
    expect(room.selected).toBe("createChatCompletion");
    let broken = true;
    const whole = fakePlatform();
    const { listOperations } = whole.commands;
    const failing = await open({
      over: {
        listOperations: () =>
          broken ? Promise.resolve({ status: "error", error: fakeError("internal") }) : listOperations(),
      },
    });
    expect([failing.problem?.code, failing.loaded]).toEqual(["internal", false]);
    broken = false;
    await failing.load();
    expect([failing.problem, failing.operations.length]).toEqual([null, 51]);
  });
});

describe("Run", () => {
  it("keeps so many events of a stream and counts the rest", () => {
    const run = new Run("createChatCompletion", 0);
    const event: CallEvent = { kind: "event", name: null, data: "{}" };
    for (let index = 0; index < 5003; index += 1) run.take(event);
    expect([run.events.length, run.eventsInAll]).toEqual([5000, 5003]);
  });
});

describe("Draft", () => {
  it("is the same request as a form and as JSON, and keeps what it had while the JSON is broken", async () => {
    const room = await open();
    const operation = room.operations.find((one) => one.id === "webSearch");
    if (!operation) throw new Error("no such operation");
    const draft = new Draft(operation, undefined);
    draft.set(["query"], "fog");
    expect(JSON.parse(draft.text)).toEqual({ query: "fog" });
    draft.type('{"query": "sun", "limit": 3}');
    expect(draft.request).toEqual({ query: "sun", limit: 3 });
    draft.type('{"query": "sun",\n  "limit": }');
    expect(draft.textProblem?.line).toBe(2);
    expect(draft.request).toEqual({ query: "sun", limit: 3 });
    draft.type("3");
    expect(draft.isBroken).toBe(true);
    draft.set(["limit"], undefined);
    expect([draft.isBroken, draft.request]).toEqual([false, { query: "sun" }]);
  });
});
