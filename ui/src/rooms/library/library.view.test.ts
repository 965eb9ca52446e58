import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem } from "@/platform/fake-data";
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
  library.loaded = false;
  library.items = [];
  library.filter = EVERYTHING;
  library.selection.focused = null;
  library.selection.clear();
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
  it("keeps few pictures in the page however far one scrolls, and loads on by itself", async () => {
    await open();
    expect(cells().length).toBeLessThan(120);
    const height = scroller().scrollHeight;
    expect(height).toBeGreaterThan(20_000);
    scroller().scrollTop = height;
    await expect.poll(() => library.complete, { timeout: 8000 }).toBe(true);
    scroller().scrollTop = scroller().scrollHeight;
    await expect.poll(() => cells().some((cell) => idOf(cell) === "item-1499")).toBe(true);
    expect(cells().length).toBeLessThan(120);
    expect(document.querySelectorAll("img").length).toBeLessThan(130);
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
    await expect.poll(() => idOf(document.activeElement)).toBe("item-1");
    await userEvent.keyboard("{ArrowRight}{Shift>}{ArrowRight}{ArrowDown}{/Shift}");
    await expect.poll(() => library.selection.selected.size).toBeGreaterThan(2);
    await userEvent.keyboard("{Control>}{End}{/Control}");
    await expect.poll(() => scroller().scrollTop).toBeGreaterThan(500);
    await userEvent.keyboard("{Control>}{Home}{/Control}");
    await expect.poll(() => idOf(document.activeElement)).toBe("item-0");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await userEvent.keyboard("3{Escape}");
    await expect.poll(() => page.getByRole("dialog").elements().length).toBe(0);
    expect(fake.calls.find((call) => call.name === "changeItem")?.args).toEqual(["item-0", { rating: 3 }]);
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
    await expect.poll(() => idOf(document.activeElement)).toBe("item-3");
    await library.trash(["item-3"]);
    await expect.poll(() => idOf(document.activeElement)).toBe("item-4");
    expect(library.selection.single).toBe("item-4");
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
    await page.getByLabelText("Add a tag").fill("market");
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
    await fake.commands.trashItems(["item-1", "item-2"]);
    await library.ask({ trashed: true });
    await page.getByRole("button", { name: "Empty the trash…" }).click();
    expect(fake.calls.some((call) => call.name === "emptyTrash")).toBe(false);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete for good" }).click();
    await expect.element(page.getByText("The trash is empty")).toBeVisible();
  });

  it.each(themes)("passes axe full, selected, reporting and empty: %s", async (theme) => {
    setTheme(theme);
    await open({ items: 60 });
    await expectAccessible();
    cells()[2]?.click();
    await expect.element(page.getByRole("textbox", { name: "Title" })).toBeVisible();
    await expectAccessible();
    imports.report = {
      items: [fakeItem(0, now)],
      already_there: [],
      refused: [
        { name: "letter.pdf", error: fakeError("input_not_a_picture", { params: { name: "letter.pdf" } }) },
      ],
      cancelled: false,
    };
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
    imports.report = null;
    await expect.poll(() => page.getByRole("dialog").elements().length).toBe(0);
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
