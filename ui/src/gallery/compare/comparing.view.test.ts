import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { ItemView, PictureRequest } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId, fakeItem } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { items } from "@/stores/items.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Comparing from "./Comparing.svelte";
import { comparing, type CompareMode } from "./comparing.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const list = [
  fakeItem(0, now, { width: 1200, height: 800 }),
  fakeItem(1, now, { width: 4800, height: 3200 }),
  fakeItem(2, now),
  fakeItem(3, now),
];
let stops: (() => void)[] = [];

async function open(
  shown: readonly ItemView[] = list.slice(0, 2),
  mode: CompareMode = "side",
  options: FakeOptions = {},
): Promise<Fake> {
  const fake = fakePlatform({ now: () => now, items: 12, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  await items.start();
  items.keep(shown);
  await app.load();
  comparing.recipes = false;
  comparing.show(shown, [...list, fakeItem(7, now)], mode);
  await render(Comparing);
  await expect.element(page.getByRole("dialog", { name: "Compare" })).toBeVisible();
  return fake;
}

const panes = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(".pane")];
const pictures = (): DOMRect[] =>
  [...document.querySelectorAll<HTMLElement>(".pane > .picture")].map((one) => one.getBoundingClientRect());
/** The part of each picture that lies in the middle of its pane, 0 to 1. */
const middles = (): [number, number][] =>
  panes().map((pane, index) => {
    const box = pane.getBoundingClientRect();
    const picture = pictures()[index] ?? new DOMRect();
    return [
      (box.left + box.width / 2 - picture.left) / picture.width,
      (box.top + box.height / 2 - picture.top) / picture.height,
    ];
  });

const near = (middle: readonly number[] | undefined): unknown[] =>
  (middle ?? []).map((at): unknown => expect.closeTo(at, 4));

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  comparing.close();
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  items.stop();
});

describe("comparing", () => {
  it("shows the same part of both, whatever their size: wheel, drag, double click and keys", async () => {
    await open();
    await expect.poll(() => pictures().length).toBe(2);
    await expect.poll(() => panes()[0]?.clientWidth ?? 1280).toBeLessThan(640);
    expect(pictures()[0]?.width).toBeCloseTo(pictures()[1]?.width ?? 0, 0);
    const [pane] = panes();
    const box = pane?.getBoundingClientRect() ?? new DOMRect();
    const whole = pictures()[0]?.width ?? 0;
    pane?.dispatchEvent(
      new WheelEvent("wheel", {
        deltaY: -600,
        clientX: box.left + box.width * 0.8,
        clientY: box.top + box.height * 0.5,
        bubbles: true,
        cancelable: true,
      }),
    );
    await expect.poll(() => pictures()[0]?.width ?? 0).toBeGreaterThan(whole * 2);
    expect(middles()[1]).toEqual(near(middles()[0]));
    expect(middles()[0]?.[0]).toBeGreaterThan(0.6);

    // Only a real pointer can be captured.
    if (pane) pane.setPointerCapture = () => undefined;
    const at = (x: number): PointerEventInit => ({
      bubbles: true,
      button: 0,
      pointerId: 1,
      clientX: box.left + x,
      clientY: box.top + 50,
    });
    const before = pictures()[1]?.left ?? 0;
    pane?.dispatchEvent(new PointerEvent("pointerdown", at(100)));
    pane?.dispatchEvent(new PointerEvent("pointermove", at(140)));
    pane?.dispatchEvent(new PointerEvent("pointerup", at(140)));
    await expect.poll(() => pictures()[1]?.left ?? 0).toBeCloseTo(before + 40, 0);
    expect(middles()[1]).toEqual(near(middles()[0]));

    await userEvent.keyboard("{Control>}0{/Control}");
    await expect.poll(() => pictures()[0]?.width).toBeCloseTo(whole, 0);
    pane?.dispatchEvent(new MouseEvent("dblclick", { ...at(60), bubbles: true }));
    // Its own pixels: those of the one that was clicked.
    await expect.poll(() => pictures()[0]?.width).toBeCloseTo(1200, 0);
    const there = middles()[0]?.[0] ?? 0;
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => middles()[0]?.[0] ?? 0).toBeGreaterThan(there);
    await userEvent.keyboard("z");
    await expect.poll(() => pictures()[0]?.width).toBeCloseTo(whole, 0);
  });

  it("loads the file itself only as close as it has more to show, and lets it go again", async () => {
    await open();
    const files = (): number => document.querySelectorAll("img.full").length;
    await expect.poll(() => pictures().length).toBe(2);
    expect(files()).toBe(0);
    await userEvent.keyboard("++");
    await expect.poll(files).toBe(2);
    await expect.poll(() => document.querySelectorAll("img.came").length).toBe(2);
    await userEvent.keyboard("z");
    await expect.poll(files).toBe(0);
  });

  it("rates, marks, trashes and brings back the one with the keyboard", async () => {
    const fake = await open();
    await userEvent.keyboard("{ArrowLeft}4f");
    await expect.poll(() => comparing.list[0]?.rating).toBe(4);
    await expect
      .poll(() => fake.calls.filter((call) => call.name === "changeItem").map((call) => call.args[0]))
      .toEqual([fakeId(0), fakeId(0)]);
    await userEvent.keyboard("{Delete}");
    await expect.element(page.getByText("In the trash")).toBeVisible();
    await page.getByRole("button", { name: "Restore" }).click();
    await expect.poll(() => comparing.list[0]?.trashed_at).toBeNull();
    expect(comparing.open).toBe(true);
  });

  it("peeks as long as it is held, swaps, and goes through the ways to compare", async () => {
    await open();
    const labels = (): (string | null)[] =>
      [...document.querySelectorAll(".place")].map((one) => one.getAttribute("aria-label"));
    await expect.poll(labels).toEqual([`A: ${list[0]?.title ?? ""}`, `B: ${list[1]?.title ?? ""}`]);
    await userEvent.keyboard("{p>}");
    await expect.poll(() => labels()[1]).toBe(`A: ${list[0]?.title ?? ""}`);
    await userEvent.keyboard("{/p}");
    await expect.poll(() => labels()[1]).toBe(`B: ${list[1]?.title ?? ""}`);
    await userEvent.keyboard("s");
    await expect.poll(labels).toEqual([`A: ${list[1]?.title ?? ""}`, `B: ${list[0]?.title ?? ""}`]);
    await userEvent.keyboard("c");
    await expect.poll(() => panes().length).toBe(1);
    await userEvent.keyboard("c");
    const slider = page.getByRole("slider", { name: "How much of the picture" });
    await expect.element(slider).toBeVisible();
    (slider.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowLeft}");
    await expect.element(slider).toHaveAttribute("aria-valuenow", "48");
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => comparing.open).toBe(false);
  });

  it("replaces one from the list, and leaves one out", async () => {
    await open(list.slice(0, 3));
    await page.getByRole("button", { name: "Compare another one here" }).first().click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: fakeItem(7, now).title, exact: true })
      .last()
      .click();
    await expect.poll(() => comparing.list[0]?.id).toBe(fakeId(7));
    await page.getByRole("button", { name: "Leave it out of the comparison" }).first().click();
    await expect.poll(() => comparing.list.map((item) => item.id)).toEqual([fakeId(1), fakeId(2)]);
  });

  it("sets recipes side by side, marks what differs, and uses one", async () => {
    const request = { kind: "cut_out", item: fakeId(6), scale_down: false } satisfies PictureRequest;
    const base = fakePlatform({ now: () => now });
    await open(list.slice(0, 2), "side", {
      over: {
        getItem: async (id) => {
          const answer = await base.commands.getItem(id);
          if (answer.status === "error") return answer;
          const steps = { name: "steps", value: id === fakeId(0) ? "20" : "30" };
          return { status: "ok", data: { ...answer.data, request, recipe: [steps] } };
        },
      },
    });
    await userEvent.keyboard("r");
    const table = page.getByRole("table");
    await expect.element(table.getByRole("rowheader", { name: "Steps" })).toBeVisible();
    const marks = [...document.querySelectorAll("mark")].map((mark) => mark.textContent);
    expect(marks).toContain("30");
    expect(document.querySelectorAll("tr.differs").length).toBeGreaterThan(2);
    const all = document.querySelectorAll("tbody tr").length;
    await page.getByRole("switch", { name: "Only what differs" }).click();
    await expect.poll(() => document.querySelectorAll("tbody tr").length).toBeLessThan(all);
    await table.getByRole("button", { name: "Use recipe" }).first().click();
    await expect.poll(() => comparing.open).toBe(false);
  });

  it.each([
    [1280, 800],
    [960, 640],
  ])("has room for four at %i × %i, with recipes", async (width, height) => {
    await page.viewport(width, height);
    await open(list);
    await userEvent.keyboard("r");
    await expect.poll(() => document.querySelectorAll("thead th").length).toBe(4);
    expect(document.documentElement.scrollWidth).toBe(width);
    for (const place of document.querySelectorAll<HTMLElement>(".place")) {
      const box = place.getBoundingClientRect();
      expect(box.right).toBeLessThanOrEqual(width);
      for (const button of place.querySelectorAll("button")) {
        const inner = button.getBoundingClientRect();
        expect(inner.right).toBeLessThanOrEqual(box.right + 1);
        expect(Math.min(inner.width, inner.height)).toBeGreaterThanOrEqual(28);
      }
      expect(place.querySelector(".pane")?.clientHeight).toBeGreaterThan(90);
    }
  });

  it.each(themes)("passes axe side by side, as slider and with recipes: %s", async (theme) => {
    setTheme(theme);
    await open();
    await expectAccessible();
    comparing.to("slider");
    await expect.element(page.getByRole("slider", { name: "How much of the picture" })).toBeVisible();
    await expectAccessible();
    comparing.to("side");
    comparing.recipes = true;
    await expect.element(page.getByRole("table")).toBeVisible();
    await expectAccessible();
  });
});
