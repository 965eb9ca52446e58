import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { fakePlatform } from "@/platform/fake";
import { fakeItem } from "@/platform/fake-data";
import { fakeSound } from "@/platform/fake-recorder";
import { usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { player } from "@/stores/player.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Sound from "./Sound.svelte";
import SoundPlayer from "./SoundPlayer.svelte";
import { sourceOf } from "./source";

const item = fakeItem(0, new Date("2026-11-21T14:32:00Z"), fakeSound(1, 20_000));
const markers = [{ at_ms: 5000, label: "The second verse" }];

async function open(): Promise<void> {
  usePlatform(fakePlatform());
  await app.load();
  document.body.style.cssText = "margin: 0; padding: 20px; background: var(--wall)";
  await render(Sound);
  await render(SoundPlayer, { item, selectable: true, markers });
}

const wave = () => page.getByRole("slider", { name: /^Waveform/ });
const drawn = (): number => {
  const canvas = document.querySelector<HTMLCanvasElement>("canvas.all");
  const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
  return [...(pixels ?? [])].filter((value, index) => index % 4 === 3 && value > 0).length;
};

afterEach(() => {
  player.close();
  player.setRate(1);
  cleanup();
});

describe("a sound", () => {
  it("is heard, with its pitch kept at another speed, and says where it is", async () => {
    await open();
    await page.getByRole("button", { name: /^Speed/ }).click();
    await page.getByRole("menuitemradio", { name: "3×" }).click();
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(() => player.at, { timeout: 8000 }).toBeGreaterThan(300);
    const audio = document.querySelector("audio");
    expect([audio?.playbackRate, audio?.preservesPitch, audio?.paused]).toEqual([3, true, false]);
    await page.getByRole("button", { name: "On 5 seconds" }).click();
    await expect.poll(() => player.at).toBeGreaterThan(5000);
    await page.getByRole("button", { name: "Pause" }).click();
    await expect.poll(() => audio?.paused).toBe(true);
    expect(player.playing).toBe(false);
  });

  it("begins where it was looked for, and stops at its end", async () => {
    await open();
    player.play(sourceOf(item), 19_500);
    await expect.poll(() => player.playing, { timeout: 8000 }).toBe(false);
    expect(player.at).toBeGreaterThanOrEqual(19_900);
    expect(player.failed).toBe(false);
  });

  it("that can't be played is told", async () => {
    await open();
    player.play({ ...sourceOf(item), address: "/fake-media/item/no-sound-at-all" });
    await expect.element(page.getByText("This file can’t be played here.")).toBeVisible();
  });
});

describe("a waveform", () => {
  it("is drawn, and sought in by the keys and the mouse", async () => {
    await open();
    await expect.poll(drawn).toBeGreaterThan(5000);
    await expect.element(wave()).toHaveAttribute("aria-valuemax", "20000");
    wave().element().focus();
    await userEvent.keyboard("{PageDown}");
    expect(player.at).toBe(2000);
    await userEvent.keyboard("{End}");
    expect(player.at).toBe(20_000);
    const box = wave().element().getBoundingClientRect();
    await wave().click({ position: { x: box.width / 4, y: 90 } });
    expect(player.at / 5000).toBeCloseTo(1, 1);
    await page.getByRole("button", { name: "Go to The second verse, 0:05" }).click();
    expect(player.at).toBe(5000);
  });

  it("has a part chosen by the keys, and let go of again", async () => {
    await open();
    const from = page.getByRole("slider", { name: "Start of the part" });
    const to = page.getByRole("slider", { name: "End of the part" });
    await expect.element(from).not.toBeInTheDocument();
    wave().element().focus();
    await userEvent.keyboard("{PageDown}[[");
    await expect.element(from).toHaveAttribute("aria-valuenow", "2000");
    await expect.element(to).toHaveAttribute("aria-valuenow", "20000");
    to.element().focus();
    await userEvent.keyboard("{Shift>}{ArrowLeft}{/Shift}");
    await expect.element(to).toHaveAttribute("aria-valuenow", "19500");
    // The edges never pass each other.
    from.element().focus();
    await userEvent.keyboard("{End}");
    await expect.element(from).toHaveAttribute("aria-valuenow", "19450");
    wave().element().focus();
    await userEvent.keyboard("{Escape}");
    await expect.element(from).not.toBeInTheDocument();
  });

  it("comes closer and goes back to the whole", async () => {
    await open();
    const ticks = () => [...document.querySelectorAll(".ruler span")].map((tick) => tick.textContent);
    await expect.poll(() => ticks().length).toBeGreaterThan(2);
    const whole = ticks();
    wave().element().focus();
    await userEvent.keyboard("+++");
    await expect.poll(() => document.querySelector(".scroll")).not.toBeNull();
    expect(ticks()).not.toEqual(whole);
    await userEvent.keyboard("0");
    await expect.poll(ticks).toEqual(whole);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open();
    wave().element().focus();
    await userEvent.keyboard("{PageDown}[[");
    await expectAccessible();
  });
});
