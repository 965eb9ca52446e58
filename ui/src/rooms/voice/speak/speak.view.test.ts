import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { shortcutHandler } from "@/actions/shortcuts";
import type { ReadingView } from "@/bindings";
import "@/i18n/voice";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem, usd } from "@/platform/fake-data";
import { fakeSound, fakeSoundId } from "@/platform/fake-recorder";
import {
  fakeClone,
  fakeReading,
  fakeSpeakers,
  fakeSpeakJob,
  fakeVoice,
  fakeVoiceModels,
} from "@/platform/fake-speech-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { clones } from "@/stores/clones.svelte";
import { events } from "@/stores/events";
import { items } from "@/stores/items.svelte";
import { notices } from "@/stores/notices.svelte";
import { player } from "@/stores/player.svelte";
import { readings } from "@/stores/readings.svelte";
import { EMPTY_SPEECH } from "@/stores/speech-form";
import { live } from "@/stores/speech-live.svelte";
import { speechTexts } from "@/stores/speech-texts.svelte";
import { speech } from "@/stores/speech.svelte";
import { voiceRoom } from "@/stores/voice-room.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import SpeakTab from "./SpeakTab.svelte";
import { view } from "./view.svelte";

const now = new Date("2026-11-21T14:35:00Z");
let stops: (() => void)[] = [];

async function open(options: FakeOptions = {}, sounds: readonly string[] = []): Promise<Fake> {
  const fake = fakePlatform({ items: 3, makingTakes: 0, now: () => now, sounds: [31_000, 4000], ...options });
  usePlatform(fake);
  // The length is in the id.
  items.keep(sounds.map((id) => fakeItem(0, now, { ...fakeSound(1, Number(id.slice(24, 30)) * 100), id })));
  stops.push(events.start(platform));
  const handle = (event: KeyboardEvent): void => shortcutHandler(actions.list, () => "voice")(event);
  addEventListener("keydown", handle);
  stops.push(() => removeEventListener("keydown", handle));
  readings.stop();
  readings.list = [];
  readings.loaded = false;
  clones.stop();
  clones.consented = false;
  speechTexts.leave();
  live.stop();
  player.close();
  notices.list = [];
  voiceRoom.show("speak");
  await app.load();
  if (app.state) accounts.start(app.state);
  speech.models = null;
  speech.change(EMPTY_SPEECH);
  speech.fields = EMPTY_SPEECH;
  await Promise.all([speech.load(), readings.start(), clones.start()]);
  const shown = await render(SpeakTab);
  shown.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  return fake;
}
const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const text = () => page.getByLabelText("Text", { exact: true });
const written = (): string => (text().element() as HTMLTextAreaElement).value;
const reading = (title: string) => page.getByRole("article", { name: title });

beforeEach(() => page.viewport(1204, 722));
afterEach(() => {
  view.clones = false;
  view.making = false;
  view.form = false;
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
});

const line = "Good evening. The last boat leaves.";
function audition(): ReadingView[] {
  return ["ef_bella", "ef_heart", "em_adam"].map((voice, index) =>
    fakeReading(`a${String(index)}`, {
      audition: "one",
      request: { ...fakeReading("x").request, voice, text: line },
      item: fakeSoundId(80 + index, 5200),
    }),
  );
}

describe("the form", () => {
  it("counts, prices and sends a text, by the keyboard alone", async () => {
    const fake = await open();
    const button = page.getByRole("button", { name: /^Speak/ });
    await expect.element(button).toBeDisabled();
    await text().fill("# Before dawn\nThe boats come in.");
    await expect.element(page.getByText("18 characters, 1 piece, 1 chapter")).toBeVisible();
    await expect.element(button).toHaveTextContent("$0.000063");
    await expect.element(button).toBeEnabled();
    text().element().focus();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.poll(() => called(fake, "startSpeech").length).toBe(1);
    expect(called(fake, "startSpeech")[0]).toMatchObject([
      { model: "fake-kokoro", voice: "ef_sky", text: "# Before dawn\nThe boats come in." },
      { account: "sandbox", amount: usd("0.000063") },
    ]);
    const card = page.getByRole("article").first();
    await expect.element(card.getByText("Sky, Kokoro")).toBeVisible();
    // It is heard as it is spoken, from the first piece on.
    await expect.poll(() => player.source?.address).toMatch(/\/live\/reading-.*-0$/);
    await card.getByRole("button", { name: "Stop listening" }).click();
    expect(player.source).toBeNull();
    await card.getByRole("button", { name: "Play now" }).click();
    await expect.poll(() => player.playing).toBe(true);
    live.stop();
    await card.getByRole("button", { name: /^Stop “/ }).click();
    await expect.element(card.getByText("You stopped this.")).toBeVisible();
  });

  it("shows only what the model has", async () => {
    await open();
    await expect.element(page.getByRole("slider", { name: "Speed" })).toBeVisible();
    expect(page.getByLabelText("Style").query()).toBeNull();
    await page.getByRole("combobox", { name: "Model" }).click();
    await expect.element(page.getByRole("option", { name: /Silent/ })).toHaveAttribute("data-disabled");
    await page.getByRole("option", { name: /Flash TTS/ }).click();
    await expect.element(page.getByLabelText("Style")).toBeVisible();
    await expect.element(page.getByRole("combobox", { name: "Language" })).toBeVisible();
    expect(page.getByRole("slider", { name: "Speed" }).query()).toBeNull();
    await page.getByRole("button", { name: "More settings" }).click();
    await expect.element(page.getByRole("slider", { name: "Temperature" })).toBeVisible();
    await page.getByRole("switch", { name: "Set top P" }).click();
    await expect.element(page.getByRole("slider", { name: "Top P" })).toBeVisible();
    await expect.element(page.getByText("1 changed")).toBeVisible();
  });

  it("finds a voice by keys, filters and marks", async () => {
    const fake = await open();
    await page.getByRole("button", { name: /^Voice Sky/ }).click();
    await page.getByPlaceholder("Find a voice").fill("ital");
    await expect.poll(() => document.querySelectorAll('[data-column="voice"]').length).toBe(2);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{ArrowRight}{Enter}");
    await expect.poll(() => called(fake, "markVoice")).toEqual([["fake-kokoro", "if_sara", true]]);
    await userEvent.keyboard("{ArrowLeft}{Enter}");
    await expect.element(page.getByRole("button", { name: /^Voice Sara Italian/ })).toBeVisible();
    expect(speech.choices.voice).toBe("if_sara");
    await page.getByRole("button", { name: /^Voice Sara/ }).click();
    await page.getByRole("button", { name: "Favourites", exact: true }).click();
    await expect
      .poll(() => [...document.querySelectorAll(".voice .name")].map((one) => one.textContent))
      .toEqual(["Heart", "George", "Sara"]);
  });

  it("opens hundreds of voices at once", async () => {
    const [first] = fakeSpeakers();
    const voices = Array.from({ length: 800 }, (_, index) =>
      fakeVoice(`v${String(index)}`, {
        name: `Voice ${String(index)}`,
        language: ["en-US", "it-IT"][index % 2]!,
      }),
    );
    await open({
      speech: {
        models: { ...fakeVoiceModels(), speak: [{ ...first!, voices, default_voice: "v700" }], hear: [] },
      },
    });
    await page.getByRole("button", { name: /^Voice Voice 700/ }).click();
    await expect.poll(() => document.querySelectorAll(".voice").length).toBe(800);
    // The chosen one is in sight.
    await expect
      .poll(() => {
        const chosen = document.querySelector(".row.chosen")?.getBoundingClientRect();
        const shown = document.querySelector(".results")?.getBoundingClientRect();
        return chosen && shown && chosen.top >= shown.top && chosen.bottom <= shown.bottom;
      })
      .toBe(true);
  });

  it("reads files at once and pages at their price", async () => {
    const fake = await open();
    await text().fill("Mine.");
    await page.getByRole("button", { name: "Open a file…" }).click();
    await expect.poll(() => written()).toMatch(/^# Before dawn/);
    expect(notices.list.at(-1)?.text).toBe("The text was replaced.");
    notices.list.at(-1)?.action?.run();
    await expect.element(text()).toHaveValue("Mine.");
    await page.getByRole("button", { name: "Web page…" }).click();
    const address = page.getByLabelText("Address of the page");
    await address.fill("two words");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByText("This isn't the address of a web page.")).toBeVisible();
    await address.fill("venice.example/fog");
    await userEvent.keyboard("{Enter}{Enter}");
    const read = page.getByRole("button", { name: /^Read the page.*\$0\.01/ });
    await expect.element(read).toBeVisible();
    // Neither the second Enter of two nor the second click is a word on a price that has only just appeared.
    await userEvent.keyboard("{Enter}");
    read.element().dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 2 }));
    expect(called(fake, "fetchText")).toHaveLength(1);
    await read.click();
    await expect.poll(() => written()).toMatch(/^# Before dawn/);
    expect(called(fake, "fetchText")[1]).toEqual([
      { kind: "page", url: "https://venice.example/fog" },
      { account: "sandbox", amount: usd("0.01") },
      false,
    ]);
  });

  it("is a sheet in a narrow window, and says what stands in the way", async () => {
    await page.viewport(884, 562);
    await open({
      over: {
        estimateSpeech: () => Promise.resolve({ status: "error", error: fakeError("limit_per_click") }),
      },
    });
    await page.getByRole("button", { name: "Form", exact: true }).click();
    await text().fill("Fog.");
    const sheet = page.getByRole("dialog");
    await expect.element(sheet.getByRole("alert")).toBeVisible();
    await expect.element(sheet.getByRole("button", { name: /^Speak/ })).toBeDisabled();
  });
});

describe("readings", () => {
  const id = fakeSoundId(77, 40_000);

  it("jump to chapters", async () => {
    const chapters = [
      { at_ms: 0, label: "Before dawn" },
      { at_ms: 31_000, label: "Acqua alta" },
    ];
    await open({ speech: { readings: [fakeReading("book", { item: id, title: "Book", chapters })] } }, [id]);
    await reading("Book").getByRole("button", { name: "Acqua alta, 0:31" }).click();
    expect([player.source?.key, player.at, player.playing]).toEqual([id, 31_000, true]);
    await expect
      .element(reading("Book").getByRole("button", { name: "Acqua alta, 0:31" }))
      .toHaveAttribute("aria-current", "true");
  });

  it("are heard to their end when they were finished meanwhile, and can be stopped then too", async () => {
    const jobs = [fakeSpeakJob("p1", { state: "sent" })];
    const fake = await open({ speech: { readings: [fakeReading("r", { state: "speaking", jobs })] } });
    await page.getByRole("button", { name: "Play now" }).click();
    fake.speech.finish("r");
    await expect.element(page.getByRole("group", { name: "Player" })).toBeVisible();
    expect(player.source?.address).toMatch(/\/live\/p1$/);
    await page.getByRole("button", { name: "Stop listening" }).click();
    expect([player.source, live.reading]).toEqual([null, null]);
  });

  it("send missing pieces again, and ask where it may be charged twice", async () => {
    const jobs = [
      fakeSpeakJob("b1"),
      fakeSpeakJob("b2", { state: "failed", billing: "nothing" }),
      fakeSpeakJob("b3", { state: "unknown", billing: "unknown" }),
    ];
    const problem = fakeError("INFERENCE_FAILED", { retryable: true });
    const fake = await open({
      speech: { readings: [fakeReading("b", { state: "incomplete", title: "Letters", jobs, problem })] },
    });
    const card = reading("Letters");
    await expect.element(card.getByText(/2 pieces are missing.*isn't bought again/)).toBeVisible();
    await card.getByRole("button", { name: /^Send again anyway.*\$0\.0042/ }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    expect(called(fake, "retryReading")).toEqual([]);
    await card.getByRole("button", { name: /^Send 1 piece again.*\$0\.0021/ }).click();
    await expect.poll(() => called(fake, "retryReading")).toEqual([["b", false, usd("0.0021"), []]]);
    await expect.element(card.getByText(/1 of 3 pieces/)).toBeVisible();
  });

  it("show what sending again costs by now, and ask for no more than that", async () => {
    const jobs = [fakeSpeakJob("b1"), fakeSpeakJob("b2", { state: "failed", billing: "nothing" })];
    const refused = fakeError("price_changed", { params: { amount: "0.0084", currency: "usd" } });
    const retryReading = vi.fn(() => Promise.resolve({ status: "error" as const, error: refused }));
    await open({
      speech: { readings: [fakeReading("b", { state: "incomplete", title: "Letters", jobs })] },
      over: { retryReading },
    });
    const card = reading("Letters");
    await card.getByRole("button", { name: /^Send 1 piece again.*\$0\.0021/ }).click();
    await card.getByRole("button", { name: /^Send 1 piece again.*\$0\.0084/ }).click();
    await expect
      .poll(() => retryReading.mock.calls)
      .toEqual([
        ["b", false, usd("0.0021"), []],
        ["b", false, usd("0.0084"), []],
      ]);
  });

  it("lend their settings, are exported and put away", async () => {
    const request = { ...fakeReading("x").request, voice: "ef_heart", speed: 1.5 };
    const fake = await open({ speech: { readings: [fakeReading("r", { item: id, request })] } }, [id]);
    const menu = async (name: string): Promise<void> => {
      await page.getByRole("button", { name: /^More for/ }).click();
      await page.getByRole("menuitem", { name }).click();
    };
    await menu("Use these settings");
    await expect.element(text()).toHaveValue(request.text);
    expect(speech.choices).toMatchObject({ voice: "ef_heart", speed: 1.5 });
    await menu("Export as OPUS…");
    await expect.poll(() => called(fake, "exportSound")).toEqual([[id, "opus"]]);
    await menu("Speak again");
    await expect.poll(() => called(fake, "startSpeech").length).toBe(1);
    await page
      .getByRole("button", { name: /^More for/ })
      .last()
      .click();
    await page.getByRole("menuitem", { name: /Put away/ }).click();
    await expect.poll(() => called(fake, "dismissReading")).toEqual([["r"]]);
  });

  it("teach when there are none, with an example that is free in the sandbox", async () => {
    const fake = await open();
    await page.getByRole("button", { name: /^Try: The gondolas/ }).click();
    await expect.poll(() => called(fake, "startSpeech").length).toBe(1);
  });
});

describe("auditions", () => {
  it("price many voices as one and send them", async () => {
    const fake = await open();
    await page.getByRole("radio", { name: "Audition" }).click();
    await page.getByLabelText("The line").fill("Good evening.");
    await page.getByRole("button", { name: "All favourites" }).click();
    await page.getByRole("checkbox", { name: /^Aurora/ }).click();
    const button = page.getByRole("button", { name: /^Audition 3 voices.*\$0\.000741/ });
    await expect.element(button).toBeEnabled();
    await button.click();
    await expect.poll(() => called(fake, "startAudition")[0]?.[1]).toHaveLength(3);
    await expect.element(page.getByRole("group", { name: "Aurora" })).toBeVisible();
  });

  it("are compared by ear with the keys", async () => {
    const list = audition();
    const fake = await open(
      { speech: { readings: list } },
      list.map((one) => one.item ?? ""),
    );
    speech.change({ mode: "audition" });
    await page.getByRole("button", { name: "Play: Bella" }).click();
    expect(player.source?.key).toBe(list[0]?.item);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect([player.source?.key, player.playing]).toEqual([list[2]?.item, true]);
    await userEvent.keyboard("s");
    await expect.poll(() => called(fake, "markVoice")).toEqual([["fake-kokoro", "em_adam", true]]);
    await userEvent.keyboard("{Enter}");
    expect([speech.fields.mode, speech.voice?.name]).toEqual(["read", "Adam"]);
  });
});

describe("cloned voices", () => {
  it("are made from a sound that was sent here, after the statement", async () => {
    const sample = fakeSoundId(1, 31_000);
    const fake = await open({}, [sample]);
    voiceRoom.show("speak", { item: sample });
    const dialog = page.getByRole("dialog", { name: "Clone a voice" });
    await expect.element(dialog.getByText("At least 6 s of speech", { exact: false })).toBeVisible();
    const make = dialog.getByRole("button", { name: /^Clone the voice/ });
    await dialog.getByLabelText("Name", { exact: true }).fill("Nonna");
    await expect.element(make).toBeDisabled();
    await expect.element(dialog.getByText("The statement has to be accepted first.")).toBeVisible();
    await dialog.getByRole("checkbox", { name: /^This is my own voice/ }).click();
    await expect.element(make).toHaveTextContent("$0.05");
    await make.click();
    await expect
      .poll(() => called(fake, "makeClone")[0])
      .toMatchObject([{ sample, name: "Nonna", consent: true }, { amount: usd("0.05") }, false]);
    const shelf = page.getByRole("dialog", { name: "Cloned voices" });
    await shelf.getByRole("button", { name: "Speak with it" }).click();
    expect(speech.voice?.name).toBe("Nonna");
  });

  it("tell when they end, and are renewed and renamed", async () => {
    const fake = await open({
      speech: {
        clones: [
          fakeClone("c1", {
            name: "Mine",
            ends_at: new Date(Date.now() + 5 * 3_600_000 + 60_000).toISOString(),
          }),
        ],
      },
    });
    await page.getByRole("button", { name: "Cloned voices…" }).click();
    const dialog = page.getByRole("dialog");
    await expect.element(dialog.getByText("ends in 5 hours")).toBeVisible();
    await dialog.getByRole("button", { name: /^Renew.*\$0\.05/ }).click();
    await expect
      .poll(() => called(fake, "renewClone"))
      .toEqual([["c1", { account: "sandbox", amount: usd("0.05") }, false]]);
    await dialog.getByRole("button", { name: "Rename “Mine”" }).click();
    await dialog.getByRole("textbox").fill("Nonna");
    await userEvent.keyboard("{Enter}");
    await expect.element(dialog.getByText("Nonna", { exact: true })).toBeVisible();
    expect(called(fake, "renameClone")).toEqual([["c1", "Nonna"]]);
    await dialog.getByRole("button", { name: "Forget “Nonna”" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Forget it" }).click();
    await expect.poll(() => called(fake, "forgetClone")).toEqual([["c1"]]);
  });
});

describe.each(themes)("in the %s theme", (theme) => {
  it("passes the rules of accessibility", async () => {
    setTheme(theme);
    const list = audition();
    const jobs = [fakeSpeakJob("1"), fakeSpeakJob("2", { state: "failed", billing: "nothing" })];
    const shown = [
      fakeReading("bad", { state: "incomplete", title: "Bad", jobs, problem: fakeError("INFERENCE_FAILED") }),
      fakeReading("now", { state: "speaking", jobs: [fakeSpeakJob("3", { state: "sent" })] }),
      fakeReading("done", { item: list[0]?.item ?? null, chapters: [{ at_ms: 0, label: "One" }] }),
    ];
    await open(
      { speech: { readings: [...shown, ...list], clones: [fakeClone("c1")] } },
      list.map((one) => one.item ?? ""),
    );
    await text().fill("Fog.");
    await expect.element(page.getByRole("button", { name: /^Speak.*\$/ })).toBeEnabled();
    await expectAccessible();
    speech.change({ mode: "audition" });
    await expect.element(page.getByRole("button", { name: "Play: Bella" })).toBeVisible();
    await expectAccessible();
    view.showClones();
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
    clones.begin(fakeSoundId(1, 31_000));
    view.making = true;
    await expect.element(page.getByRole("dialog", { name: "Clone a voice" })).toBeVisible();
    await expectAccessible();
  });
});
