import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeFilmModel, fakeFilmModels } from "@/platform/fake-film-data";
import { fakeError, fakeItem, fakeJob, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import type { FilmModel, QuotedPrice } from "@/bindings";
import {
  EMPTY_FILM,
  filmRequest,
  filmLost,
  leftOut,
  missingInFilm,
  nextKeyframe,
  readFilm,
  withElementImage,
  withFile,
  withFilmChoices,
  type FilmFields,
} from "./film-form";
import { Films } from "./films.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const model = (id: string) => fakeFilmModels.models.find((one) => one.id === id)!;
const filled: FilmFields = { ...EMPTY_FILM, prompt: "Waves" };

let fake: Fake;
function begin(options: FakeOptions = {}): Films {
  fake = fakePlatform({ now: () => now, makingTakes: 0, ...options });
  usePlatform(fake);
  return new Films(() => 0);
}
const quoted = (amount: string): QuotedPrice => ({
  amount: usd(amount),
  account: "sandbox",
  pretend: true,
  problem: null,
  unpriced: null,
  advice: null,
});
const quotes = (): number => fake.calls.filter((call) => call.name === "quoteFilm").length;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the request of the form", () => {
  it("has what the model has, and leaves out what it hasn't", () => {
    const fields = withFile({ ...filled, negative: "rain" }, "image", "one", 1);
    expect(filmRequest(fields, model("regatta-text"))).toMatchObject({
      model: "regatta-text",
      prompt: "Waves",
      negative_prompt: "rain",
      duration: "5s",
      aspect_ratio: "16:9",
      resolution: "480p",
      upscale_factor: null,
      audio: true,
      image: null,
    });
    expect(leftOut(fields, model("regatta-text"))).toBe(1);
    expect(filmRequest(fields, model("regatta-image")).image).toEqual({ item: "one" });
    expect(filmRequest(fields, model("magnifier"))).toMatchObject({
      prompt: "",
      negative_prompt: null,
      duration: null,
      resolution: null,
      upscale_factor: 2,
      audio: null,
    });
  });

  it("keeps a choice that the model has, and takes its first where it hasn't", () => {
    const fields = withFilmChoices(filled, "regatta-text", { duration: "10s", resolution: "4k" });
    const request = filmRequest(fields, model("regatta-text"));
    expect([request.duration, request.resolution]).toEqual(["10s", "480p"]);
  });

  it("takes no more files than the model does, and says how many stay behind", () => {
    let fields = filled;
    for (const item of ["a", "b", "c", "d"]) fields = withFile(fields, "reference_film", item, 9);
    const request = filmRequest(fields, model("procession"));
    expect(request.reference_films).toEqual([{ item: "a" }, { item: "b" }]);
    expect(request.task).toBe("auto");
    expect(leftOut(fields, model("procession"))).toBe(2);
    expect(leftOut(fields, model("regatta-text"))).toBe(4);
  });

  it("counts frames of elements and places as the form has them", () => {
    const fields: FilmFields = {
      ...filled,
      elements: [
        { front: "front", images: ["left", "right", "back", "top"], film: null },
        { front: null, images: [], film: null },
      ],
      keyframes: [{ item: "k", frame: 36 }],
    };
    expect(filmRequest(fields, model("procession")).elements).toEqual([
      {
        front: { item: "front" },
        images: [{ item: "left" }, { item: "right" }, { item: "back" }],
        film: null,
      },
    ]);
    expect(filmRequest(fields, model("carnival-image")).keyframes).toEqual([
      { image: { item: "k" }, frame: 36 },
    ]);
  });

  it("sends of an element what the model takes, and leaves none out by its number", () => {
    const takes = model("procession");
    const still: FilmModel = {
      ...takes,
      inputs: takes.inputs.filter((rule) => rule.role !== "element_film"),
    };
    const full = { front: "front", images: ["left"], film: "walk" };
    const none = { front: null, images: [], film: null };
    const of = (...elements: FilmFields["elements"]): FilmFields => ({ ...filled, elements });
    // The form shows no film of it: it doesn't go, and that is said.
    expect(filmRequest(of(full), still).elements[0]?.film).toBeNull();
    expect([leftOut(of(full), still), leftOut(of(full), takes)]).toEqual([1, 0]);
    expect(missingInFilm(of(full, none), takes)).toBeNull();
    expect(missingInFilm(of(none, full), takes)).toBe("element");
    const wants: FilmModel = {
      ...takes,
      inputs: takes.inputs.map((rule) => ({ ...rule, required: rule.role === "element_image" })),
    };
    expect(missingInFilm(of(none), wants)).toBe("element");
  });

  it("has each file of a place once, whatever was kept", () => {
    const twice = '{"files": {"scene": ["s", "s"]}, "elements": [{"front": null, "images": ["i", "i"]}]}';
    const read = readFilm(twice);
    expect([read.files.scene, read.elements[0]?.images]).toEqual([["s"], ["i"]]);
    expect(withElementImage({ front: null, images: ["i"], film: null }, "i").images).toEqual(["i"]);
  });

  it("gives each picture a place of its own", () => {
    const at = (...frames: number[]) => frames.map((frame) => ({ item: "k", frame }));
    expect([
      nextKeyframe([], 119),
      nextKeyframe(at(0), 119),
      nextKeyframe(at(0, 119), 119),
      nextKeyframe(at(96), undefined),
    ]).toEqual([0, 24, 118, 120]);
  });

  it("loses nothing without a way back", () => {
    const lost = (before: Partial<FilmFields>): boolean => filmLost({ ...EMPTY_FILM, ...before }, EMPTY_FILM);
    expect(lost({ negative: "rain" })).toBe(true);
    expect(lost({ address: "https://page.example" })).toBe(true);
    expect(lost({ document: { file: { picked: "h" }, name: "notes.pdf" } })).toBe(true);
    expect(lost({ task: "edit" })).toBe(false);
  });

  it("is read again as it was kept, and starts afresh from anything else", () => {
    const fields: FilmFields = {
      ...withFile(
        withFilmChoices(filled, "regatta-text", { duration: "10s", audio: false }),
        "scene",
        "s",
        3,
      ),
      mode: "image",
      models: { image: "carnival-image" },
      elements: [{ front: "f", images: ["i"], film: null }],
      keyframes: [{ item: "k", frame: 12 }],
      document: { file: { picked: "handle" }, name: "notes.pdf" },
    };
    const read = readFilm(JSON.stringify(fields));
    expect(read).toMatchObject({ ...fields, document: null, files: { scene: ["s"] } });
    for (const broken of [
      null,
      "",
      "{",
      "[]",
      '{"files": 3, "elements": [1], "keyframes": [{"item": "x"}]}',
    ]) {
      const fresh = readFilm(broken);
      expect([fresh.prompt, fresh.elements, fresh.keyframes, fresh.mode]).toEqual(["", [], [], "text"]);
    }
  });
});

describe("the form's price", () => {
  it("is asked for once for all words, 400 ms after the last change that bears on it", async () => {
    const films = begin();
    await films.load();
    films.change({ prompt: "W" });
    films.ask();
    await vi.advanceTimersByTimeAsync(399);
    expect(quotes()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(quotes()).toBe(1);
    expect(films.offer?.amount).toEqual(usd("0.35"));
    films.change({ prompt: "Waves" });
    films.ask();
    await vi.advanceTimersByTimeAsync(1000);
    expect([quotes(), films.offerStale]).toEqual([1, false]);
    films.choose({ duration: "10s" });
    films.ask();
    // What another length costs isn't shown as the price of this one.
    expect([films.offer, films.ready]).toEqual([null, false]);
    await vi.advanceTimersByTimeAsync(400);
    expect(films.offer?.amount).toEqual(usd("0.60"));
    expect(films.ready).toBe(true);
  });

  it("isn't paid where it has changed by the time it is sent", async () => {
    let amount = "0.35";
    const films = begin({
      over: {
        quoteFilm: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: usd(amount),
              account: "sandbox",
              pretend: true,
              problem: null,
              unpriced: null,
              advice: null,
            },
          }),
      },
    });
    await films.load();
    films.change({ prompt: "" });
    films.ask();
    await vi.advanceTimersByTimeAsync(400);
    amount = "0.50";
    films.change({ prompt: "Waves" });
    films.ask();
    expect(await films.send()).toBe("repriced");
    expect(fake.calls.some((call) => call.name === "startFilm")).toBe(false);
    expect(await films.send()).toMatchObject({ status: "ok" });
  });

  it("is asked for anew where it was refused as no longer true: what is pressed next is the price of now", async () => {
    let amount = "0.35";
    const films = begin({
      over: {
        quoteFilm: () => Promise.resolve({ status: "ok", data: quoted(amount) }),
        startFilm: (_request, expected) =>
          Promise.resolve(
            expected.amount?.amount === amount
              ? { status: "ok", data: fakeJob("film-1") }
              : { status: "error", error: fakeError("price_changed") },
          ),
      },
    });
    await films.load();
    films.change({ prompt: "Waves" });
    films.ask();
    await vi.advanceTimersByTimeAsync(400);
    amount = "0.50";
    expect(await films.send()).toBe("repriced");
    // The old one isn't there to be pressed again.
    expect([films.offer, films.ready]).toEqual([null, false]);
    await vi.advanceTimersByTimeAsync(400);
    expect(films.offer?.amount).toEqual(usd("0.50"));
    films.change({ prompt: "Waves" });
    expect(await films.send()).toMatchObject({ status: "ok" });
  });

  it("says nothing of a form that isn't there any more while the present one is judged", async () => {
    const films = begin();
    await films.load();
    films.ask();
    await vi.advanceTimersByTimeAsync(400);
    expect(films.offerProblem?.code).toBe("prompt_empty");
    films.change({ prompt: "W" });
    films.ask();
    expect([films.offerProblem, films.ready]).toEqual([null, false]);
    await vi.advanceTimersByTimeAsync(400);
    expect([films.offerProblem, films.ready]).toEqual([null, true]);
  });

  it("isn't sent twice by a double click", async () => {
    const films = begin();
    await films.load();
    films.change({ prompt: "Waves" });
    films.ask();
    await vi.advanceTimersByTimeAsync(400);
    const both = await Promise.all([films.send(), films.send()]);
    expect(both.filter((answer) => answer !== null)).toHaveLength(1);
    expect(await films.send()).toBeNull();
  });
});

describe("what is put into the form", () => {
  it("says where there is no room, and judges what goes into elements and places too", async () => {
    const bad = fakeItem(3, now);
    const films = begin({ films: { unfit: { [bad.id]: fakeError("input_too_large") } } });
    await films.load();
    films.chooseModel("procession");
    const most = films.model?.inputs.find((rule) => rule.role === "reference_film")?.most ?? 0;
    const put = (index: number): boolean =>
      films.put("reference_film", fakeItem(0, now, { kind: "film", id: `f-${index}` }));
    expect(Array.from({ length: most + 1 }, (_, index) => put(index)).lastIndexOf(false)).toBe(most);
    expect(films.fields.files.reference_film).toHaveLength(most);
    films.change({ files: {}, elements: [{ front: bad.id, images: [], film: null }] });
    films.look();
    await vi.advanceTimersByTimeAsync(1);
    expect(films.inputProblem?.code).toBe("input_too_large");
  });

  it("finds a model that takes it, and begins with a picture where one is to begin", async () => {
    const films = begin();
    await films.load();
    const picture = fakeItem(0, now);
    expect(films.use(picture)).toBe(true);
    expect([films.fields.mode, films.fields.files.image]).toEqual(["image", [picture.id]]);
    const film = fakeItem(1, now, { kind: "film", id: "moving-1" });
    expect(films.use(film)).toBe(true);
    expect([films.fields.mode, films.fields.files.film]).toEqual(["film", ["moving-1"]]);
    expect(films.beginWith(fakeItem(2, now))).toBe(true);
    expect([films.fields.mode, films.fields.files.image]).toEqual(["image", [fakeItem(2, now).id]]);
  });

  it("says when the model of an earlier film is gone, and starts from what that did", async () => {
    const old = {
      ...filmRequest(filled, model("regatta-image")),
      model: "long-gone",
      image: { item: "first" },
    };
    const films = begin({ over: { filmFrom: () => Promise.resolve({ status: "ok", data: old }) } });
    await films.load();
    films.chooseMode("upscale");
    expect(await films.useRequestOf({ job: "old" })).toMatchObject({ modelGone: true });
    expect([films.fields.mode, films.model?.mode, films.request?.image]).toEqual([
      "image",
      "image",
      { item: "first" },
    ]);
  });

  it("finds none where there is none", async () => {
    const films = begin({
      films: { models: { ...fakeFilmModels, models: [fakeFilmModel("words-only", "Words")] } },
    });
    await films.load();
    expect(films.use(fakeItem(0, now))).toBe(false);
    expect(films.beginWith(fakeItem(0, now))).toBe(false);
  });

  it("goes on with the model of the same name when it starts from something else", async () => {
    const films = begin();
    await films.load();
    films.choose({ duration: "10s" });
    films.chooseMode("image");
    expect([films.model?.id, films.choices?.duration]).toEqual(["regatta-image", "10s"]);
    films.chooseModel("carnival-image");
    films.chooseMode("text");
    films.chooseMode("image");
    expect(films.model?.id).toBe("carnival-image");
  });
});
