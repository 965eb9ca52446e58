import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "@/App.svelte";
import type { TranscriptText } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem } from "@/platform/fake-data";
import { fakeVoiceModels } from "@/platform/fake-speech-data";
import { fakeTranscriptList, longTranscript } from "@/platform/fake-transcripts-data";
import { usePlatform } from "@/platform/platform";
import { notices } from "@/stores/notices.svelte";
import { player, type Sounding } from "@/stores/player.svelte";
import { route } from "@/stores/route.svelte";
import { transcribing } from "@/stores/transcribing.svelte";
import { lineText } from "@/stores/transcript-lines";
import { transcripts } from "@/stores/transcripts.svelte";
import { voiceRoom } from "@/stores/voice-room.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import { view } from "./view.svelte";

let fake: Fake;
/** What the one that makes the sound was told. */
let heard: (string | number)[];

const sounding: Sounding = {
  open: () => undefined,
  play: () => {
    heard.push("play");
    return Promise.resolve();
  },
  pause: () => void heard.push("pause"),
  seek: (at) => void heard.push(Math.round(at)),
  tune: () => undefined,
  repeat: () => undefined,
  close: () => undefined,
};

/** Opens the window at the tab, whatever an earlier test left behind. */
async function open(options: FakeOptions = {}, id: string | null = "boats"): Promise<void> {
  location.hash = "#/voice";
  route.query = {};
  fake = fakePlatform({
    jobs: [],
    pace: -1,
    ...options,
    settings: { welcome_done: true, language: "en", ...options.settings },
    over: {
      voiceModels: () => Promise.resolve({ status: "ok", data: { ...fakeVoiceModels(), speak: [] } }),
      ...options.over,
    },
  });
  usePlatform(fake);
  transcripts.close();
  transcripts.list.search("");
  transcripts.list.trashed = false;
  transcripts.list.rows = [];
  Object.assign(transcribing, {
    item: null,
    address: "",
    from: "item",
    chosen: null,
    language: null,
    models: null,
  });
  Object.assign(view, { list: false, library: false });
  player.close();
  voiceRoom.show("transcribe", id === null ? {} : { transcript: id });
  const { container } = await render(App);
  container.style.cssText = "position: fixed; inset: 0";
  if (id === null) await expect.element(page.getByRole("heading", { name: "New transcript" })).toBeVisible();
  else {
    // The room comes when it is first asked for.
    await expect.element(page.getByRole("region", { name: "Lines" })).toBeVisible();
    await expect.poll(() => document.querySelectorAll("[data-line]").length).toBeGreaterThan(0);
  }
  heard = [];
  // What really sounds comes with the first sound; from then on it is silent here.
  if (id !== null)
    await expect.poll(() => document.querySelector("audio"), { timeout: 10_000 }).not.toBeNull();
  player.attach(sounding);
}
const called = (name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const found = (line: number): HTMLElement | null => document.querySelector(`[data-line="${line}"]`);
const row = (line: number): HTMLElement => found(line)!;
const text = (line: number): Text => row(line).querySelector("[data-text]")!.firstChild as Text;
const typed = (): string | undefined =>
  document.querySelector<HTMLTextAreaElement>("[data-line] textarea")?.value;
const field = (): HTMLTextAreaElement => document.querySelector<HTMLTextAreaElement>("[data-line] textarea")!;
const lines = (): string[] =>
  transcripts.editor!.text.lines.map((line) => line.words.map(([word]) => word).join(" "));
const savedText = (): TranscriptText => called("saveTranscript").at(-1)![2] as TranscriptText;

/** Clicks in the middle of a word. */
async function clickWord(line: number, word: string, times: 1 | 2 = 1): Promise<void> {
  const node = text(line);
  const range = document.createRange();
  const at = node.data.indexOf(word);
  range.setStart(node, at);
  range.setEnd(node, at + word.length);
  const [box, inside] = [range.getBoundingClientRect(), node.parentElement!.getBoundingClientRect()];
  const position = { x: box.left + box.width / 2 - inside.left, y: box.top + box.height / 2 - inside.top };
  if (times === 1) await userEvent.click(node.parentElement!, { position });
  else await userEvent.dblClick(node.parentElement!, { position });
}
async function edit(line: number): Promise<void> {
  row(line).focus();
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => document.activeElement).toBe(field());
}

// The room and what sounds come when they are first asked for, which takes long on a busy machine.
beforeAll(() => Promise.all([import("../VoiceRoom.svelte"), import("@/sound/Sound.svelte")]), 60_000);
beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  for (const { id } of notices.list) notices.dismiss(id);
  cleanup();
});

describe("listening", () => {
  it("begins at the word or the time that was clicked, and lights up the word that is heard", async () => {
    await open();
    const start = transcripts.editor!.text.lines[2]!.words[3]![1];
    await clickWord(3, "March");
    expect(heard).toEqual([start, "play"]);
    await expect.poll(() => row(3).hasAttribute("data-heard")).toBe(true);
    const marked = (): string => [...(CSS.highlights.get("transcript-heard") ?? [])].map(String).join();
    expect(marked()).toBe("March.");
    // As it goes on, nothing but the mark moves.
    const node = text(3);
    player.heard(transcripts.editor!.text.lines[3]!.words[1]![1] + 5);
    await expect.poll(marked).toBe("came");
    expect([row(3).hasAttribute("data-heard"), row(4).hasAttribute("data-heard")]).toEqual([false, true]);
    expect(text(3)).toBe(node);
    await button("Hear from 0:08").click();
    expect(player.at).toBe(transcripts.editor!.text.lines[1]!.words[0]![1]);
  });

  it("follows what is heard until somebody scrolls, and comes back on a click", async () => {
    await open({ transcripts: [longTranscript(4000)] }, "long");
    const { text: whole } = transcripts.editor!;
    const region = document.querySelector<HTMLElement>('[role="region"][aria-label="Lines"]')!;
    const at = (index: number): number => whole.lines[index]!.words[0]![1] + 1;
    const seen = (index: number): boolean => {
      const box = found(whole.lines[index]!.id)?.getBoundingClientRect();
      const sight = region.getBoundingClientRect();
      return box !== undefined && box.top >= sight.top && box.bottom <= sight.bottom;
    };
    await button("Hear from 0:01").click();
    player.heard(at(120));
    await expect.poll(() => seen(120)).toBe(true);
    region.dispatchEvent(new WheelEvent("wheel", { deltaY: -400, bubbles: true }));
    const before = region.scrollTop;
    player.heard(at(20));
    await expect.element(button("Back to what is heard")).toBeVisible();
    expect(region.scrollTop).toBe(before);
    await button("Back to what is heard").click();
    await expect.poll(() => seen(20)).toBe(true);
    // Whoever looks for words looks there, wherever the sound is.
    await userEvent.keyboard("{Control>}f{/Control}");
    transcripts.search!.seek({ words: lineText(whole.lines[150]!) }, whole.lines[100]!.id);
    const place = whole.lines.findIndex((line) => line.id === transcripts.search!.current?.line);
    await expect.poll(() => seen(place)).toBe(true);
    player.heard(at(21));
    await expect.element(button("Back to what is heard")).toBeVisible();
    expect(seen(place)).toBe(true);
  });

  it("plays, pauses and goes from line to line by keys, also while one types", async () => {
    await open();
    row(1).focus();
    await userEvent.keyboard(" ");
    expect(player.playing).toBe(true);
    await userEvent.keyboard(" ");
    expect(player.playing).toBe(false);
    await edit(1);
    await userEvent.keyboard("{Control>} {/Control}");
    expect(player.playing).toBe(true);
    // It is before the first line still.
    await userEvent.keyboard("{Alt>}{ArrowDown}{ArrowDown}{/Alt}");
    expect(player.at).toBe(transcripts.editor!.text.lines[1]!.words[0]![1]);
    await userEvent.keyboard("{Alt>}.{/Alt}");
    expect(player.rate).toBe(1.25);
    player.setRate(1);
    // A space is a letter here.
    const length = field().value.length;
    await userEvent.keyboard(" ");
    expect([field().value.length, player.playing]).toEqual([length + 1, true]);
  });
});

describe("editing", () => {
  it("changes a line in its place, keeps the times and says when it is saved", async () => {
    await open();
    await clickWord(3, "March", 2);
    await expect.poll(() => document.activeElement).toBe(field());
    const before = transcripts.editor!.text.lines[2]!;
    field().setSelectionRange(field().value.indexOf("March"), field().value.indexOf("March") + 5);
    await userEvent.keyboard("April");
    expect(lines()[2]).toContain("in April. My uncle");
    await expect.poll(() => called("saveTranscript").length).toBeGreaterThan(0);
    await expect.element(page.getByText("Saved", { exact: true })).toBeVisible();
    expect(savedText().lines[2]!.words.map(([, from]) => from)).toEqual(before.words.map(([, from]) => from));
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => document.activeElement).toBe(row(3));
    await userEvent.keyboard("{Control>}z{/Control}");
    expect(lines()[2]).toContain("in March.");
    await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    expect(lines()[2]).toContain("in April.");
  });

  it("cuts with Enter, joins with Backspace, and goes through the lines with Tab and arrows", async () => {
    await open();
    const whole = lines()[1]!;
    await edit(2);
    const at = whole.indexOf("how");
    field().setSelectionRange(at, at);
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => typed()).toBe(whole.slice(at));
    await expect.poll(() => document.activeElement).toBe(field());
    expect(field().selectionStart).toBe(0);
    expect(lines()[1]).toBe(whole.slice(0, at).trim());
    await userEvent.keyboard("{Backspace}");
    await expect.poll(() => typed()).toBe(whole);
    await expect.poll(() => field().selectionStart).toBe(at);
    await userEvent.keyboard("{Tab}");
    await expect.poll(() => typed()).toBe(lines()[2]);
    await userEvent.keyboard("{ArrowUp}");
    await expect.poll(() => typed()).toBe(whole);
    expect(field().selectionStart).toBe(whole.length);
    await userEvent.keyboard("{Escape}{ArrowDown}{ArrowDown}");
    await expect.poll(() => document.activeElement).toBe(row(4));
  });

  it("shows what is taken back while one types, and keeps spaces that are only just typed", async () => {
    await open();
    await edit(2);
    await userEvent.keyboard("So ");
    expect(field().value.startsWith("So Before")).toBe(true);
    await userEvent.keyboard("{End} and ");
    expect(field().value.endsWith(" and ")).toBe(true);
    await userEvent.keyboard("{Control>}z{/Control}");
    await expect.poll(() => field().value.startsWith("Before")).toBe(true);
  });

  it("names who speaks: a new one from here on, and two that are one", async () => {
    await open({}, "council");
    row(2).focus();
    await userEvent.keyboard("{Shift>}{F10}{/Shift}");
    await page.getByRole("menuitem", { name: "Who speaks?" }).click();
    await page.getByRole("combobox", { name: "Name" }).fill("Marta");
    await userEvent.keyboard("{Enter}");
    await expect.element(button("Marta: who speaks?")).toBeVisible();
    expect(transcripts.editor!.text.lines.map((line) => line.speaker)).toEqual([null, 1, 1, 1, 1, 1, 1]);
    await button("Unknown speaker: who speaks?").click();
    await page.getByRole("radio", { name: "This line" }).click();
    await page.getByRole("combobox", { name: "Name" }).fill("Martha");
    await userEvent.keyboard("{Enter}");
    await button("More").click();
    await page.getByRole("menuitem", { name: "Speakers" }).click();
    await button("What to do with Martha").click();
    await page.getByRole("menuitem", { name: "Marta" }).click();
    expect(transcripts.editor!.text.speakers.map((one) => one.name)).toEqual(["Marta"]);
    expect(transcripts.editor!.text.lines[0]!.speaker).toBe(1);
    await expectAccessible();
  });

  it("finds and replaces in lines that aren't in the page", async () => {
    await open({ transcripts: [longTranscript(4000)] }, "long");
    await userEvent.keyboard("{Control>}f{/Control}");
    await page.getByRole("textbox", { name: "Find", exact: true }).fill("lagoon");
    const { search } = transcripts;
    const count = search!.matches.length;
    expect(count).toBeGreaterThan(50);
    await expect.element(page.getByText(`1 of ${count}`)).toBeVisible();
    await userEvent.keyboard("{Shift>}{Enter}{/Shift}");
    await expect.element(page.getByText(`${count} of ${count}`)).toBeVisible();
    await expect.poll(() => found(search!.current!.line)?.textContent ?? "").toContain("lagoon");
    await expect
      .poll(() => [...(CSS.highlights.get("transcript-found-now") ?? [])].map(String).join())
      .toBe("lagoon");
    await page.getByRole("textbox", { name: "Replace by" }).fill("laguna");
    await button("Replace all").click();
    await expect.element(page.getByText(`${count} places replaced`)).toBeVisible();
    expect(lines().join(" ")).not.toContain("lagoon");
    await userEvent.keyboard("{Escape}{Control>}z{/Control}");
    expect(lines().join(" ")).toContain("lagoon");
  });

  it("asks where a line was changed elsewhere too", async () => {
    await open();
    const theirs = structuredClone(fakeTranscriptList()[0]!.text);
    theirs.lines[0]!.words[0]![0] = "They";
    await fake.commands.saveTranscript("boats", 1, theirs);
    transcripts.editor!.type(1, "Mine");
    await transcripts.editor!.save();
    await expect.element(page.getByText("1 line was changed elsewhere too")).toBeVisible();
    await expectAccessible();
    await button("Keep both").click();
    await expect
      .poll(() =>
        lines()
          .slice(0, 2)
          .map((line) => line.slice(0, 4)),
      )
      .toEqual(["Mine", "They"]);
  });
});

describe("a long transcript", () => {
  it("stays where it is while heights become known, and has few lines in the page", async () => {
    await open({ transcripts: [longTranscript(50_000)] }, "long");
    const region = document.querySelector<HTMLElement>('[role="region"][aria-label="Lines"]')!;
    const frame = (): Promise<number> => new Promise((go) => requestAnimationFrame(go));
    region.scrollTop = region.scrollHeight / 2;
    for (let at = 0; at < 20; at += 1) await frame();
    // Up, where lines that were never measured come into sight: a line in sight moves by as much as the wheel turns.
    for (let turn = 0; turn < 25; turn += 1) {
      const sight = region.getBoundingClientRect();
      const seen = [...region.querySelectorAll<HTMLElement>("[data-line]")].find(
        (one) => one.getBoundingClientRect().top > sight.top + 200,
      )!;
      const before = seen.getBoundingClientRect().top;
      region.scrollTop -= 90;
      for (let at = 0; at < 4; at += 1) await frame();
      expect(Math.abs(seen.getBoundingClientRect().top - before - 90)).toBeLessThan(2);
    }
    expect(region.querySelectorAll("[data-line]").length).toBeLessThan(60);
    const last = transcripts.editor!.text.lines.at(-1)!;
    row(Number(region.querySelector<HTMLElement>("[data-line]")!.dataset["line"])).focus();
    await userEvent.keyboard("{End}");
    await expect.poll(() => document.activeElement).toBe(row(last.id));
    await userEvent.keyboard("{Home}");
    await expect.poll(() => document.activeElement).toBe(row(1));
  });
});

describe("making one", () => {
  const sound = fakeItem(1, new Date("2026-11-21T10:00:00Z"), {
    id: "00000000-0000-7000-9000-007200000003",
    kind: "sound",
    mime: "audio/wav",
    title: "Interview on the slip",
    duration_ms: 720_000,
  });
  const priced: FakeOptions["over"] = {
    getItems: () => Promise.resolve({ status: "ok", data: [sound] }),
    libraryPage: () =>
      Promise.resolve({ status: "ok", data: { items: [sound], next: null, total: 1, total_bytes: 1 } }),
    estimateTranscription: () =>
      Promise.resolve({
        status: "ok",
        data: {
          amount: { amount: "0.072", currency: "usd" },
          length_ms: 720_000,
          pieces: 2,
          account: "sandbox",
          pretend: true,
          problem: null,
        },
      }),
    startTranscription: () =>
      Promise.resolve({ status: "ok", data: { ...fakeTranscriptList()[1]!.summary, title: "Interview" } }),
  };

  it("takes a sound of the Library, says the price, and opens what comes of it", async () => {
    await open({ over: priced }, null);
    await button("From the Library…").click();
    await button("Interview on the slip").click();
    await expect.element(button(/Transcribe 12 min.*≈.\$0\.072/)).toBeEnabled();
    await page.getByRole("combobox", { name: "Language" }).click();
    await userEvent.keyboard("german");
    await page.getByRole("option", { name: "German" }).click();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.poll(() => called("startTranscription").length).toBe(1);
    expect(called("startTranscription")[0]).toEqual([
      { item: sound.id, model: "fake-listener", language: "de", timestamps: true },
      { account: "sandbox", amount: { amount: "0.072", currency: "usd" } },
    ]);
    await expect.element(page.getByText("1 of 3 pieces are done")).toBeVisible();
  });

  it("arrives with a sound, and takes what is dropped", async () => {
    await open({ over: priced }, null);
    voiceRoom.show("transcribe", { item: sound.id });
    await expect.element(page.getByText("Interview on the slip")).toBeVisible();
    // It was asked for once: who comes back finds what they left.
    expect([voiceRoom.item, voiceRoom.transcript]).toEqual([null, null]);
    transcribing.item = null;
    let imported = 0;
    fake.commands.importPicked = () => {
      imported += 1;
      return Promise.resolve({
        status: "ok",
        data: {
          items: [sound],
          taken: 1,
          already_there: [],
          known: 0,
          passed_over: 0,
          refused: [],
          cancelled: false,
        } as never,
      });
    };
    fake.emit({
      type: "dropped",
      files: [{ handle: "h", name: "a.wav", bytes: 9, is_folder: false }],
    } as never);
    await expect.element(page.getByText("Interview on the slip")).toBeVisible();
    expect(imported).toBe(1);
  });

  it("says why it can't be sent", async () => {
    await open(
      {
        over: {
          ...priced,
          estimateTranscription: () => Promise.resolve({ status: "error", error: fakeError("network_down") }),
        },
      },
      null,
    );
    transcribing.use(sound);
    await expect.element(page.getByRole("alert")).toBeVisible();
    await expect.element(button(/^Transcribe 12 min/)).toBeDisabled();
    await page.getByRole("radio", { name: "YouTube address" }).click();
    await page.getByRole("textbox", { name: "Address of the film" }).fill("https://example.org/film");
    await expect.element(page.getByText("This isn’t the address of a film on YouTube.")).toBeVisible();
    await page.getByRole("textbox", { name: "Address of the film" }).fill("https://youtu.be/abc");
    await expect.element(button(/Transcribe the film.*\$0\.01/)).toBeEnabled();
    await expectAccessible();
  });
});

describe("what is missing", () => {
  it("is seen piece by piece, and sent again with another model only when that is accepted", async () => {
    await open({}, "council");
    await button("See the pieces").click();
    const dialog = page.getByRole("dialog", { name: "Pieces" });
    await dialog.getByRole("combobox", { name: /^Model/ }).click();
    await page.getByRole("option", { name: "Listener Small" }).click();
    await dialog
      .getByRole("button", { name: /^Send again/ })
      .nth(1)
      .click();
    await expect.element(page.getByText("it may be charged a second time", { exact: false })).toBeVisible();
    await page.getByRole("alertdialog").getByRole("button", { name: "Send again" }).click();
    await expect
      .poll(() => called("retryPieces"))
      .toEqual([
        ["council", 2, "fake-listener-small", true, expect.objectContaining({ currency: "usd" }), []],
      ]);
    await expect.element(dialog.getByText("Under way")).toBeVisible();
  });
});

describe("the list", () => {
  it("searches, and puts into the trash with a way back", async () => {
    await open();
    const list = page.getByRole("list", { name: "Transcripts" });
    await page.getByRole("searchbox", { name: "Find in all transcripts" }).fill("水声");
    await expect.poll(() => list.getByRole("listitem").elements().length).toBe(1);
    await page.getByRole("searchbox", { name: "Find in all transcripts" }).fill("");
    await expect.poll(() => list.getByRole("listitem").elements().length).toBe(3);
    list
      .getByRole("button", { name: /^The boat builder/ })
      .element()
      .focus();
    await userEvent.keyboard("{Delete}");
    await expect.poll(() => called("trashTranscripts")).toEqual([[["boats"], true]]);
    await expect.element(page.getByRole("heading", { name: "New transcript" })).toBeVisible();
    await button("Undo").click();
    await expect.poll(() => called("trashTranscripts").length).toBe(2);
  });

  it("sends to chat with the words typed in", async () => {
    await open();
    await button("Send to chat").click();
    await page.getByRole("menuitem", { name: "Minutes" }).click();
    const message = page.getByRole("textbox", { name: "Message", exact: true });
    await expect.element(message).toBeVisible();
    await expect
      .poll(() => (message.element() as HTMLTextAreaElement).value, { timeout: 10_000 })
      .toMatch(/^Write minutes/);
    await expect.element(page.getByText("The boat builder of the Giudecca.md")).toBeVisible();
    expect(called("sendTurn")).toEqual([]);
  });
});

describe("what it looks like", () => {
  for (const theme of themes) {
    it(`can be read by everybody, ${theme}`, async () => {
      for (const [width, height] of [
        [1280, 800],
        [960, 640],
      ] as const) {
        await page.viewport(width, height);
        await open({ settings: { theme } });
        setTheme(theme);
        await expectAccessible();
        transcripts.search!.open = true;
        await expect.element(page.getByRole("search")).toBeVisible();
        await expectAccessible();
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
        cleanup();
        await open({ settings: { theme } }, null);
        setTheme(theme);
        await expectAccessible();
        cleanup();
      }
    });
  }
});
