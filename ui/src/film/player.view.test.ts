import { afterEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeItem } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import type { ItemView } from "@/bindings";
import Notices from "@/shell/Notices.svelte";
import { app } from "@/stores/app.svelte";
import { EMPTY_FILM, filesOf } from "@/stores/film-form";
import { events } from "@/stores/events";
import { films } from "@/stores/films.svelte";
import { route } from "@/stores/route.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import { bundleOf } from "./codecs";
import FilmPlayer from "./FilmPlayer.svelte";
import { PATIENCE } from "./playback.svelte";

const now = new Date("2026-11-21T14:32:00Z");
let stop: () => void = () => undefined;

function film(id: string): ItemView {
  return fakeItem(0, now, {
    id,
    kind: "film",
    title: "Regatta",
    mime: "video/webm",
    width: 96,
    height: 54,
    duration_ms: 2000,
    thumbhash: null,
  });
}

async function open(
  id = "moving-1",
  over: FakeOptions["over"] = {},
  codec: string | null = "VP8",
): Promise<Fake> {
  const shown = film(id);
  const fake = fakePlatform({
    now: () => now,
    items: 3,
    over: {
      filmFacts: () =>
        Promise.resolve({
          status: "ok",
          data: {
            container: "WebM",
            codec,
            sound_codec: "Opus",
            width: 96,
            height: 54,
            length_ms: 2000,
            frames: 48,
            frame_rate: 24_000,
          },
        }),
      keepFrame: () => Promise.resolve({ status: "ok", data: fakeItem(1, now, { id: "frame-1" }) }),
      keepPoster: () => Promise.resolve({ status: "ok", data: shown }),
      ...over,
    },
  });
  usePlatform(fake);
  stop = events.start(platform);
  await app.load();
  films.change(EMPTY_FILM);
  films.list = null;
  await render(Notices);
  const view = await render(FilmPlayer, { item: shown, keys: true });
  view.container.style.cssText = "position: fixed; inset: 0; background: var(--wall)";
  return fake;
}

const video = (): HTMLVideoElement => document.querySelector("video") as HTMLVideoElement;
const loaded = async (): Promise<void> => {
  await expect.poll(() => video().readyState).toBeGreaterThanOrEqual(2);
};
const place = () => page.getByRole("slider", { name: "Place in the film" });
const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);

afterEach(() => {
  cleanup();
  stop();
  location.hash = "";
});

describe("the player of films", () => {
  it("plays, goes where the line is pressed, and steps by frames", async () => {
    await open();
    await loaded();
    await expect.element(page.getByText("Frame 0")).toBeVisible();
    await userEvent.keyboard(".");
    await expect.element(page.getByText("Frame 1")).toBeVisible();
    await userEvent.keyboard("..,");
    await expect.element(page.getByText("Frame 2")).toBeVisible();
    // The last wish counts, and the film comes to it.
    await expect.poll(() => Math.floor(video().currentTime * 24)).toBe(2);
    place().element().focus();
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => Math.round(video().currentTime * 10) / 10).toBeGreaterThan(1);
    await userEvent.keyboard("{Home}");
    await expect.poll(() => video().currentTime).toBe(0);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(() => video().paused).toBe(false);
    await userEvent.keyboard(" ");
    // The key presses the button that has the keyboard: it pauses either way.
    await expect.poll(() => video().paused).toBe(true);
  });

  it("loops, and goes slower and faster", async () => {
    await open();
    await loaded();
    await userEvent.keyboard("l");
    expect(video().loop).toBe(true);
    await expect
      .element(page.getByRole("button", { name: "Play over and over" }))
      .toHaveAttribute("aria-pressed", "true");
    await userEvent.keyboard("<");
    expect(video().playbackRate).toBe(0.75);
    await page.getByRole("button", { name: /^Speed/ }).click();
    await page.getByRole("menuitemradio", { name: "0.25×" }).click();
    expect(video().playbackRate).toBe(0.25);
  });

  it("keeps the frame that is shown, as it is in the film", async () => {
    const fake = await open();
    await loaded();
    await userEvent.keyboard("...");
    await expect.element(page.getByText("Frame 3")).toBeVisible();
    await userEvent.keyboard("s");
    await expect.poll(() => called(fake, "keepFrame").length).toBe(1);
    const [id, at, png] = called(fake, "keepFrame")[0] as [string, number, string];
    expect(id).toBe("moving-1");
    expect(Math.floor((at / 1000) * 24)).toBe(3);
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    expect([picture.width, picture.height]).toEqual([96, 54]);
    await expect.element(page.getByText("The frame is in the Library.")).toBeVisible();
  });

  it("keeps one frame for one wish, and the one that was gone to", async () => {
    const fake = await open();
    await loaded();
    const key = (repeat: boolean): boolean =>
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "s", repeat, bubbles: true }));
    await userEvent.keyboard(".");
    // On its way to the twentieth frame, and not there yet.
    await userEvent.keyboard(".".repeat(19));
    key(false);
    key(true);
    key(true);
    await expect.poll(() => called(fake, "keepFrame").length).toBe(1);
    expect(video().seeking).toBe(false);
    const [, at] = called(fake, "keepFrame")[0] as [string, number];
    expect([Math.floor((at / 1000) * 24), Math.floor(video().currentTime * 24)]).toEqual([20, 20]);
    await expect.element(page.getByText("The frame is in the Library.")).toBeVisible();
    expect(called(fake, "keepFrame")).toHaveLength(1);
  });

  it("leaves the keys to what lies over it", async () => {
    const fake = await open();
    await loaded();
    const over = document.createElement("div");
    over.role = "dialog";
    over.tabIndex = 0;
    document.body.append(over);
    over.focus();
    await userEvent.keyboard("slm ");
    over.remove();
    expect([called(fake, "keepFrame").length, video().loop, video().muted, video().paused]).toEqual([
      0,
      false,
      false,
      true,
    ]);
  });

  it("begins anew from its last frame, behind which nothing comes", async () => {
    await open();
    await loaded();
    place().element().focus();
    await userEvent.keyboard("{End}");
    const last = page.getByText(`Frame ${Math.floor((video().duration - 0.001) * 24)}`, { exact: true });
    await expect.element(last).toBeVisible();
    await userEvent.keyboard(",.");
    await expect.element(last).toBeVisible();
    await userEvent.keyboard(".");
    await expect.element(last).toBeVisible();
    await expect.poll(() => video().seeking).toBe(false);
    await userEvent.keyboard(" ");
    await expect.poll(() => video().currentTime).toBeLessThan(1);
    await userEvent.keyboard(" ");
    await userEvent.keyboard("{Home},");
    await expect.element(page.getByText("Frame 0", { exact: true })).toBeVisible();
  });

  it("begins another film with a frame", async () => {
    await open();
    await loaded();
    await page.getByRole("button", { name: "Use this frame" }).click();
    await page.getByRole("menuitem", { name: "Begin a film with this frame" }).click();
    await expect.poll(() => route.room).toBe("film");
    expect(films.model?.mode).toBe("image");
    expect(filesOf(films.fields, "image")).toEqual(["frame-1"]);
  });

  it("names the package where the codec is missing, and tells other trouble from that", async () => {
    await open("broken-1", {}, "MPEG-4");
    await expect.element(page.getByText(/can’t show MPEG-4 films/)).toBeVisible();
    await expect.element(page.getByText(/gstreamer1\.0-libav/)).toBeVisible();
    cleanup();
    stop();
    // What decodes it is there: its file it must be.
    await open("broken-1");
    await expect.element(page.getByText("This film can’t be shown")).toBeVisible();
    await expect.element(page.getByText(/gstreamer1\.0-libav/)).not.toBeInTheDocument();
    cleanup();
    stop();
    await open("gone-1");
    await expect.element(page.getByText("The film’s file doesn’t come")).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Try again" })).toBeVisible();
  });

  it("waits for the size of its pictures where that comes late", async () => {
    let told = (): void => undefined;
    const facts = new Promise<void>((go) => (told = go));
    const size = vi.spyOn(HTMLVideoElement.prototype, "videoWidth", "get").mockReturnValue(0);
    await open("moving-1", {
      filmFacts: async () => {
        await facts;
        return fakePlatform().commands.filmFacts("moving-1");
      },
    });
    await loaded();
    told();
    await facts;
    size.mockRestore();
    video().dispatchEvent(new Event("resize"));
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(() => video().paused).toBe(false);
    await expect.element(page.getByText(/gstreamer1\.0-libav/)).not.toBeInTheDocument();
  });

  it("says so where a film plays without pictures", async () => {
    const size = vi.spyOn(HTMLVideoElement.prototype, "videoWidth", "get").mockReturnValue(0);
    await open("moving-1", {}, "MPEG-4");
    await expect.element(page.getByText(/can’t show MPEG-4 films/)).toBeVisible();
    size.mockRestore();
  });

  it.each(["VP8", "Motion JPEG"])(
    "says after a while that it can’t be shown where nobody knows why: %s",
    async (codec) => {
      const size = vi.spyOn(HTMLVideoElement.prototype, "videoWidth", "get").mockReturnValue(0);
      const waits = vi.spyOn(globalThis, "setTimeout");
      await open("moving-1", {}, codec);
      const over = (): unknown => waits.mock.calls.find(([, time]) => time === PATIENCE)?.[0];
      await expect.poll(over).toBeTypeOf("function");
      await expect.element(page.getByText("This film can’t be shown")).not.toBeInTheDocument();
      (over() as () => void)();
      await expect.element(page.getByText("This film can’t be shown")).toBeVisible();
      waits.mockRestore();
      size.mockRestore();
    },
  );

  it("names the package of each codec", () => {
    expect(["AV1", "H.264", "VP9"].map(bundleOf)).toEqual([
      "gstreamer1.0-plugins-bad",
      "gstreamer1.0-libav",
      "gstreamer1.0-plugins-good",
    ]);
  });

  it("goes on where its poster doesn't come", async () => {
    await open();
    await loaded();
    const video = document.querySelector("video");
    video?.dispatchEvent(new Event("error"));
    // What asks whether the film comes would have its answer by then.
    await fetch(video?.src ?? "", { method: "HEAD" });
    await expect.element(place()).toBeVisible();
    await expect.element(page.getByText(/gstreamer1\.0-libav/)).not.toBeInTheDocument();
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open();
    await loaded();
    await expectAccessible();
  });
});
