import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Estimate, PictureRequest } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId, fakeError, fakeItem, fakeModels, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { EMPTY_FORM, readForm, requestOf, withRecipe } from "./pictures-form";
import { Pictures } from "./pictures.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const source = fakeItem(3, now);
let fake: Fake;

async function begin(
  options: FakeOptions = {},
  random = () => 0.5,
  clock = (): number => performance.now(),
): Promise<Pictures> {
  fake = fakePlatform({ now: () => now, makingTakes: 0, ...options });
  usePlatform(fake);
  const pictures = new Pictures(random, clock);
  await pictures.load();
  return pictures;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the form", () => {
  it("asks for sizes where the model takes them, for ratios where it doesn't", async () => {
    const pictures = await begin();
    pictures.change({ prompt: " Fog over the Giudecca ", ratio: "16:9", steps: 90 });
    expect(pictures.request).toMatchObject({
      kind: "make",
      model: "fake-lagoon",
      prompt: "Fog over the Giudecca",
      width: 1280,
      height: 720,
      aspect_ratio: null,
      resolution: null,
      steps: 30,
      negative_prompt: null,
      safe_mode: true,
    });
    pictures.change({ model: "fake-lagoon-large", resolution: "4K" });
    expect(pictures.request).toMatchObject({
      width: null,
      height: null,
      aspect_ratio: "16:9",
      resolution: "4K",
      steps: null,
    });
    // A shape that the new model doesn't have falls back to its own.
    pictures.change({ ratio: "2:3" });
    expect(pictures.request).toMatchObject({ aspect_ratio: "1:1" });
  });

  it("says what is missing before anything can be sent", async () => {
    const pictures = await begin();
    expect([pictures.missing, pictures.request]).toEqual(["prompt", null]);
    pictures.change({ mode: "edit" });
    expect(pictures.missing).toBe("source");
    pictures.use(source);
    expect(pictures.missing).toBe("editPrompt");
    pictures.change({ editPrompt: "Make it winter" });
    expect(pictures.request).toMatchObject({
      kind: "edit",
      item: source.id,
      aspect_ratio: "auto",
      scale_down: false,
    });
    pictures.change({ mode: "upscale", scale: 4, creativity: "0.010" });
    expect(pictures.request).toEqual({
      kind: "upscale",
      item: source.id,
      scale: 4,
      creativity: "0.010",
      scale_down: false,
    });
    pictures.change({ mode: "cut_out" });
    expect(pictures.request).toEqual({ kind: "cut_out", item: source.id, scale_down: false });
  });

  it("scales nothing down that wasn't agreed to", async () => {
    const pictures = await begin();
    pictures.use(source, "upscale");
    pictures.scaleDown = true;
    expect(pictures.request).toMatchObject({ scale_down: true });
    pictures.use(fakeItem(9, now));
    expect(pictures.request).toMatchObject({ scale_down: false });
  });

  it("counts the prompt in characters as people see them", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "🛶".repeat(1500) });
    expect([pictures.promptLength, pictures.promptTooLong]).toEqual([1500, false]);
    pictures.change({ prompt: "🛶".repeat(1501) });
    expect(pictures.promptTooLong).toBe(true);
  });

  /** The form as it is when the button shows the price. */
  async function priced(pictures: Pictures): Promise<void> {
    pictures.estimate.again(pictures.request);
    await vi.advanceTimersByTimeAsync(1000);
    expect(pictures.estimate.stale).toBe(false);
  }

  it("rolls a new seed for each click unless it is locked", async () => {
    const rolls = [0.1, 0.2];
    let at = 0;
    const pictures = await begin(
      {},
      () => rolls.shift() ?? 0,
      () => (at += 1000),
    );
    pictures.change({ prompt: "Fog" });
    await priced(pictures);
    await pictures.send();
    const first = pictures.fields.seed;
    pictures.change({ seedLocked: true });
    await pictures.send();
    expect(pictures.fields.seed).toBe(first);
    pictures.change({ seedLocked: false });
    await pictures.send();
    expect(pictures.fields.seed).not.toBe(first);
    const seeds = fake.calls
      .filter((call) => call.name === "startPicture")
      .map((call) => (call.args[0] as { seed: number }).seed);
    expect(seeds).toEqual([first, first, pictures.fields.seed]);
  });

  it("sends one click once, and a double click too", async () => {
    let at = 0;
    const pictures = await begin({}, undefined, () => at);
    pictures.change({ prompt: "Fog" });
    await priced(pictures);
    const [one, other] = await Promise.all([pictures.send(), pictures.send()]);
    expect([one?.status, other]).toEqual(["ok", null]);
    at = 200;
    expect(await pictures.send()).toBe(null);
    at = 700;
    expect((await pictures.send())?.status).toBe("ok");
    expect(fake.calls.filter((call) => call.name === "startPicture")).toHaveLength(2);
  });

  it("sends nothing while the price shown is an earlier one's, and passes on what was shown", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog" });
    expect(await pictures.send()).toBe(null);
    await priced(pictures);
    pictures.change({ count: 4 });
    pictures.estimate.ask(pictures.request);
    expect(await pictures.send()).toBe(null);
    await priced(pictures);
    await pictures.send();
    const sent = fake.calls.find((call) => call.name === "startPicture");
    expect(sent?.args[1]).toEqual({ account: "sandbox", amount: { amount: "0.04", currency: "usd" } });
  });

  it("is kept a moment after the last change, and read again as it was", async () => {
    const pictures = await begin();
    const kept: string[] = [];
    pictures.open(null, (form) => kept.push(form));
    pictures.change({ prompt: "F" });
    pictures.change({ prompt: "Fog", count: 4, seed: -5, seedLocked: true });
    expect(kept).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    expect(kept).toHaveLength(1);
    expect(readForm(kept[0] ?? null)).toEqual(pictures.fields);
  });

  it.each([
    "",
    "nonsense",
    "[]",
    "null",
    '{"mode":"paint","count":101,"scale":"4","creativity":"1","seed":1.5}',
  ])("starts afresh from what doesn't fit: %s", (kept) => expect(readForm(kept)).toEqual(EMPTY_FORM));

  it("takes a recipe, and takes back what it replaced", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog", negative: "boats" });
    const recipe = requestOf(
      { ...EMPTY_FORM, prompt: "Lemons", ratio: "2:3", style: "Woodcut", seed: 7 },
      { make: fakeModels.make[0] ?? null, edit: null },
      null,
      false,
    );
    if (recipe === null) throw new Error("the form makes a request");
    const back = pictures.useRecipe(recipe);
    expect(pictures.fields).toMatchObject({
      prompt: "Lemons",
      negative: "",
      ratio: "2:3",
      style: "Woodcut",
      seed: 7,
      seedLocked: true,
    });
    back?.();
    expect(pictures.fields).toMatchObject({ prompt: "Fog", negative: "boats", ratio: null });
    pictures.change({ prompt: "", negative: " " });
    expect(pictures.useRecipe(recipe)).toBeNull();
  });

  it("keeps what was set for a model until one returns to it", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog", steps: 12, guidance: 9, ratio: "3:2" });
    pictures.change({ model: "fake-lagoon-large" });
    // The shape goes along; what one model understands in its own way doesn't.
    expect(pictures.fields).toMatchObject({ steps: null, guidance: null, ratio: "3:2" });
    pictures.change({ resolution: "4K" });
    pictures.change({ model: "fake-lagoon" });
    expect(pictures.fields).toMatchObject({ steps: 12, guidance: 9, resolution: null });
    pictures.change({ model: "fake-lagoon-large" });
    expect(pictures.request).toMatchObject({ resolution: "4K", steps: null, cfg_scale: null });
    expect(readForm(JSON.stringify(pictures.fields))).toEqual(pictures.fields);
  });

  it("takes a size of its own, in steps the model can paint", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog", freeSize: true, width: 1003, height: 5 });
    expect(pictures.request).toMatchObject({ width: 1000, height: 64 });
    pictures.change({ width: 5000 });
    expect(pictures.size).toEqual({ width: 1280, height: 64 });
    pictures.change({ model: "fake-lagoon-large" });
    expect(pictures.request).toMatchObject({ width: null, height: null, aspect_ratio: "1:1" });
  });

  it("asks a model only for what it can do", async () => {
    const pictures = await begin();
    pictures.addStyleReference(source, 3);
    pictures.change({ prompt: "Fog", lora: 40, webSearch: true, skipThinking: true, enhance: true });
    expect(pictures.request).toMatchObject({
      style_references: [],
      lora_strength: null,
      web_search: false,
      skip_prompt_thinking: false,
      enhance_prompt: true,
      hide_watermark: true,
    });
    pictures.change({
      model: "fake-torcello",
      lora: 40,
      webSearch: true,
      skipThinking: true,
      watermark: true,
    });
    pictures.setReferenceStrength(source.id, 0.8);
    expect(pictures.request).toMatchObject({
      style_references: [{ item: source.id, strength: 0.8 }],
      lora_strength: 40,
      web_search: true,
      skip_prompt_thinking: true,
      hide_watermark: false,
    });
    expect(pictures.unusual).toEqual(["lora", "webSearch", "skipThinking", "watermark"]);
    pictures.resetUnusual();
    expect(pictures.unusual).toEqual([]);
    expect(readForm(JSON.stringify(pictures.fields))).toEqual(pictures.fields);
  });

  it("holds style references in order, each once, as many as the model takes", async () => {
    const pictures = await begin();
    const [one, two, three] = [fakeItem(1, now), fakeItem(2, now), fakeItem(3, now)];
    expect([one, two, one, three].map((item) => pictures.addStyleReference(item, 2))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    pictures.moveStyleReference(1, 0);
    pictures.moveStyleReference(0, -1);
    expect(pictures.fields.styleReferences.map((entry) => entry.item)).toEqual([two.id, one.id]);
    pictures.removeStyleReference(two.id);
    expect(pictures.fields.styleReferences.map((entry) => entry.item)).toEqual([one.id]);
  });

  it("puts other words in place of the prompt, and gives the old ones back", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog" });
    expect(pictures.usePrompt("Lemons")).not.toBeNull();
    pictures.usePrompt("Figs", "boats");
    expect(pictures.fields).toMatchObject({ prompt: "Figs", negative: "boats" });
    expect([pictures.undoPrompt(), pictures.fields.prompt]).toEqual([true, "Lemons"]);
    expect([pictures.undoPrompt(), pictures.fields.prompt]).toEqual([true, "Fog"]);
    expect(pictures.undoPrompt()).toBe(false);
    // What was typed since is the field's own to undo.
    pictures.usePrompt("Lemons");
    pictures.change({ prompt: "Lemons and figs" });
    expect(pictures.undoPrompt()).toBe(false);
  });

  it("starts anew and takes that back", async () => {
    const pictures = await begin();
    pictures.change({ prompt: "Fog", styleReferences: [{ item: source.id, strength: null }], count: 3 });
    const back = pictures.reset();
    expect(pictures.fields).toMatchObject({ prompt: "", styleReferences: [], count: 1 });
    back?.();
    expect(pictures.fields).toMatchObject({ prompt: "Fog", count: 3 });
    pictures.reset();
    expect(pictures.reset()).toBeNull();
  });

  it("takes all of a recipe, to the pixel", async () => {
    const pictures = await begin();
    const form = {
      ...EMPTY_FORM,
      prompt: "Lemons",
      freeSize: true,
      width: 1000,
      height: 904,
      guidance: 4.5,
      lora: 20,
      enhance: true,
      webSearch: true,
      watermark: true,
      styleReferences: [{ item: source.id, strength: 0.4 }],
      seed: 9,
    };
    const torcello = fakeModels.make.find((model) => model.id === "fake-torcello") ?? null;
    const recipe = requestOf(form, { make: torcello, edit: null }, null, false);
    if (recipe === null) throw new Error("the form makes a request");
    pictures.useRecipe(recipe);
    expect(pictures.request).toEqual(recipe);
  });

  it("takes the recipes of the other kinds", () => {
    const recipes: PictureRequest[] = [
      { kind: "upscale", item: fakeId(1), scale: 4, creativity: "0.015", scale_down: false },
      { kind: "cut_out", item: fakeId(2), scale_down: false },
    ];
    expect(recipes.map((recipe) => withRecipe(EMPTY_FORM, recipe))).toMatchObject([
      { mode: "upscale", source: fakeId(1), scale: 4, creativity: "0.015" },
      { mode: "cut_out", source: fakeId(2) },
    ]);
  });
});

describe("the price", () => {
  const priced = (amount: string): Estimate => ({
    amount: usd(amount),
    surcharge: false,
    account: "sandbox",
    pretend: true,
    problem: null,
    advice: null,
    scale_down: null,
  });

  it("is asked for once after a pause, and not for a new seed", async () => {
    const pictures = await begin();
    for (const prompt of ["F", "Fo", "Fog"]) {
      pictures.change({ prompt });
      pictures.estimate.ask(pictures.request);
    }
    expect(pictures.estimate.stale).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    pictures.roll();
    pictures.estimate.ask(pictures.request);
    await vi.advanceTimersByTimeAsync(300);
    expect(fake.calls.filter((call) => call.name === "estimatePicture")).toHaveLength(1);
    expect([pictures.estimate.value?.amount, pictures.estimate.stale]).toEqual([usd("0.01"), false]);
  });

  it("is never that of an earlier request", async () => {
    const answers: ((value: Estimate) => void)[] = [];
    const pictures = await begin({
      over: {
        estimatePicture: async () => ({
          status: "ok",
          data: await new Promise<Estimate>((go) => answers.push(go)),
        }),
      },
    });
    pictures.change({ prompt: "Fog", count: 1 });
    pictures.estimate.ask(pictures.request);
    await vi.advanceTimersByTimeAsync(300);
    pictures.change({ count: 4 });
    pictures.estimate.ask(pictures.request);
    await vi.advanceTimersByTimeAsync(300);
    answers[1]?.(priced("0.04"));
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.(priced("0.01"));
    await vi.advanceTimersByTimeAsync(0);
    expect(pictures.estimate.value?.amount).toEqual(usd("0.04"));
    pictures.estimate.ask(null);
    expect(pictures.estimate.value).toBeNull();
  });

  it("goes away when it can't be read, and says why", async () => {
    const pictures = await begin({
      over: { estimatePicture: () => Promise.resolve({ status: "error", error: fakeError("key_missing") }) },
    });
    pictures.change({ prompt: "Fog" });
    pictures.estimate.ask(pictures.request);
    await vi.advanceTimersByTimeAsync(300);
    expect([pictures.estimate.value, pictures.estimate.problem?.code]).toEqual([null, "key_missing"]);
  });
});
