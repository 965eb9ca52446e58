import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, usd } from "@/platform/fake-data";
import { fakeClone, fakeSpeakers } from "@/platform/fake-speech-data";
import { usePlatform } from "@/platform/platform";
import { Clones, endingOf } from "./clones.svelte";
import { pageAddress, SpeechTexts } from "./speech-texts.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const model = fakeSpeakers()[1]!;
let fake: Fake;

async function begin(options: FakeOptions = {}): Promise<Clones> {
  fake = fakePlatform({ now: () => now, sounds: [31_000, 4000], ...options });
  usePlatform(fake);
  const clones = new Clones();
  await clones.start();
  return clones;
}
const called = (name: string): readonly (readonly unknown[])[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the end of a cloned voice", () => {
  const ends = (hours: number) =>
    endingOf(
      fakeClone("c", { ends_at: new Date(now.getTime() + hours * 3_600_000).toISOString() }),
      now.getTime(),
    );

  it("is counted down in days, hours, minutes", () => {
    expect(ends(167.9)).toEqual({ kind: "days", count: 7, soon: false });
    expect(ends(80)).toEqual({ kind: "days", count: 3, soon: false });
    expect(ends(47)).toEqual({ kind: "hours", count: 47, soon: false });
    expect(ends(23)).toEqual({ kind: "hours", count: 23, soon: true });
    expect(ends(0.5)).toEqual({ kind: "minutes", count: 30, soon: true });
    expect(ends(0.001)).toEqual({ kind: "minutes", count: 1, soon: true });
    expect(ends(0)).toEqual({ kind: "ended" });
    expect(endingOf(fakeClone("c", { ends_at: null }), 0)).toEqual({ kind: "kept" });
  });
});

describe("cloning", () => {
  async function filled(clones: Clones): Promise<void> {
    clones.begin();
    await clones.seek("");
    clones.change({ sample: clones.samples[0]?.id ?? null, name: " Mine " });
    clones.estimate.ask(clones.requestFor(model));
    await vi.advanceTimersByTimeAsync(250);
  }

  it("needs a sample, a name and the statement, the first time", async () => {
    const clones = await begin();
    expect(clones.requestFor(model)).toBeNull();
    await filled(clones);
    expect(clones.estimate.value?.amount).toEqual(usd("0.05"));
    expect(await clones.make(model)).toBeNull();
    clones.change({ consent: true });
    expect(await clones.make(model)).toMatchObject({ status: "ok", data: { name: "Mine" } });
    expect(called("makeClone")).toEqual([
      [
        expect.objectContaining({ name: "Mine", consent: true, from_ms: null, to_ms: null }),
        { account: "sandbox", amount: usd("0.05") },
        false,
      ],
    ]);
    expect([clones.list.length, clones.consented, clones.fields.sample]).toEqual([1, true, null]);
    // The statement holds from then on.
    await filled(clones);
    expect(await clones.make(model)).toMatchObject({ status: "ok" });
  });

  it("is checked with the part that was chosen, and a part belongs to its sample", async () => {
    const clones = await begin({ speech: { consented: true } });
    await filled(clones);
    clones.change({ from: 1000, to: 3000 });
    clones.estimate.ask(clones.requestFor(model));
    await vi.advanceTimersByTimeAsync(250);
    expect(clones.estimate.value?.problem?.code).toBe("sample_too_short");
    expect(await clones.make(model)).toBeNull();
    clones.change({ sample: clones.samples[1]?.id ?? null });
    expect([clones.fields.from, clones.fields.to]).toEqual([null, null]);
  });

  it("goes at an unknown price only when the user says so, for this one", async () => {
    const problem = fakeError("price_unknown");
    const estimate = { free: false, amount: null, account: "sandbox", pretend: true, problem };
    const clones = await begin({
      speech: { consented: true },
      over: { estimateClone: () => Promise.resolve({ status: "ok", data: estimate }) },
    });
    await filled(clones);
    expect(await clones.make(model)).toBeNull();
    clones.acceptUnpriced = true;
    expect(await clones.make(model)).toMatchObject({ status: "ok" });
    expect(called("makeClone")[0]?.slice(1)).toEqual([{ account: "sandbox", amount: null }, true]);
    expect(clones.acceptUnpriced).toBe(false);
  });

  it("keeps the form when it fails", async () => {
    const clones = await begin({
      speech: { consented: true },
      over: { makeClone: () => Promise.resolve({ status: "error", error: fakeError("timed_out") }) },
    });
    await filled(clones);
    expect(await clones.make(model)).toMatchObject({ status: "error" });
    expect([clones.making, clones.fields.name]).toEqual([false, " Mine "]);
  });
});

it("renews, renames and forgets, and tells what failed", async () => {
  const clones = await begin({ speech: { clones: [fakeClone("c1")] } });
  expect(await clones.renew("c1", { account: "sandbox", amount: usd("0.05") }, false)).toBeNull();
  expect(clones.get("c1")?.ends_at).toBe("2026-11-28T14:32:00.000Z");
  expect(await clones.rename("c1", " Nonna ")).toBeNull();
  expect(clones.get("c1")?.name).toBe("Nonna");
  expect((await clones.rename("nobody", "x"))?.code).toBe("not_found");
  expect(await clones.forget("c1")).toBeNull();
  expect(clones.list).toEqual([]);
});

it("pays once for a voice that is made anew by two clicks", async () => {
  let time = 1000;
  fake = fakePlatform({ now: () => now, speech: { clones: [fakeClone("c1")] } });
  usePlatform(fake);
  const clones = new Clones(() => time);
  await clones.start();
  const renew = () => clones.renew("c1", { account: "sandbox", amount: null }, false);
  const first = renew();
  expect(await renew()).toBe("busy");
  expect(await first).toBeNull();
  // The second click comes when the first is answered already.
  time += 300;
  expect(await renew()).toBe("busy");
  time += 1000;
  expect(await renew()).toBeNull();
  expect(called("renewClone")).toHaveLength(2);
});

describe("texts from elsewhere", () => {
  it("come at once when they are read here, else at their price", async () => {
    await begin();
    const texts = new SpeechTexts();
    expect(await texts.pick()).toMatchObject({ status: "ok", data: { title: "A morning on the lagoon" } });
    expect(called("fetchText")).toEqual([[{ kind: "file", picked: "picked-text" }, null, false]]);
    expect(await texts.page("https://venice.example/fog")).toEqual({ status: "ok", data: "asking" });
    expect(called("fetchText")).toHaveLength(1);
    expect(texts.offer?.estimate.amount).toEqual(usd("0.01"));
    expect(await texts.accept()).toMatchObject({ status: "ok", data: { title: "venice.example" } });
    expect(called("fetchText")[1]?.[1]).toEqual({ account: "sandbox", amount: usd("0.01") });
    expect(texts.offer).toBeNull();
  });

  it("come at an unknown price only when the user says so", async () => {
    const problem = fakeError("price_unknown");
    const estimate = { free: false, amount: null, account: "sandbox", pretend: true, problem };
    await begin({ over: { estimateText: () => Promise.resolve({ status: "ok", data: estimate }) } });
    const texts = new SpeechTexts();
    await texts.page("https://venice.example/fog");
    expect(await texts.accept()).toEqual({ status: "ok", data: "none" });
    texts.acceptUnpriced = true;
    expect(await texts.accept()).toMatchObject({ status: "ok", data: { title: "venice.example" } });
    expect(called("fetchText")[0]?.[2]).toBe(true);
    await texts.page("https://venice.example/next");
    expect(texts.acceptUnpriced).toBe(false);
  });

  it("stay on offer when they can't be got, and are dropped when left", async () => {
    await begin({
      over: { fetchText: () => Promise.resolve({ status: "error", error: fakeError("timed_out") }) },
    });
    const texts = new SpeechTexts();
    await texts.page("https://venice.example/fog");
    expect(await texts.accept()).toMatchObject({ status: "error" });
    expect([texts.busy, texts.offer?.name]).toEqual([false, "https://venice.example/fog"]);
    texts.leave();
    expect(await texts.accept()).toEqual({ status: "ok", data: "none" });
    const asking = texts.page("https://venice.example/late");
    texts.leave();
    expect(await asking).toEqual({ status: "ok", data: "none" });
    expect(texts.offer).toBeNull();
  });

  it("are on offer at another price when that has changed", async () => {
    let amount = "0.01";
    const estimate = () => ({
      free: false,
      amount: usd(amount),
      account: "sandbox",
      pretend: true,
      problem: null,
    });
    await begin({
      over: {
        estimateText: () => Promise.resolve({ status: "ok", data: estimate() }),
        fetchText: () => Promise.resolve({ status: "error", error: fakeError("price_changed") }),
      },
    });
    const texts = new SpeechTexts();
    await texts.page("https://venice.example/fog");
    amount = "0.02";
    expect(await texts.accept()).toMatchObject({ status: "error" });
    expect(texts.offer?.estimate.amount).toEqual(usd("0.02"));
  });

  it("are only asked for at addresses of pages", () => {
    expect(pageAddress(" venice.example/fog ")).toBe("https://venice.example/fog");
    expect(pageAddress("http://venice.example")).toBe("http://venice.example/");
    for (const wrong of ["", "fog", "two words.example", "file:///etc/passwd", "javascript:alert(1)"])
      expect(pageAddress(wrong)).toBeNull();
  });

  it("say nothing when no file was chosen", async () => {
    await begin({ speech: { picked: [] } });
    expect(await new SpeechTexts().pick()).toEqual({ status: "ok", data: "none" });
  });
});
