import { afterEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeItem, fakeJob } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { EMPTY_MUSIC } from "@/stores/music-form";
import { music } from "@/stores/music.svelte";
import { player } from "@/stores/player.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import MusicRoom from "./MusicRoom.svelte";
import { view } from "./view.svelte";

let stops: (() => void)[] = [];

/** Opens the room on a back end of its own, whatever an earlier test left behind. */
async function open(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ jobs: [], items: 0, makingTakes: 0, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  jobs.stop();
  jobs.list = [];
  jobs.loaded = false;
  items.stop();
  view.selected = null;
  music.fields = EMPTY_MUSIC;
  player.close();
  await app.load();
  if (app.state) accounts.start(app.state);
  await Promise.all([jobs.start(), items.start(), music.load()]);
  music.askAgain();
  document.body.style.cssText = "height: 800px; margin: 0";
  const shown = await render(MusicRoom);
  shown.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  return fake;
}

const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const prompt = () => page.getByLabelText("Prompt", { exact: true });
const lyrics = () => page.getByRole("textbox", { name: "Lyrics" });

async function makeOne(fake: Fake): Promise<string> {
  await prompt().fill("A slow barcarolle");
  await expect.element(page.getByRole("button", { name: /Make music.*\$0\.70/ })).toBeEnabled();
  await page.getByRole("button", { name: /Make music/ }).click();
  await expect.poll(() => jobs.list.length).toBe(1);
  fake.films.finish(jobs.list[0]!.id);
  await expect.poll(() => jobs.list[0]!.items.length).toBe(1);
  return jobs.list[0]!.items[0]!;
}

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
});

describe("the Music room", () => {
  it("makes music of the length that is chosen, at the price of that length", async () => {
    const fake = await open();
    await prompt().fill("Short");
    await expect.element(page.getByText("The prompt needs at least 10 characters.")).toBeVisible();
    await expect.element(page.getByText("At least 10 characters", { exact: true })).toBeVisible();
    await prompt().fill("A slow barcarolle");
    await expect.element(page.getByText("At least 10 characters", { exact: true })).not.toBeInTheDocument();
    await expect.element(page.getByRole("button", { name: /Make music.*\$0\.70/ })).toBeEnabled();
    await page.getByRole("button", { name: "120 s" }).click();
    await expect.element(page.getByRole("button", { name: /Make music.*\$1\.30/ })).toBeEnabled();
    await page.getByRole("button", { name: /Make music/ }).click();
    await expect
      .poll(() => called(fake, "startMusic")[0])
      .toMatchObject([
        {
          model: "barcarolle",
          prompt: "A slow barcarolle",
          duration_seconds: 120,
          lyrics: null,
          lyrics_optimizer: false,
        },
        { account: "sandbox", amount: { amount: "1.30", currency: "usd" } },
      ]);
    await expect.element(page.getByText(/Being made/)).toBeVisible();
  });

  it("has words sung as the model takes them: one's own, made up, or none", async () => {
    await open();
    await prompt().fill("A slow barcarolle");
    await expect.element(page.getByRole("radio", { name: "None" })).toBeChecked();
    await page.getByRole("radio", { name: "Made up" }).click();
    expect(music.request).toMatchObject({ lyrics: null, lyrics_optimizer: true });
    await page.getByRole("radio", { name: "Mine" }).click();
    await expect.element(page.getByText("Write the words to sing first.")).toBeVisible();
    await lyrics().fill("x".repeat(601));
    await expect.element(page.getByText("The lyrics are longer than this model takes.")).toBeVisible();
    await lyrics().fill("The tide comes in");
    expect(music.request).toMatchObject({ lyrics: "The tide comes in", lyrics_optimizer: false });
    await expect.element(page.getByText("17 of 600")).toBeVisible();
    // Where nobody sings there are no words.
    await page.getByRole("switch", { name: "Instrumental" }).click();
    expect(lyrics().elements()).toHaveLength(0);
    expect(music.request).toMatchObject({ instrumental: true, lyrics: null });
    await page.getByRole("switch", { name: "Instrumental" }).click();
    music.chooseModel("madrigal");
    await expect.element(lyrics()).toHaveValue("The tide comes in");
    expect(page.getByRole("radio", { name: "None" }).elements()).toHaveLength(0);
    await expect.element(page.getByRole("textbox", { name: "Language" })).toBeVisible();
  });

  it("makes sounds that loop, and speech by a voice at a speed", async () => {
    await open();
    await page.getByRole("radio", { name: "Sounds" }).click();
    await prompt().fill("Church bells");
    await page.getByRole("switch", { name: "Make it a loop" }).click();
    expect(music.request).toMatchObject({ model: "bells", looped: true, duration_seconds: 5 });
    await page.getByRole("radio", { name: "Speech" }).click();
    await page.getByRole("switch", { name: "Set the speed" }).click();
    expect(music.request).toMatchObject({ model: "reciter", looped: false, voice: "Aria", speed: 1 });
    await expect.element(page.getByRole("button", { name: /^Speak/ })).toBeEnabled();
  });

  it("plays what was made with its waveform, over and over, and across the seam", async () => {
    const fake = await open();
    const id = await makeOne(fake);
    const card = page.getByRole("article", { name: "A slow barcarolle" });
    await expect.element(card.getByRole("slider", { name: /Waveform/ })).toBeVisible();
    await card.getByRole("button", { name: "Play over and over" }).click();
    expect([player.has(id), player.loop]).toEqual([true, true]);
    await card.getByRole("button", { name: "Hear the seam" }).click();
    expect(player.at).toBe(9000);
    player.ended();
    expect([player.playing, player.at]).toEqual([true, 0]);
  });

  it("shows only what was made here of all sounds", async () => {
    const fake = await open({ sounds: [4000, 5000] });
    await expect.element(page.getByText("Say what you want to hear")).toBeVisible();
    await makeOne(fake);
    await expect.poll(() => page.getByRole("article").elements().length).toBe(1);
  });

  it("finds what was made here behind much that wasn't", async () => {
    const spoken = Array.from({ length: 60 }, (_, index) =>
      fakeItem(index, new Date(), { id: `spoken-${index}`, kind: "sound", model: "tts-kokoro" }),
    );
    const song = fakeItem(0, new Date(), {
      id: "song",
      kind: "sound",
      title: "Old song",
      model: "barcarolle",
    });
    await open({
      over: {
        libraryPage: ({ cursor }) =>
          Promise.resolve({
            status: "ok",
            data: { items: cursor === null ? spoken : [song], next: cursor === null ? "1" : null, total: 61 },
          }),
      },
    });
    await expect.element(page.getByRole("article", { name: "Old song" })).toBeVisible();
    expect(page.getByText("Say what you want to hear").elements()).toHaveLength(0);
  });

  it("puts what a sound was asked for with into the form again", async () => {
    const fake = await open();
    const id = await makeOne(fake);
    await prompt().fill("Something else altogether");
    await page.getByRole("button", { name: "A slow barcarolle", exact: true }).click();
    expect(view.selected).toBe(id);
    const { actions } = await import("@/actions/registry.svelte");
    actions.run("music.item.recipe");
    await expect.poll(() => music.fields.prompt).toBe("A slow barcarolle");
  });

  it("says to its end what went wrong, and shows its buttons", async () => {
    await page.viewport(884, 562);
    await open({
      jobs: [
        fakeJob("lost", {
          kind: "music",
          state: "unknown",
          items: [],
          title: "Through the fog, over the bridge and into the night, until nobody reads it any more",
          billing: "unknown",
        }),
      ],
    });
    const tile = page.getByRole("group", { name: "Nobody knows yet whether this worked" });
    await expect.element(tile.getByRole("button", { name: "Put away" })).toBeVisible();
    const box = tile.element();
    expect(box.scrollHeight).toBeLessThanOrEqual(box.clientHeight);
    await page.viewport(1280, 800);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    const fake = await open();
    await makeOne(fake);
    await expectAccessible();
  });
});
