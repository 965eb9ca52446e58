import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeId, fakeItem } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { items } from "@/stores/items.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import { comparing } from "./compare/comparing.svelte";
import Lightbox from "./Lightbox.svelte";
import { viewer } from "./viewer.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const list = [0, 1, 2, 3].map((index) => fakeItem(index, now, { width: 2400, height: 1600 }));
let stop: () => void = () => undefined;

async function open(at = 1, width = 2400): Promise<Fake> {
  const fake = fakePlatform({ now: () => now });
  usePlatform(fake);
  stop = events.start(platform);
  await app.load();
  const shown = list.map((item) => ({ ...item, width, height: (width * 2) / 3 }));
  items.keep(shown);
  const item = shown[at];
  if (item === undefined) throw new Error("there are four");
  viewer.show(item, shown);
  await render(Lightbox);
  await expect.poll(() => picture().clientWidth).toBeGreaterThan(0);
  return fake;
}

function picture(): HTMLElement {
  return document.querySelector<HTMLElement>(".pane > .picture") ?? document.createElement("div");
}

// The modules of the page alone are more than the browser notes otherwise.
performance.setResourceTimingBufferSize(5000);

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  viewer.close();
  comparing.close();
  cleanup();
  stop();
});

describe("the large view", () => {
  it("shows a picture whole, and never larger than it is", async () => {
    await open(0, 600);
    expect(picture().clientWidth).toBe(600);
    await userEvent.keyboard("z");
    await expect.poll(() => picture().clientWidth).toBe(1200);
    await userEvent.keyboard("z");
    await expect.poll(() => picture().clientWidth).toBe(600);
  });

  it("comes closer by the keys, moves about, and steps from picture to picture", async () => {
    await open();
    const whole = picture().clientWidth;
    expect(whole).toBeLessThan(1280);
    await userEvent.keyboard("{Control>}1{/Control}");
    await expect.poll(() => picture().clientWidth).toBe(2400);
    const left = picture().getBoundingClientRect().left;
    // Closer the arrows move the picture; the page keys step in any case.
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => picture().getBoundingClientRect().left).toBeLessThan(left);
    expect(viewer.id).toBe(fakeId(1));
    await userEvent.keyboard("{PageDown}");
    await expect.poll(() => viewer.id).toBe(fakeId(2));
    await expect.poll(() => picture().clientWidth).toBe(whole);
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
    await expect.poll(() => viewer.id).toBe(fakeId(0));
    await expect.poll(() => page.getByRole("button", { name: "Previous picture" }).elements().length).toBe(0);
  });

  it("has the file where the thumbnail is too small, and its neighbours at hand", async () => {
    await open();
    await expect.poll(() => document.querySelectorAll("img.came").length).toBe(1);
    const fetched = (): string[] => performance.getEntriesByType("resource").map((entry) => entry.name);
    for (const id of [fakeId(0), fakeId(2)]) {
      await expect.poll(() => fetched().some((name) => name.endsWith(`/item/${id}`))).toBe(true);
    }
  });

  it("rates, and shows the stars", async () => {
    const fake = await open();
    await userEvent.keyboard("5");
    await expect.element(page.getByRole("slider", { name: "Rating" })).toHaveAttribute("aria-valuenow", "5");
    expect(fake.calls.some((call) => call.name === "changeItem")).toBe(true);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open();
    await expectAccessible();
  });
});
