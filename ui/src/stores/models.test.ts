import { afterEach, describe, expect, it } from "vitest";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, keyAccount, sandboxAccount, usd } from "@/platform/fake-data";
import { fakeModel, fakeModelEntries } from "@/platform/fake-models";
import { usePlatform } from "@/platform/platform";
import { accounts } from "./accounts.svelte";
import { usualOf } from "./default-model";
import { events } from "./events";
import { ALL_MODELS, filtersSet, ordered, passes, type ModelFilter } from "./models-list";
import { Models } from "./models.svelte";

const NO_MARKS = { favourites: [], defaults: [] };
let stops: (() => void)[] = [];

async function started(options: FakeOptions = {}): Promise<{ fake: Fake; models: Models }> {
  const fake = fakePlatform({ jobs: [], ...options });
  usePlatform(fake);
  stops.push(events.start(fake));
  const models = new Models();
  stops.push(() => models.stop());
  await models.start();
  return { fake, models };
}
const ids = (models: Models): string[] => models.list.map((model) => model.id);
const found = (filter: Partial<ModelFilter>): string[] =>
  fakeModelEntries
    .filter((model) => passes(model, { ...ALL_MODELS, ...filter }, NO_MARKS))
    .map((model) => model.id);

afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
  accounts.list = [];
});

describe("which models are shown", () => {
  it.each<[Partial<ModelFilter>, string[]]>([
    [{ text: "GLM 5" }, ["fake-glm"]],
    [{ kind: "image" }, ["fake-lagoon", "fake-lagoon-large", "fake-burano"]],
    [{ kind: "image", privacy: "anonymized" }, ["fake-lagoon-large"]],
    [{ can: ["tools", "vision"] }, ["fake-glm"]],
    [{ beta: "only" }, ["fake-code"]],
    [{ uncensored: true }, ["fake-scribe"]],
    [{ context: 200_000 }, ["fake-code"]],
    [{ show: "retiring" }, ["fake-scribe"]],
    [{ price: { unit: "picture", most: "0.02" } }, ["fake-lagoon"]],
    [{ price: { unit: "picture", most: "" } }, ["fake-lagoon", "fake-lagoon-large"]],
    [{ price: { unit: "minute", most: "0.138" } }, ["barcarolle"]],
  ])("%j", (filter, expected) => expect(found(filter)).toEqual(expected));

  it("bounds prices in dollars by dollars alone", () => {
    const diem = fakeModel("diem", {
      price: {
        amount: { amount: "0.01", currency: "diem" },
        unit: "picture",
        read: null,
        written: null,
        assumed: { kind: "nothing" },
      },
    });
    const most = (amount: string): ModelFilter => ({
      ...ALL_MODELS,
      price: { unit: "picture", most: amount },
    });
    expect(passes(diem, most("0.05"), NO_MARKS)).toBe(false);
    expect(passes(diem, most(""), NO_MARKS)).toBe(true);
  });

  it("counts what is set", () => {
    expect(filtersSet({ ...ALL_MODELS, kind: "text", can: ["tools"], uncensored: true })).toBe(3);
  });
});

describe("their order", () => {
  const priced = (id: string, amount: string, unit: "minute" | "picture", currency: "usd" | "diem" = "usd") =>
    fakeModel(id, {
      price: { amount: { amount, currency }, unit, read: null, written: null, assumed: { kind: "nothing" } },
    });

  it("keeps units and currencies apart, and what isn't known last either way", () => {
    const list = [
      fakeModel("unknown"),
      priced("minute", "0.001", "minute"),
      priced("diem", "0.001", "picture", "diem"),
      priced("dear", "0.30", "picture"),
      priced("cheap", "0.299999999999999999999", "picture"),
    ];
    const by = (down: boolean): string[] =>
      ordered(list, { by: "price", down }, "en").map((model) => model.id);
    expect(by(false)).toEqual(["cheap", "dear", "diem", "minute", "unknown"]);
    expect(by(true)).toEqual(["dear", "cheap", "diem", "minute", "unknown"]);
  });

  it("sorts by name, context and age, and goes back to Venice's own", async () => {
    const { models } = await started();
    const own = ids(models);
    models.sort("name");
    expect(ids(models).slice(0, 3)).toEqual(["barcarolle", "fake-burano", "fake-code"]);
    models.sort("name");
    expect(ids(models)[0]).toBe("fake-vector");
    models.sort("name");
    expect(ids(models)).toEqual(own);
    models.sort("context");
    expect(ids(models).slice(0, 2)).toEqual(["fake-code", "fake-glm"]);
    models.sort("added");
    expect(ids(models)[0]).toBe("fake-glm");
  });
});

describe("Models", () => {
  it("marks favourites at once, and takes it back where it isn't kept", async () => {
    const { models } = await started();
    expect(models.isFavourite("barcarolle")).toBe(true);
    const marking = models.favourite("fake-glm", true);
    expect(models.isFavourite("fake-glm")).toBe(true);
    expect(await marking).toBeNull();
    models.show({ show: "favourites" });
    expect(ids(models)).toEqual(["fake-glm", "barcarolle"]);

    const broken = await started({
      over: { favouriteModel: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    expect((await broken.models.favourite("fake-glm", true))?.code).toBe("disk_full");
    expect(broken.models.isFavourite("fake-glm")).toBe(false);
  });

  it("has one default for each purpose", async () => {
    const { models } = await started();
    const [glm, code] = [models.find("fake-glm"), models.find("fake-code")];
    await models.setDefault("chat", "fake-glm");
    await models.setDefault("chat", "fake-code");
    expect([glm, code].map((model) => model !== null && models.isDefault(model))).toEqual([false, true]);
    await models.setDefault("chat", null);
    expect(models.marks.defaults).toEqual([]);
  });

  it("compares at most four, the last chosen", async () => {
    const { models } = await started();
    for (const id of ids(models).slice(0, 5)) models.compare(id);
    expect(models.compared).toEqual(ids(models).slice(1, 5));
    models.compare(ids(models)[1] ?? "");
    expect(models.compared).toHaveLength(3);
  });

  it("tells what is new until it was seen, for the list that is shown", async () => {
    const { fake, models } = await started();
    expect(models.news?.changes).toHaveLength(4);
    expect(models.newsOf("fake-scribe").map((change) => change.change)).toEqual(["retiring"]);
    expect(await models.seen()).toBeNull();
    expect(models.news?.changes).toEqual([]);
    const call = fake.calls.find((one) => one.name === "markModelsSeen");
    expect(call?.args).toEqual([models.page?.fetched_at]);
  });

  it("asks for the prices of films one after the other, and stops when told", async () => {
    const films = ["one", "two", "three"].map((id) =>
      fakeModel(id, { kind: "video", purpose: "film_text", is_quoted: true }),
    );
    const { fake, models } = await started({ models: { models: films } });
    expect(models.unquoted).toHaveLength(3);
    const asking = models.quoteShown();
    expect(models.quoting).toEqual({ done: 0, of: 3 });
    models.stopQuotes();
    expect(await asking).toBeNull();
    const asked = (): number => fake.calls.filter((call) => call.name === "quoteModel").length;
    expect(asked()).toBe(1);
    expect(await models.quoteShown()).toBeNull();
    expect([asked(), models.unquoted.length, models.quoting]).toEqual([3, 0, null]);
    expect(models.find("two")?.price?.amount).toEqual(usd("4.5"));
  });

  it("reads another account's list when that one is chosen", async () => {
    accounts.list = [sandboxAccount, keyAccount];
    const { fake, models } = await started({ state: { accounts: [sandboxAccount, keyAccount] } });
    stops.push(
      events.on("accounts", (batch) => {
        accounts.list = batch.at(-1)?.accounts ?? [];
      }),
    );
    models.compare("fake-glm");
    const pages = (): number => fake.calls.filter((call) => call.name === "modelsPage").length;
    expect(pages()).toBe(1);
    accounts.list = [
      { ...sandboxAccount, selected: false },
      { ...keyAccount, selected: true },
    ];
    fake.emit({ type: "accounts", accounts: [...accounts.list] });
    await expect.poll(pages).toBe(2);
    expect(models.compared).toEqual([]);
  });

  it("shows nothing of one account where another's list can't be read", async () => {
    let broken = false;
    const working = fakePlatform({ jobs: [] });
    accounts.list = [sandboxAccount, keyAccount];
    const { fake, models } = await started({
      state: { accounts: [sandboxAccount, keyAccount] },
      over: {
        modelsPage: (refresh) =>
          broken
            ? Promise.resolve({ status: "error", error: fakeError("network_down") })
            : working.commands.modelsPage(refresh),
      },
    });
    expect(models.all.length).toBeGreaterThan(0);
    broken = true;
    accounts.list = [
      { ...sandboxAccount, selected: false },
      { ...keyAccount, selected: true },
    ];
    fake.emit({ type: "accounts", accounts: [...accounts.list] });
    await expect.poll(() => models.failure?.code).toBe("network_down");
    expect([models.all, models.news, models.marks.favourites]).toEqual([[], null, []]);
  });

  it("keeps the list it has where a refresh fails, and says why", async () => {
    const { fake, models } = await started();
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        modelsPage: () => Promise.resolve({ status: "error", error: fakeError("network_down") }),
      },
    });
    await models.load(true);
    expect([models.failure?.code, models.all.length, models.loading]).toEqual([
      "network_down",
      fakeModelEntries.length,
      false,
    ]);
  });
});

describe("the model of a form without one", () => {
  const some = (id: string, offline = false): { id: string; offline: boolean } => ({ id, offline });
  it.each([
    [["b"], "b"],
    [["x", "c", "b"], "b"],
    [[null, undefined], "a"],
    [[], "a"],
  ])("%j", (defaults, expected) => {
    expect(usualOf([some("a"), some("b"), some("c", true)], defaults)?.id).toBe(expected);
  });
  it("is none where there are none, and an offline one where there is no other", () => {
    expect(usualOf([], ["a"])).toBeNull();
    expect(usualOf([some("c", true)], [])?.id).toBe("c");
  });
});
