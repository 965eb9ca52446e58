import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { viewer } from "@/gallery/viewer.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { imports } from "@/stores/imports.svelte";
import { EVERYTHING } from "@/stores/library-query";
import { library } from "@/stores/library.svelte";
import { notices } from "@/stores/notices.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import LibraryRoom from "./LibraryRoom.svelte";

const now = new Date("2026-11-21T14:32:00Z");
let stops: (() => void)[] = [];

async function open(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ jobs: [], items: 1500, now: () => now, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  library.stop();
  library.filter = EVERYTHING;
  imports.report = null;
  await app.load();
  if (app.state) accounts.start(app.state);
  const view = await render(LibraryRoom);
  view.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  if ((options.items ?? 1500) > 0) await expect.poll(() => cells().length).toBeGreaterThan(5);
  return fake;
}

const cells = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="gridcell"]')];
const scroller = (): HTMLElement => {
  const found = document.querySelector<HTMLElement>(".scroller");
  if (found === null) throw new Error("the wall scrolls");
  return found;
};
const idOf = (element: Element | null): string | undefined =>
  (element as HTMLElement | null)?.dataset["item"];

afterEach(async () => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
  for (const notice of notices.list) notices.dismiss(notice.id);
});

describe("the Library", () => {
  it("keeps few pictures in the page and in memory however many there are", async () => {
    const fake = await open({ items: 100_000 });
    const everything = (): number => document.querySelectorAll("*").length;
    const nodes = everything();
    expect(cells().length).toBeLessThan(120);
    expect(scroller().scrollHeight).toBeGreaterThan(3_000_000);
    scroller().scrollTop = scroller().scrollHeight;
    await expect.poll(() => idOf(cells().at(-1) ?? null)).toBe(fakeId(99_999));
    await expect.poll(() => cells().every((cell) => cell.querySelector("img") !== null)).toBe(true);
    expect(cells().at(-1)?.getAttribute("aria-label")).toMatch(/ × /);
    const asked = (): number =>
      fake.calls.flatMap((call) => (call.name === "getItems" ? (call.args[0] as string[]) : [])).length;
    // The way there was a jump: nothing between was asked for.
    expect(asked()).toBeLessThan(400);
    for (let step = 1; step <= 15; step++) {
      const before = idOf(cells()[0] ?? null);
      scroller().scrollTop = (scroller().scrollHeight / 16) * step;
      await expect
        .poll(
          () => idOf(cells()[0] ?? null) !== before && cells().every((cell) => cell.ariaBusy === "false"),
          { interval: 5 },
        )
        .toBe(true);
    }
    expect(asked()).toBeGreaterThan(300);
    expect(library.views.size).toBeLessThanOrEqual(asked());
    expect(library.views.size).toBeLessThan(2500);
    expect(cells().length).toBeLessThan(140);
    expect(everything()).toBeLessThan(nodes * 1.6);
    expect(document.querySelectorAll("img").length).toBeLessThan(150);
  });

  it("loads nothing of what flies by", async () => {
    const fake = await open({ items: 20_000 });
    await expect.poll(() => document.querySelectorAll(".cell img").length).toBeGreaterThan(5);
    await expect.poll(() => cells().every((cell) => cell.ariaBusy === "false")).toBe(true);
    const before = fake.calls.filter((call) => call.name === "getItems").length;
    let most = 0;
    for (let frame = 0; frame < 40; frame++) {
      scroller().scrollTop += 1500;
      await new Promise(requestAnimationFrame);
      if (frame > 5) most = Math.max(most, document.querySelectorAll(".cell img").length);
    }
    expect(most).toBe(0);
    expect(fake.calls.filter((call) => call.name === "getItems").length - before).toBeLessThanOrEqual(6);
    await expect.poll(() => cells().every((cell) => cell.querySelector("img") !== null)).toBe(true);
  });

  it("selects over all of it, loaded or not", async () => {
    await open({ items: 100_000 });
    cells()[0]?.focus();
    await userEvent.keyboard("{ArrowRight}");
    await userEvent.keyboard("{Control>}a{/Control}");
    expect(library.selection.selected.size).toBe(100_000);
    await expect.element(page.getByText("100,000 selected").first()).toBeVisible();
    await userEvent.keyboard("{Escape}{Home}");
    await userEvent.keyboard("{Shift>}{Control>}{End}{/Control}{/Shift}");
    await expect.poll(() => idOf(document.activeElement)).toBe(fakeId(99_999));
    expect(library.selection.selected.size).toBe(100_000);
    expect(library.chosenIds().at(-1)).toBe(fakeId(99_999));
    await userEvent.keyboard("{Control>} {/Control}");
    expect(library.selection.selected.size).toBe(99_999);
    await userEvent.keyboard("{PageUp}");
    await expect.poll(() => library.selection.single).not.toBeNull();
    expect(library.indexOf(library.selection.single)).toBeLessThan(99_999);
  });

  it("jumps to a date by pointer and by key, whatever is loaded", async () => {
    await open({ items: 20_000 });
    const rail = page.getByRole("slider", { name: "Months" });
    await expect.element(rail).toHaveAttribute("aria-valuetext", "November 2026");
    const element = rail.element() as HTMLElement;
    const box = element.getBoundingClientRect();
    await userEvent.click(element, { position: { x: 20, y: box.height / 2 } });
    const section = document.querySelector(".bubble")?.textContent ?? "";
    await expect.poll(() => scroller().scrollTop / scroller().scrollHeight).toBeCloseTo(0.5, 1);
    expect(section).toMatch(/^\w+ \d+, 2023$|^\d+ \w+ 2023$/);
    await expect.poll(() => element.getAttribute("aria-valuetext")).toMatch(/2023$/);
    await userEvent.keyboard("{Home}");
    await expect.poll(() => scroller().scrollTop).toBe(0);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await expect.element(rail).toHaveAttribute("aria-valuetext", "September 2026");
    await userEvent.keyboard("{PageDown}");
    await expect.element(rail).toHaveAttribute("aria-valuetext", "December 2025");
    await userEvent.keyboard("{End}");
    await expect.element(rail).toHaveAttribute("aria-valuetext", "January 2020");
    const names = [...document.querySelectorAll(".heading")].map((heading) => heading.textContent);
    expect(names.some((name) => name.includes("2020"))).toBe(true);
    await library.ask({ sort: "oldest" });
    await expect.element(rail).toHaveAttribute("aria-valuetext", "January 2020");
    await library.ask({ sort: "title" });
    await expect.poll(() => page.getByRole("slider", { name: "Months" }).elements().length).toBe(0);
  });

  it("steps through all of it in the large view", async () => {
    await open({ items: 5000 });
    scroller().scrollTop = scroller().scrollHeight;
    await expect.poll(() => cells().some((cell) => idOf(cell) === fakeId(4999))).toBe(true);
    await expect.poll(() => cells().every((cell) => cell.ariaBusy === "false")).toBe(true);
    const far = library.items.at(4990);
    if (far === null) throw new Error("what is seen is loaded");
    viewer.show(far, library.items);
    const item = viewer.item;
    expect(item?.id).toBe(fakeId(4990));
    for (let step = 0; step < 150; step++) {
      const at = viewer.id;
      viewer.step(-1);
      await expect.poll(() => viewer.id).not.toBe(at);
    }
    expect(viewer.item?.id).toBe(fakeId(4840));
    viewer.close();
  });

  it("lets nothing overlap and keeps pictures within the wall", async () => {
    await open();
    const boxes = cells().map((cell) => cell.getBoundingClientRect());
    const wall = scroller().getBoundingClientRect();
    for (const [index, one] of boxes.entries()) {
      expect(one.right).toBeLessThanOrEqual(wall.right);
      for (const other of boxes.slice(index + 1)) {
        const apart =
          one.right <= other.left ||
          other.right <= one.left ||
          one.bottom <= other.top ||
          other.bottom <= one.top;
        expect(apart).toBe(true);
      }
    }
  });

  it("stays where it is when pictures come in above", async () => {
    const fake = await open();
    scroller().scrollTop = 2400;
    await expect.poll(() => cells().some((cell) => cell.getBoundingClientRect().top > 0)).toBe(true);
    const seen = cells().find(
      (cell) => cell.getBoundingClientRect().top > scroller().getBoundingClientRect().top,
    );
    const id = idOf(seen ?? null);
    const top = seen?.getBoundingClientRect().top ?? 0;
    await fake.commands.importPicked(["a", "b", "c", "d", "e", "f", "g", "h"]);
    await expect.poll(() => library.total).toBe(1508);
    await expect
      .poll(() => document.querySelector(`[data-item="${id ?? ""}"]`)?.getBoundingClientRect().top ?? -1)
      .toBeCloseTo(top, -0.5);
  });

  it("selects, moves, opens, rates and trashes by the keyboard", async () => {
    const fake = await open();
    cells()[0]?.focus();
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => idOf(document.activeElement)).toBe(fakeId(1));
    await userEvent.keyboard("{ArrowRight}{Shift>}{ArrowRight}{ArrowDown}{/Shift}");
    await expect.poll(() => library.selection.selected.size).toBeGreaterThan(2);
    await userEvent.keyboard("{Control>}{End}{/Control}");
    await expect.poll(() => scroller().scrollTop).toBeGreaterThan(500);
    await userEvent.keyboard("{Control>}{Home}{/Control}");
    await expect.poll(() => idOf(document.activeElement)).toBe(fakeId(0));
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await userEvent.keyboard("3{Escape}");
    await expect.poll(() => page.getByRole("dialog").elements().length).toBe(0);
    expect(fake.calls.find((call) => call.name === "changeItem")?.args).toEqual([fakeId(0), { rating: 3 }]);
  });

  it("keeps the keyboard when its picture scrolls away", async () => {
    await open();
    cells()[3]?.focus();
    scroller().scrollTop = 9000;
    await expect.poll(() => document.activeElement?.getAttribute("role")).toBe("grid");
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => document.activeElement?.getAttribute("role")).toBe("gridcell");
  });

  it("hands the keyboard on when its picture is taken away", async () => {
    await open({ items: 30 });
    cells()[2]?.focus();
    await userEvent.keyboard("{ArrowRight}");
    await expect.poll(() => idOf(document.activeElement)).toBe(fakeId(3));
    await library.trash([fakeId(3)]);
    await expect.poll(() => idOf(document.activeElement)).toBe(fakeId(4));
    expect(library.selection.single).toBe(fakeId(4));
  });

  it("finds, and says how much; nothing found teaches the way back", async () => {
    await open({ items: 70 });
    await page.getByLabelText("Search the Library").fill("fog");
    await expect.element(page.getByText("10 found")).toBeVisible();
    await page.getByLabelText("Search the Library").fill("no such words");
    await expect.element(page.getByText("Nothing matches")).toBeVisible();
    await page.getByRole("button", { name: "Show everything" }).last().click();
    await expect.poll(() => library.total).toBe(70);
  });

  it("shows a picture's details and keeps what is changed there", async () => {
    const fake = await open({ items: 20 });
    cells()[1]?.click();
    const title = page.getByRole("textbox", { name: "Title" });
    await expect.element(title).toBeVisible();
    await title.fill("Lemons");
    await userEvent.keyboard("{Tab}");
    await expect
      .poll(() =>
        fake.calls.some(
          (call) => call.name === "changeItem" && (call.args[1] as { title?: string }).title === "Lemons",
        ),
      )
      .toBe(true);
    await page.getByRole("combobox", { name: "Add a tag" }).fill("market");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("button", { name: "Remove the tag market" })).toBeVisible();
    await page.getByRole("button", { name: "Move to the trash" }).click();
    await expect.poll(() => library.total).toBe(19);
    const undo = notices.list.at(-1)?.action;
    undo?.run();
    await expect.poll(() => library.total).toBe(20);
  });

  it("empties the trash only when told twice", async () => {
    const fake = await open({ items: 20 });
    await fake.commands.trashItems([fakeId(1), fakeId(2)]);
    await library.ask({ trashed: true });
    await page.getByRole("button", { name: "Empty the trash…" }).click();
    expect(fake.calls.some((call) => call.name === "emptyTrash")).toBe(false);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete for good" }).click();
    await expect.element(page.getByText("The trash is empty")).toBeVisible();
  });

  it.each(themes)("passes axe full, selected and empty: %s", async (theme) => {
    setTheme(theme);
    await open({ items: 60 });
    await expectAccessible();
    cells()[2]?.click();
    await expect.element(page.getByRole("textbox", { name: "Title" })).toBeVisible();
    await expectAccessible();
    cells()[2]?.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
    await userEvent.keyboard("{Escape}");
    cleanup();
    await open({ items: 0 });
    await expect.element(page.getByText("Nothing here yet")).toBeVisible();
    await expectAccessible();
  });
});
