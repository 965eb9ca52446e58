import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeId, fakeJob, fakeModels } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { Jobs } from "./jobs.svelte";
import { batchOf, reckon, standing, timeLeft } from "./pictures-batch";
import { EMPTY_FORM, type FormFields } from "./pictures-form";
import { Pictures } from "./pictures.svelte";

const [lagoon] = fakeModels.make;
const known = fakeModels.make;
const form = (over: Partial<FormFields>): FormFields => ({ ...EMPTY_FORM, prompt: "Fog", ...over });
const batch = (over: Partial<FormFields>) => batchOf(form(over), lagoon ?? null, known);

let fake: Fake;
async function begin(options: FakeOptions = {}): Promise<Pictures> {
  fake = fakePlatform({ makingTakes: 0, jobs: [], ...options });
  usePlatform(fake);
  let at = 0;
  const pictures = new Pictures(
    () => 0.5,
    () => (at += 1000),
  );
  await pictures.load();
  return pictures;
}
const called = (name: string) => fake.calls.filter((call) => call.name === name);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("a batch", () => {
  it("isn't needed for what one request can make", () => {
    expect(batch({ count: 4 })).toBeNull();
    expect(batch({ mode: "edit", many: true })).toBeNull();
    expect(batch({ many: true, prompt: " " })).toBeNull();
  });

  it("takes more pictures than one request does, and words that chance chooses for each", () => {
    expect(batch({ count: 7, seed: 5, seedLocked: true })).toMatchObject({
      each: 7,
      seeds_in_a_row: true,
      models: [],
      styles: [],
      request: { seed: 5, variants: 4 },
    });
    expect(batch({ count: 2, prompt: "{dawn|dusk}" })).toMatchObject({ each: 2, wording: "by_chance" });
  });

  it("compares models that answer, and styles; the form's own alone needs no naming", () => {
    const compared = batch({
      many: true,
      compareModels: ["fake-lagoon", "fake-burano", "fake-old", "gone"],
      compareStyles: ["", "Woodcut"],
      each: 3,
    });
    expect(compared).toMatchObject({ models: ["fake-lagoon", "fake-burano"], styles: ["", "Woodcut"] });
    expect(compared && reckon(compared)).toMatchObject({ models: 2, styles: 2, each: 3, pictures: 12 });
    expect(batch({ many: true, compareModels: ["fake-lagoon"] })).toMatchObject({ models: [] });
    expect(batch({ many: true, compareModels: ["fake-burano"] })).toMatchObject({ models: ["fake-burano"] });
  });

  it("counts wordings where each is made, and says when that is too many", () => {
    const prompt = "{dawn|dusk} in {fog|rain|snow}";
    const each = batch({ many: true, prompt, wording: "each", each: 16 });
    const chance = batch({ many: true, prompt, wording: "by_chance", each: 16 });
    expect(each && reckon(each)).toMatchObject({ wordings: 6, pictures: 96, tooMany: false });
    expect(chance && reckon(chance)).toMatchObject({ wordings: 1, pictures: 16 });
    const more = batch({ many: true, prompt, wording: "each", each: 17 });
    expect(more && reckon(more)).toMatchObject({ pictures: 102, tooMany: true });
  });
});

describe("the form of many", () => {
  it("prices and sends the batch, with a seed of its own, at the price that was shown", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog", many: true, compareModels: ["fake-lagoon", "fake-burano"], each: 3 });
    pictures.ask();
    await vi.advanceTimersByTimeAsync(300);
    expect(called("estimatePicture")).toHaveLength(0);
    expect(pictures.offer?.amount?.amount).toBe("0.06");
    expect(pictures.ready).toBe(true);
    const sent = await pictures.send();
    expect(sent).toMatchObject({ status: "ok", data: { length: 6 } });
    expect(called("startPicture")).toHaveLength(0);
    const [asked, expected] = called("startBatch")[0]?.args ?? [];
    expect(asked).toMatchObject({
      models: ["fake-lagoon", "fake-burano"],
      each: 3,
      request: { seed: 500_000_000 },
    });
    expect(expected).toEqual({ account: "sandbox", amount: { amount: "0.06", currency: "usd" } });
  });

  it("shows no price of fewer, and asks again for other words but not for another seed", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog", many: true, each: 2 });
    pictures.ask();
    await vi.advanceTimersByTimeAsync(300);
    pictures.roll();
    pictures.ask();
    await vi.advanceTimersByTimeAsync(300);
    expect(called("estimateBatch")).toHaveLength(1);
    pictures.change({ prompt: "Rain" });
    pictures.ask();
    expect([pictures.offer?.amount?.amount, pictures.offerStale]).toEqual(["0.02", true]);
    pictures.change({ each: 9 });
    pictures.ask();
    expect(pictures.offer).toBeNull();
    expect(await pictures.send()).toBeNull();
  });

  it("neither prices nor sends too many, nor a choice that isn't closed", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "{a|b}", many: true, wording: "each", each: 51 });
    pictures.ask();
    await vi.advanceTimersByTimeAsync(300);
    expect([pictures.ready, called("estimateBatch").length]).toEqual([false, 0]);
    pictures.change({ prompt: "{a|b", many: false });
    pictures.ask();
    await vi.advanceTimersByTimeAsync(300);
    expect(pictures.ready).toBe(false);
    expect(await pictures.send()).toBeNull();
    expect(called("startPicture").length + called("startBatch").length).toBe(0);
  });
});

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
const now = Date.parse(at(20));
const one = (index: number, over: Partial<JobView>): JobView =>
  fakeJob(`b-${String(index)}`, {
    batch: { id: "batch-1", index, of: 4 },
    wanted: 1,
    items: [],
    sent_at: at(0),
    finished_at: null,
    state: "planned",
    ...over,
  });

describe("where a batch stands", () => {
  it("tells what failed for free from what may have been charged", () => {
    const jobs = [
      one(0, { state: "saved", items: [fakeId(0)] }),
      one(1, { state: "sent" }),
      one(2, { state: "failed", billing: "nothing", error: fakeError("INFERENCE_FAILED") }),
      one(3, { state: "unknown", billing: "unknown" }),
    ];
    const found = standing(jobs);
    expect([found.made, found.wanted]).toEqual([1, 4]);
    expect(found.running.map((job) => job.id)).toEqual(["b-1"]);
    expect(found.failed.map((job) => job.id)).toEqual(["b-2"]);
    expect(found.unclear.map((job) => job.id)).toEqual(["b-3"]);
  });

  it("goes by its own pace once some is done, before that by what is usual", () => {
    const usual = [
      one(0, { state: "sent", expected_ms: 30_000 }),
      one(1, { expected_ms: 30_000, sent_at: null }),
    ];
    expect(timeLeft(usual, now)).toBe(40_000);
    expect(timeLeft([one(0, { expected_ms: null, state: "sent" })], now)).toBeNull();
    const done: Partial<JobView> = { state: "saved", items: [fakeId(0)] };
    const paced = [
      one(0, { ...done, finished_at: at(8) }),
      one(1, { ...done, finished_at: at(16) }),
      one(2, {}),
      one(3, {}),
    ];
    // Eight seconds each, four of which are over.
    expect(timeLeft(paced, now)).toBe(12_000);
    expect(timeLeft(paced.slice(0, 2), now)).toBeNull();
  });
});

describe("the jobs of a batch", () => {
  it("are stopped together, tried again in place and put away together", async () => {
    const failed = one(1, { state: "failed", billing: "nothing", error: fakeError("INFERENCE_FAILED") });
    const unclear = one(2, { state: "unknown", billing: "unknown" });
    fake = fakePlatform({
      jobs: [one(0, { state: "sent" }), failed, unclear],
      makingTakes: 0,
      over: {
        dismissJob: () => Promise.resolve({ status: "ok", data: failed }),
        retryBatch: () =>
          Promise.resolve({ status: "ok", data: [{ ...one(9, { state: "sent" }), batch: failed.batch }] }),
      },
    });
    usePlatform(fake);
    const jobs = new Jobs();
    await jobs.start();
    expect(jobs.batches.get("batch-1")?.map((job) => job.id)).toEqual(["b-0", "b-1", "b-2"]);
    expect(await jobs.cancelBatch("batch-1")).toBeNull();
    expect(jobs.get("b-0")?.state).toBe("cancelled");
    expect(await jobs.retryFailed([failed])).toBeNull();
    expect(called("retryBatch").map((call) => call.args)).toEqual([["batch-1", []]]);
    expect(jobs.batches.get("batch-1")?.map((job) => job.id)).toEqual(["b-0", "b-9", "b-2"]);
    jobs.take([{ ...one(9, { state: "failed" }), batch: failed.batch }]);
    expect(await jobs.dismissBatch("batch-1")).toBeNull();
    expect(jobs.list).toEqual([]);
    jobs.stop();
  });
});
