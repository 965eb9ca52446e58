import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SpeechRequest } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, usd } from "@/platform/fake-data";
import { fakeSpeakers, fakeVoiceModels } from "@/platform/fake-speech-data";
import { usePlatform } from "@/platform/platform";
import { readings } from "./readings.svelte";
import {
  boundsOf,
  EMPTY_SPEECH,
  readSpeech,
  speechRequest,
  withChoices,
  withSpeechModel,
  withSpeechRequest,
} from "./speech-form";
import { EVERY_VOICE, filterVoices, groupVoices, pickVoices, voicesOf } from "./speech-voices";
import { Speech } from "./speech.svelte";

const [kokoro, chatterbox, flash] = fakeSpeakers() as [
  ReturnType<typeof fakeSpeakers>[0],
  ReturnType<typeof fakeSpeakers>[0],
  ReturnType<typeof fakeSpeakers>[0],
];
let fake: Fake;

async function begin(options: FakeOptions = {}, now = (): number => 0): Promise<Speech> {
  fake = fakePlatform({ makingTakes: 0, ...options });
  usePlatform(fake);
  readings.list = [];
  const speech = new Speech(now);
  await Promise.all([speech.open(), speech.load()]);
  return speech;
}
const called = (name: string): readonly (readonly unknown[])[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);
async function priced(speech: Speech): Promise<void> {
  speech.ask();
  await vi.advanceTimersByTimeAsync(250);
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe("the form's request", () => {
  it("has only what the model takes, within its limits", () => {
    const choices = {
      speed: 9,
      style: " softly ",
      temperature: 7,
      topP: 0.5,
      language: "de",
      format: "opus",
      voice: "nobody",
    };
    const fields = { ...EMPTY_SPEECH, text: " Fog. " };
    expect(speechRequest(withChoices(fields, kokoro.id, choices), kokoro)).toEqual({
      model: "fake-kokoro",
      voice: "ef_sky",
      text: "Fog.",
      title: null,
      speed: 4,
      style: null,
      temperature: null,
      top_p: null,
      language: null,
      format: "opus",
    });
    expect(speechRequest(withChoices(fields, flash.id, choices), flash)).toMatchObject({
      voice: "Kore",
      speed: null,
      style: "softly",
      temperature: 2,
      top_p: 0.5,
      language: "de",
      format: null,
    });
    // A language that the model doesn't know isn't told, any is where it names none.
    const klingon = withChoices(fields, flash.id, { language: "tlh" });
    expect(speechRequest(klingon, flash).language).toBeNull();
    expect(speechRequest(klingon, { ...flash, languages: [] }).language).toBe("tlh");
  });

  it("leaves to the model what was never set", () => {
    expect(speechRequest({ ...EMPTY_SPEECH, text: "Fog." }, chatterbox)).toMatchObject({
      speed: null,
      temperature: null,
      format: null,
      voice: "Aurora",
    });
    expect(boundsOf({ min: null, max: null, default: null }, "speed")).toEqual({
      min: 0.25,
      max: 4,
      default: 1,
    });
    expect(boundsOf({ min: 0.5, max: 0.9, default: 3 }, "temperature")?.default).toBe(0.9);
  });

  it("keeps what is chosen for each model, and takes how to speak along to a new one", () => {
    const first = withChoices(EMPTY_SPEECH, kokoro.id, { voice: "ef_heart", speed: 1.2, style: "calm" });
    const second = withSpeechModel(first, kokoro.id, flash.id);
    expect(second.choices[flash.id]).toMatchObject({ voice: null, speed: 1.2, style: "calm" });
    const back = withSpeechModel(withChoices(second, flash.id, { speed: 2 }), flash.id, kokoro.id);
    expect(back.choices[kokoro.id]).toMatchObject({ voice: "ef_heart", speed: 1.2 });
  });

  it("is read from what was kept, whatever that is", () => {
    const fields = withChoices({ ...EMPTY_SPEECH, text: "Fog.", playLive: false }, kokoro.id, { speed: 1.5 });
    expect(readSpeech(JSON.stringify(fields))).toEqual(fields);
    for (const broken of [null, "", "[]", "{", '{"text":7,"choices":[1],"voices":[{"model":1}],"mode":"x"}'])
      expect(readSpeech(broken)).toEqual(EMPTY_SPEECH);
  });

  it("comes back from a reading's request", () => {
    const request: SpeechRequest = {
      ...speechRequest({ ...EMPTY_SPEECH, text: "Fog." }, flash),
      style: "calm",
    };
    const fields = withSpeechRequest({ ...EMPTY_SPEECH, mode: "audition" }, request);
    expect(fields).toMatchObject({ mode: "read", model: flash.id, text: "Fog." });
    expect(speechRequest(fields, flash)).toEqual(request);
  });
});

describe("voices", () => {
  const all = voicesOf([kokoro, chatterbox]);
  const nameOf = (tag: string): string => (tag === "it-IT" ? "Italian" : tag);
  const names = (filter: Partial<typeof EVERY_VOICE>): string[] =>
    filterVoices(all, { ...EVERY_VOICE, ...filter }, nameOf).map(({ voice }) => voice.name);

  it("are found by name, model and language, and filtered", () => {
    expect(names({ text: "sky" })).toEqual(["Sky"]);
    expect(names({ text: "italian" })).toEqual(["Sara", "Nicola"]);
    expect(names({ text: "chatterbox bl" })).toEqual(["Blade"]);
    expect(names({ favourites: true })).toEqual(["Heart", "George"]);
    expect(names({ language: "it-IT", gender: "male" })).toEqual(["Nicola"]);
  });

  it("are grouped: cloned ones first, untold languages last, favourites ahead", () => {
    const [first] = kokoro.voices;
    const clone = { ...first!, id: "vv_1", name: "Mine", clone: "c1" };
    const groups = groupVoices([...all, { model: chatterbox, voice: clone }], nameOf);
    expect(groups.map((group) => group.key)).toEqual([
      "clones",
      "en-GB",
      "en-US",
      "fr-FR",
      "it-IT",
      "ja-JP",
      "zh-CN",
      "unknown",
    ]);
    expect(groups[2]?.voices[0]?.voice.name).toBe("Heart");
  });

  it("are picked and left out without doubles", () => {
    const picks = pickVoices(pickVoices([], all.slice(0, 3), true), all.slice(2, 5), true);
    expect(picks).toHaveLength(5);
    expect(pickVoices(picks, all.slice(0, 4), false)).toEqual([
      { model: "fake-kokoro", voice: all[4]?.voice.id },
    ]);
  });

  it("are marked at once, and unmarked when that fails", async () => {
    const speech = await begin();
    const sky = speech.all.find(({ voice }) => voice.name === "Sky")!;
    const favourite = () => speech.all.find(({ voice }) => voice.name === "Sky")?.voice.favourite;
    const marking = speech.mark(sky, true);
    expect(favourite()).toBe(true);
    expect(await marking).toBeNull();
    expect(favourite()).toBe(true);
    const failing = await begin({
      over: { markVoice: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    expect((await failing.mark(sky, true))?.code).toBe("disk_full");
    expect(failing.all.find(({ voice }) => voice.name === "Sky")?.voice.favourite).toBe(false);
  });
});

describe("sending", () => {
  it("goes at the price on the button, once for a double click", async () => {
    let now = 1000;
    const speech = await begin({}, () => now);
    speech.change({ text: "# One\nFog over the Giudecca." });
    await priced(speech);
    expect(speech.offer).toMatchObject({ characters: 22, pieces: 1, chapters: 1, amount: usd("0.000077") });
    const sent = await speech.send();
    expect(sent).toMatchObject({ status: "ok" });
    expect(called("startSpeech")[0]).toMatchObject([
      { model: "fake-kokoro", text: "# One\nFog over the Giudecca." },
      { account: "sandbox", amount: usd("0.000077") },
    ]);
    expect(await speech.send()).toBeNull();
    now += 700;
    expect(await speech.send()).toMatchObject({ status: "ok" });
    expect(readings.list).toHaveLength(2);
  });

  it("asks again when the last words cost another sum, and the second of two clicks is no answer", async () => {
    let now = 1000;
    const speech = await begin({}, () => now);
    speech.change({ text: "Fog." });
    await priced(speech);
    speech.change({ text: "Fog over the Giudecca." });
    speech.ask();
    expect([speech.ready, speech.offerStale]).toEqual([true, true]);
    expect(await speech.send()).toBe("repriced");
    expect(called("startSpeech")).toEqual([]);
    expect(speech.offer?.characters).toBe(22);
    now += 300;
    expect(await speech.send()).toBeNull();
    now += 400;
    expect(await speech.send()).toMatchObject({ status: "ok" });
  });

  it("shows what it costs now when the price was another after all", async () => {
    const speech = await begin({
      over: { startSpeech: () => Promise.resolve({ status: "error", error: fakeError("price_changed") }) },
    });
    speech.change({ text: "Fog." });
    await priced(speech);
    const asked = called("estimateSpeech").length;
    expect(await speech.send()).toMatchObject({ status: "error" });
    await vi.advanceTimersByTimeAsync(250);
    expect(called("estimateSpeech")).toHaveLength(asked + 1);
  });

  it("says what is missing, and can't go with a problem or too long a style", async () => {
    const speech = await begin();
    expect(speech.missing).toBe("text");
    speech.change({ text: "# Only a chapter" });
    await priced(speech);
    expect([speech.ready, speech.offerProblem?.code]).toEqual([false, "prompt_empty"]);
    speech.chooseModel("fake-flash");
    speech.change({ text: "Fog." });
    await priced(speech);
    expect(speech.ready).toBe(true);
    speech.choose({ style: "calm ".repeat(60) });
    expect([speech.styleTooLong, speech.ready]).toEqual([true, false]);
  });

  it("prices an audition as a whole, over models", async () => {
    const speech = await begin();
    speech.change({ mode: "audition", line: "Fog." });
    expect(speech.missing).toBe("voices");
    speech.pick(
      speech.all.filter(({ voice }) => ["Heart", "Aurora"].includes(voice.name)),
      true,
    );
    // What isn't there any more is passed over.
    speech.change({ voices: [...speech.fields.voices, { model: "fake-kokoro", voice: "gone" }] });
    await priced(speech);
    expect(speech.offer).toMatchObject({ pieces: 2, amount: usd("0.000214") });
    await speech.send();
    expect(called("startAudition")[0]?.[1]).toEqual([
      { model: "fake-kokoro", voice: "ef_heart" },
      { model: "fake-chatterbox", voice: "Aurora" },
    ]);
    expect(readings.auditions.map((audition) => [audition.line, audition.readings.length])).toEqual([
      ["Fog.", 2],
    ]);
    expect(readings.texts).toEqual([]);
    speech.useVoice("fake-chatterbox", "Blade");
    expect([speech.fields.mode, speech.model?.id, speech.voice?.name]).toEqual([
      "read",
      "fake-chatterbox",
      "Blade",
    ]);
  });
});

describe("the draft", () => {
  it("is kept a moment after the last change, whatever its length", async () => {
    const speech = await begin({ speech: { draft: JSON.stringify({ ...EMPTY_SPEECH, text: "Kept." }) } });
    expect(speech.fields.text).toBe("Kept.");
    const book = "The lagoon. ".repeat(60_000);
    speech.change({ text: book });
    expect(called("keepSpeechDraft")).toEqual([]);
    await vi.advanceTimersByTimeAsync(700);
    expect(readSpeech(String(called("keepSpeechDraft")[0]?.[0])).text).toBe(book);
    speech.change({ text: "Last." });
    expect(await speech.keepNow()).toBeNull();
    expect(called("keepSpeechDraft")).toHaveLength(2);
    await speech.keepNow();
    expect(called("keepSpeechDraft")).toHaveLength(2);
  });

  it("doesn't take the place of what was typed before it came, and tells when it can't be kept", async () => {
    const problems: string[] = [];
    fake = fakePlatform({
      speech: { draft: JSON.stringify({ ...EMPTY_SPEECH, text: "Kept." }) },
      over: { keepSpeechDraft: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    usePlatform(fake);
    const speech = new Speech();
    speech.onkeepproblem = (problem) => problems.push(problem.code);
    const opening = speech.open();
    speech.change({ text: "Typed." });
    await opening;
    expect(speech.fields.text).toBe("Typed.");
    await vi.advanceTimersByTimeAsync(700);
    expect(problems).toEqual(["disk_full"]);
    // Whoever leaves has it tried once more.
    fake = fakePlatform();
    usePlatform(fake);
    expect(await speech.keepNow()).toBeNull();
    expect(readSpeech(String(called("keepSpeechDraft")[0]?.[0])).text).toBe("Typed.");
  });

  it("is read again when it could not be at first", async () => {
    let works = false;
    const read = fakePlatform({ speech: { draft: JSON.stringify({ ...EMPTY_SPEECH, text: "Kept." }) } });
    usePlatform({
      ...read,
      commands: {
        ...read.commands,
        speechDraft: () =>
          works
            ? read.commands.speechDraft()
            : Promise.resolve({ status: "error", error: fakeError("library_gone") }),
      },
    });
    const speech = new Speech();
    expect((await speech.open())?.code).toBe("library_gone");
    works = true;
    expect(await speech.open()).toBeNull();
    expect(speech.fields.text).toBe("Kept.");
  });

  it("gives back a text that another took the place of", async () => {
    const speech = await begin();
    expect(speech.useText({ title: "One", text: "Mine." })).toBeNull();
    const back = speech.useText({ title: "Two", text: "Theirs." });
    expect(speech.fields).toMatchObject({ title: "Two", text: "Theirs." });
    back?.();
    expect(speech.fields).toMatchObject({ title: "One", text: "Mine." });
  });
});

it("passes over models that don't answer, and keeps what it knows when they can't be read", async () => {
  const models = fakeVoiceModels();
  const speech = await begin({ speech: { models: { ...models, speak: models.speak.toReversed() } } });
  expect(speech.model?.id).toBe("fake-flash");
  expect(speech.all.some(({ model }) => model.offline)).toBe(false);
  usePlatform(
    fakePlatform({
      over: { voiceModels: () => Promise.resolve({ status: "error", error: fakeError("network_down") }) },
    }),
  );
  await speech.load();
  expect([speech.modelsProblem?.code, speech.speakers.length]).toEqual(["network_down", 4]);
});
