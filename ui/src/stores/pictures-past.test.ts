import { describe, expect, it } from "vitest";
import type { ItemDetails, PictureRequest } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem, fakeJob, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { Again, recipeOf } from "./pictures-again.svelte";
import { EMPTY_FORM, requestOf } from "./pictures-form";
import { PromptHistory, PromptWalk } from "./pictures-history.svelte";
import { fakeModels } from "@/platform/fake-data";

const now = new Date("2026-11-21T14:32:00Z");
let fake: Fake;
function begin(options: FakeOptions = {}): void {
  fake = fakePlatform({ now: () => now, makingTakes: 0, ...options });
  usePlatform(fake);
}

const asking = (prompt: string) => {
  const request = requestOf(
    { ...EMPTY_FORM, prompt, seed: 7, count: 4 },
    { make: fakeModels.make[0] ?? null, edit: null },
    null,
    false,
  );
  if (request === null) throw new Error("the form makes a request");
  return request;
};

describe("earlier prompts", () => {
  const jobs = ["Lemons", "Fog", "Boats"].map((prompt, index) =>
    fakeJob(`job-${String(index)}`, { request: asking(prompt) }),
  );

  it("are found by their words", async () => {
    begin({ jobs });
    const history = new PromptHistory();
    await history.read(" fo ");
    expect(history.list.map((past) => past.prompt)).toEqual(["Fog"]);
  });

  it("tell why they can't be read", async () => {
    begin({
      over: { promptHistory: () => Promise.resolve({ status: "error", error: fakeError("internal") }) },
    });
    const history = new PromptHistory();
    await history.read("");
    expect([history.problem?.code, history.list]).toEqual(["internal", []]);
  });

  it("are walked through, and end at what was typed", async () => {
    begin({ jobs });
    const walk = new PromptWalk();
    expect(await walk.step(-1, "A draft")).toBeNull();
    expect(await walk.step(1, "A draft")).toBe("Lemons");
    expect(await walk.step(1, "Lemons")).toBe("Fog");
    expect(await walk.step(1, "Fog")).toBe("Boats");
    expect(await walk.step(1, "Boats")).toBeNull();
    expect(await walk.step(-1, "Boats")).toBe("Fog");
    expect(await walk.step(-1, "Fog")).toBe("Lemons");
    expect(await walk.step(-1, "Lemons")).toBe("A draft");
    expect(await walk.step(-1, "A draft")).toBeNull();
    // What is typed on the way begins anew.
    expect(await walk.step(1, "A draft")).toBe("Lemons");
    expect(await walk.step(1, "Lemons and figs")).toBe("Lemons");
    expect(await walk.step(-1, "Lemons")).toBe("Lemons and figs");
  });
});

describe("making again", () => {
  const item = fakeItem(1, now, { seed: 42 });
  const withRecipe = (request: PictureRequest | null, pretend: boolean): FakeOptions => ({
    jobs: [],
    over: {
      getItem: () =>
        Promise.resolve({ status: "ok", data: { item, request } as Partial<ItemDetails> as ItemDetails }),
      estimatePicture: () =>
        Promise.resolve({
          status: "ok",
          data: {
            amount: usd("0.01"),
            surcharge: false,
            account: "key-1",
            pretend,
            problem: null,
            advice: null,
            scale_down: null,
          },
        }),
    },
  });
  const sent = () => fake.calls.filter((call) => call.name === "startPicture");

  it("sends what is free at once, one picture with its own seed", async () => {
    begin(withRecipe(asking("Fog"), true));
    const again = new Again();
    expect(await again.begin(item, "again")).toBeNull();
    expect(sent()[0]?.args).toMatchObject([
      { prompt: "Fog", seed: 42, variants: 1 },
      { account: "key-1", amount: usd("0.01") },
    ]);
    expect(again.asked).toBeNull();
  });

  it("asks first where it costs something, and sends nothing when left", async () => {
    begin(withRecipe(asking("Fog"), false));
    const again = new Again(() => 0.25);
    expect(await again.begin(item, "vary")).toBeNull();
    expect([again.asked?.estimate.amount?.amount, sent().length]).toEqual(["0.01", 0]);
    again.leave();
    expect(await again.send()).toBeNull();
    await again.begin(item, "vary");
    const [one, other] = await Promise.all([again.send(), again.send()]);
    expect([one?.status, other]).toEqual(["ok", null]);
    expect(sent()).toHaveLength(1);
    expect(sent()[0]?.args[0]).toMatchObject({ seed: 250_000_000, variants: 1 });
  });

  it("asks about one at a time: a later wish takes no place of what is asked about", async () => {
    begin(withRecipe(asking("Fog"), false));
    const again = new Again();
    const other = fakeItem(2, now, { seed: 7 });
    expect(await Promise.all([again.begin(item, "again"), again.begin(other, "again")])).toEqual([
      null,
      "asking",
    ]);
    expect(again.asked?.item.id).toBe(item.id);
  });

  it("says when there is no recipe, or it can't be sent", async () => {
    begin(withRecipe(null, true));
    const again = new Again();
    expect(await again.begin(item, "again")).toBe("unknown");
    expect(await recipeOf(item.id)).toEqual({ status: "ok", data: null });
    begin({
      over: { getItem: () => Promise.resolve({ status: "error", error: fakeError("file_missing") }) },
    });
    expect(await again.begin(item, "again")).toMatchObject({ code: "file_missing" });
    expect(sent()).toHaveLength(0);
  });
});
