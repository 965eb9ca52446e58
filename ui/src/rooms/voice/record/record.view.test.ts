import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { shortcutHandler } from "@/actions/shortcuts";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { fakeSoundId } from "@/platform/fake-recorder";
import { platform, usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { player } from "@/stores/player.svelte";
import { recorder } from "@/stores/recorder.svelte";
import { route } from "@/stores/route.svelte";
import { sounds } from "@/stores/sounds.svelte";
import { voiceRoom } from "@/stores/voice-room.svelte";
import Sound from "@/sound/Sound.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import VoiceRoom from "../VoiceRoom.svelte";
import { bench } from "./bench.svelte";

let stops: (() => void)[] = [];

/** Opens the room on a back end of its own, whatever an earlier test left behind. */
async function open(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ jobs: [], items: 2, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  recorder.stop();
  recorder.kept = null;
  recorder.problem = null;
  await sounds.show("recorded");
  sounds.list = [];
  sounds.loaded = false;
  bench.select(null);
  bench.naming = null;
  route.room = "voice";
  voiceRoom.show("record");
  await app.load();
  document.body.style.cssText = "margin: 0";
  await render(Sound);
  const view = await render(VoiceRoom);
  view.container.style.cssText =
    "position: fixed; inset: 0; display: flex; flex-direction: column; background: var(--wall)";
  const handle = (event: KeyboardEvent): void => shortcutHandler(actions.list, () => route.room)(event);
  addEventListener("keydown", handle);
  stops.push(() => removeEventListener("keydown", handle));
  await expect.poll(() => recorder.state !== null && recorder.devices !== null && sounds.loaded).toBe(true);
  return fake;
}

const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  cleanup();
  player.close();
  sounds.stop();
  recorder.stop();
  for (const stop of stops) stop();
  stops = [];
});

describe("the recorder", () => {
  it("records with one click, pauses, marks, and keeps the take where it is heard", async () => {
    const fake = await open();
    await expect.element(page.getByText("Nothing recorded yet")).toBeVisible();
    await button("Record").click();
    await expect.element(page.getByRole("timer")).toHaveTextContent("0:00");
    for (let heard = 0; heard < 40; heard++) fake.recorder.hear(0.4);
    await expect.element(page.getByRole("timer")).toHaveTextContent("0:02");
    await page.getByRole("textbox", { name: "Name of the next marker" }).fill("Refrain");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("listitem").filter({ hasText: "Refrain" })).toBeVisible();
    await button("Pause").click();
    await expect.element(page.getByText("Paused")).toBeVisible();
    await button("Go on").click();
    await button("Stop and keep").click();
    await expect
      .element(page.getByRole("textbox", { name: "Name of the recording" }))
      .toHaveValue("New recording");
    await expect
      .element(page.getByRole("textbox", { name: "Name of the marker at 0:02.0" }))
      .toHaveValue("Refrain");
    expect(called(fake, "stopTake")).toHaveLength(1);
  });

  it("goes on when it was begun with two clicks", async () => {
    const fake = await open();
    await button("Record").click();
    const stop = button("Stop and keep");
    await expect.element(stop).toBeVisible();
    stop.element().dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 2 }));
    expect(called(fake, "stopTake")).toEqual([]);
    await stop.click();
    await expect.poll(() => called(fake, "stopTake").length).toBe(1);
  });

  it("is worked by the keys", async () => {
    const fake = await open();
    await userEvent.keyboard("r");
    await expect.poll(() => recorder.recording).toBe(true);
    fake.recorder.hear(0.4);
    await userEvent.keyboard("m");
    await userEvent.keyboard("p");
    await expect.poll(() => recorder.paused).toBe(true);
    expect(recorder.take?.markers).toHaveLength(1);
    await userEvent.keyboard("r");
    await expect.poll(() => bench.selected).toBe(recorder.kept?.id);
    // The space bar is for what is heard, unless a button has it.
    await expect.poll(() => bench.item).not.toBeNull();
    await userEvent.keyboard(" ");
    await expect.poll(() => player.source?.key).toBe(bench.selected);
  });

  it("shows how loud it is, and that it was too loud until that is put out", async () => {
    const fake = await open();
    await page.getByRole("switch", { name: /Microphone open/ }).click();
    fake.recorder.hear(0.5);
    const meter = page.getByRole("meter", { name: "Level" });
    await expect.element(meter).toHaveAttribute("aria-valuenow", "-6");
    await expect.element(meter).toHaveAttribute("aria-valuetext", "-6 dB");
    fake.recorder.hear(1, { clipped: 3 });
    const light = button(/^Too loud/);
    await light.click();
    await expect.element(light).not.toBeInTheDocument();
  });

  it("says what happened to a microphone, what was kept, and opens it again", async () => {
    const fake = await open();
    await button("Record").click();
    fake.recorder.hear(0.4);
    const { take } = fake.recorder.state;
    fake.recorder.change({ take: take && { ...take, stalled: true } });
    await expect.element(page.getByRole("alert")).toHaveTextContent("What was recorded is safe on disk");
    fake.recorder.change({
      armed: false,
      take: null,
      problem: fakeError("microphone_gone", { message: "It is gone." }),
    });
    await expect.element(page.getByRole("alert")).toBeVisible();
    await button("Open it again").click();
    await expect.element(page.getByRole("alert")).not.toBeInTheDocument();
    expect(recorder.armed).toBe(true);
  });

  it("without a microphone says what to do, and takes files", async () => {
    const fake = await open({
      recorder: { devices: [] },
      over: {
        pickFiles: () =>
          Promise.resolve({
            status: "ok",
            data: [{ handle: "picked-1", name: "talk.mp3", bytes: 10, is_folder: false }],
          }),
      },
    });
    await expect.element(page.getByText("No microphone was found")).toBeVisible();
    await expect.element(button("Record")).toBeDisabled();
    await button("Look again").click();
    await expect.poll(() => called(fake, "inputDevices").length).toBeGreaterThan(1);
    await button("Bring in a file").first().click();
    await expect.poll(() => called(fake, "importPicked")).toEqual([[["picked-1"]]]);
  });
});

describe("a recording", () => {
  const id = fakeSoundId(1, 60_000);

  it("has a part cut out as a sound of its own", async () => {
    const fake = await open({ sounds: [60_000, 5000] });
    const wave = page.getByRole("slider", { name: /^Waveform/ });
    await expect.element(wave).toHaveAttribute("aria-valuemax", "60000");
    wave.element().focus();
    await userEvent.keyboard("{PageDown}[[{PageDown}]]");
    await expect.element(page.getByText("0:06.0 to 0:12.0, 0:06.0")).toBeVisible();
    await button("Keep this part").click();
    await expect.poll(() => called(fake, "trimSound")).toEqual([[id, 6000, 12_000]]);
    await expect.poll(() => bench.item?.duration_ms).toBe(6000);
    await expect.poll(() => sounds.list.length).toBe(3);
    await expect.element(page.getByRole("radio", { name: "All sounds" })).toBeChecked();
  });

  it("is renamed in place, by its title and in the list", async () => {
    const fake = await open({ sounds: [60_000, 5000] });
    await page.getByRole("textbox", { name: "Name of the recording" }).fill("Rialto, morning");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => called(fake, "changeItem").at(-1)).toEqual([id, { title: "Rialto, morning" }]);
    const row = () => document.querySelector<HTMLElement>(`[data-take="${id}"]`);
    await expect.poll(() => row()?.textContent).toContain("Rialto, morning");
    row()?.focus();
    await userEvent.keyboard("{ArrowDown}{F2}");
    await page.getByRole("list").getByRole("textbox", { name: "Name of the recording" }).fill("Second");
    await userEvent.keyboard("{Enter}");
    await expect
      .poll(() => called(fake, "changeItem").at(-1))
      .toEqual([fakeSoundId(2, 5000), { title: "Second" }]);
  });

  it("goes out in another coding, to another tab, and into the trash", async () => {
    const fake = await open({ sounds: [60_000, 5000] });
    await button("Export").click();
    await page.getByRole("menuitem", { name: /^FLAC/ }).click();
    await expect.poll(() => called(fake, "exportSound")).toEqual([[id, "flac"]]);
    document.querySelector<HTMLElement>(`[data-take="${id}"]`)?.focus();
    await userEvent.keyboard("{Delete}");
    await expect.poll(() => bench.selected).toBe(fakeSoundId(2, 5000));
    await button("Transcribe").click();
    expect(voiceRoom.tab).toBe("transcribe");
  });

  it("stays where it is while others come, and so does the part that was chosen", async () => {
    const fake = await open({ sounds: [60_000, 5000] });
    await expect.poll(() => bench.selected).toBe(id);
    bench.part = { from: 1000, to: 9000 };
    sounds.list = [fakeSoundId(2, 5000), id];
    await expect.element(button("Keep this part")).toBeVisible();
    await button("Keep this part").click();
    await expect.poll(() => called(fake, "trimSound")).toEqual([[id, 1000, 9000]]);
    // A part is of one sound alone.
    bench.select(id);
    bench.part = { from: 1000, to: 9000 };
    bench.select(fakeSoundId(2, 5000));
    expect(bench.part).toBeNull();
  });

  it("is never said to be missing where the list can't be read", async () => {
    await open({
      over: { libraryPage: () => Promise.resolve({ status: "error", error: fakeError("library_gone") }) },
    });
    await expect.element(page.getByRole("region", { name: "Recordings" }).getByRole("alert")).toBeVisible();
    await expect.element(page.getByText("Nothing recorded yet")).not.toBeInTheDocument();
  });

  it("has its markers named, jumped to and taken away", async () => {
    await open({ sounds: [60_000] });
    const wave = page.getByRole("slider", { name: /^Waveform/ });
    await expect.element(wave).toHaveAttribute("aria-valuemax", "60000");
    wave.element().focus();
    await userEvent.keyboard("{PageDown}m");
    const label = page.getByRole("textbox", { name: "Name of the marker at 0:06.0" });
    await label.fill("Bells");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => bench.sound.view?.markers).toEqual([{ at_ms: 6000, label: "Bells" }]);
    player.seek(0);
    await button("Go to 0:06.0").click();
    expect(player.at).toBe(6000);
    await button("Remove the marker at 0:06.0").click();
    await expect.poll(() => bench.sound.view?.markers).toEqual([]);
  });

  it.each(themes)("passes axe, also while it is made: %s", async (theme) => {
    setTheme(theme);
    const fake = await open({ sounds: [60_000, 5000] });
    await bench.sound.add(6000, "Bells");
    bench.part = { from: 1000, to: 9000 };
    await expect.element(page.getByRole("slider", { name: /^Waveform/ })).toBeVisible();
    await expectAccessible();
    await button("Record").click();
    fake.recorder.hear(0.4);
    await recorder.mark("Refrain");
    await expect.element(page.getByRole("timer")).toBeVisible();
    await expectAccessible();
  });

  it("fits the smallest window", async () => {
    await page.viewport(960, 640);
    await open({ sounds: [60_000, 5000, 7000] });
    await expect.element(page.getByRole("slider", { name: /^Waveform/ })).toBeVisible();
    // The markers fold away first.
    await expect.element(button(/^Markers/)).toHaveAttribute("aria-expanded", "false");
    for (const element of document.querySelectorAll<HTMLElement>(".middle, .stage, .form, ul")) {
      expect(element.scrollWidth, element.className).toBeLessThanOrEqual(element.clientWidth);
    }
  });
});
