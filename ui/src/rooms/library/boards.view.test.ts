import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { shortcutHandler } from "@/actions/shortcuts";
import { viewer } from "@/gallery/viewer.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { boards } from "@/stores/boards.svelte";
import { events } from "@/stores/events";
import { EVERYTHING } from "@/stores/library-query";
import { library } from "@/stores/library.svelte";
import { notices } from "@/stores/notices.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import LibraryRoom from "./LibraryRoom.svelte";

const now = new Date("2026-11-21T14:32:00Z");
let stops: (() => void)[] = [];

async function open(options: FakeOptions & { boards?: Record<string, number[]> } = {}): Promise<Fake> {
  const fake = fakePlatform({ jobs: [], items: 60, now: () => now, ...options });
  usePlatform(fake);
  for (const [name, items] of Object.entries(options.boards ?? {})) {
    const made = await fake.commands.saveBoard(null, name);
    if (made.status === "ok") await fake.commands.putOnBoard(made.data.id, items.map(fakeId), true);
  }
  stops.push(events.start(platform));
  library.stop();
  boards.stop();
  boards.list = [];
  library.filter = EVERYTHING;
  await app.load();
  if (app.state) accounts.start(app.state);
  const press = (event: KeyboardEvent): void => shortcutHandler(actions.list, () => "library")(event);
  addEventListener("keydown", press);
  stops.push(() => removeEventListener("keydown", press));
  const view = await render(LibraryRoom);
  view.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  await expect.poll(() => cells().length).toBeGreaterThan(5);
  return fake;
}

const cells = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="gridcell"]')];
const cell = (index: number): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-item="${fakeId(index)}"]`);
  if (found === null) throw new Error("the picture is shown");
  return found;
};
const select = (...indexes: number[]): void => {
  for (const index of indexes) {
    cell(index).dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }));
  }
};
const called = (fake: Fake, name: string): (readonly unknown[])[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);
const itemsOn = async (name: string): Promise<readonly string[]> => {
  const answer = await boards.itemsOf(boards.named(name)?.id ?? "");
  return answer.status === "ok" ? answer.data : [];
};
const undo = async (): Promise<void> => {
  const before = notices.list.at(-1);
  expect(before?.action).not.toBeNull();
  before?.action?.run();
  await expect.poll(() => true).toBe(true);
};

afterEach(async () => {
  viewer.close();
  cleanup();
  await page.viewport(1280, 800);
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
  for (const notice of notices.list) notices.dismiss(notice.id);
});

describe("filters", () => {
  it("narrow one by one, say how much was found, and go all at once", async () => {
    await open();
    await page.getByRole("combobox", { name: /^Rating/ }).click();
    await page.getByRole("option", { name: "★ 3 and up" }).click();
    await expect.poll(() => library.filter.min_rating).toBe(3);
    await expect.element(page.getByText("24 found")).toBeVisible();
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("combobox", { name: /^Date/ }).click();
    await page.getByRole("option", { name: "From … to …" }).click();
    await page.getByLabelText("From", { exact: true }).fill("2026-11-20");
    await userEvent.keyboard("{Tab}");
    await expect.poll(() => library.filter.from_day).toBe("2026-11-20");
    await expect.element(page.getByRole("button", { name: "Filters (1)" })).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await expect.poll(() => library.total).toBe(60);
    expect(library.filter).toEqual(EVERYTHING);
  });

  it("take amounts of one currency, and no nonsense", async () => {
    await open();
    await page.viewport(1600, 800);
    await page.getByRole("button", { name: /^Cost/ }).click();
    await page.getByRole("combobox", { name: /^Cost/ }).click();
    await page.getByRole("option", { name: "An amount" }).click();
    await expect.poll(() => library.filter.cost?.kind).toBe("between");
    await page.getByLabelText("At least").fill("much");
    await userEvent.keyboard("{Tab}");
    await expect.element(page.getByText("Write a number such as 0.05.")).toBeVisible();
    await page.getByLabelText("At least").fill("0.02");
    await userEvent.keyboard("{Tab}");
    await expect.poll(() => library.total).toBe(0);
    expect(library.filter.cost).toEqual({
      kind: "between",
      currency: "usd",
      pretend: true,
      min: "0.02",
      max: null,
    });
  });

  it("fold into one button where there is little room, and stay when one leaves", async () => {
    // What the rail leaves of a window of 960.
    await page.viewport(884, 562);
    await open();
    await library.ask({ min_rating: 2, kind: "picture" });
    await expect.element(page.getByRole("button", { name: "Filters (2)" })).toBeVisible();
    cleanup();
    await render(LibraryRoom);
    expect(library.filter.min_rating).toBe(2);
    await expect.element(page.getByRole("button", { name: "Filters (2)" })).toBeVisible();
  });
});

describe("boards", () => {
  it("are made, renamed and deleted in the panel; a deleted one comes back with its pictures", async () => {
    await open({ boards: { Lagoon: [1, 2] } });
    await page.getByRole("button", { name: "New board" }).click();
    await userEvent.keyboard("Poster{Enter}");
    await expect.poll(() => boards.list.map((board) => board.name)).toEqual(["Lagoon", "Poster"]);
    const row = page.getByRole("navigation").getByRole("button", { name: /^Lagoon/ });
    await row.click();
    await expect.poll(() => library.total).toBe(2);
    (row.element() as HTMLElement).focus();
    await userEvent.keyboard("{F2}Fog{Enter}");
    await expect.poll(() => boards.list.map((board) => board.name)).toEqual(["Fog", "Poster"]);
    (page.getByRole("navigation").getByRole("button", { name: /^Fog/ }).element() as HTMLElement).focus();
    await userEvent.keyboard("{Delete}");
    await expect.poll(() => boards.list.map((board) => board.name)).toEqual(["Poster"]);
    await undo();
    await expect.poll(() => itemsOn("Fog")).toEqual([fakeId(1), fakeId(2)]);
  });

  it("take what is dropped on them, all that is selected", async () => {
    await open({ boards: { Lagoon: [] } });
    select(1, 3);
    const data = new DataTransfer();
    const drag = (type: string, on: Element): boolean =>
      on.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    drag("dragstart", cell(3));
    const board = page
      .getByRole("navigation")
      .getByRole("button", { name: /^Lagoon/ })
      .element();
    expect(drag("dragover", board)).toBe(false);
    drag("drop", board);
    drag("dragend", cell(3));
    await expect.poll(() => itemsOn("Lagoon")).toEqual([fakeId(1), fakeId(3)]);
    // What comes from elsewhere is none of theirs.
    expect(drag("dragover", board)).toBe(true);
  });

  it("are chosen by key and a few letters, or made on the way", async () => {
    await open({ boards: { Lagoon: [], Lemons: [] } });
    cell(2).click();
    await userEvent.keyboard("b");
    await expect.element(page.getByRole("combobox", { name: "Find a board" })).toHaveFocus();
    await userEvent.keyboard("lem{Enter}");
    await expect.poll(() => itemsOn("Lemons")).toEqual([fakeId(2)]);
    await expect.element(page.getByRole("button", { name: "Take off Lemons" })).toBeVisible();
    await expect.poll(() => page.getByRole("dialog").elements().length).toBe(0);
    cell(2).focus();
    await userEvent.keyboard("b");
    await page.getByRole("combobox", { name: "Find a board" }).fill("Markets");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => itemsOn("Markets")).toEqual([fakeId(2)]);
  });
});

describe("choosing by the keyboard", () => {
  it("goes on after each rating when that is wished, and Shift turns it round", async () => {
    await open();
    cell(0).click();
    await userEvent.keyboard("n");
    await userEvent.keyboard("4");
    await expect.poll(() => library.selection.single).toBe(fakeId(1));
    await expect.poll(() => library.get(fakeId(0))?.rating).toBe(4);
    await userEvent.keyboard("{Shift>}5{/Shift}");
    await expect.poll(() => library.get(fakeId(1))?.rating).toBe(5);
    expect(library.selection.single).toBe(fakeId(1));
    await userEvent.keyboard("{Control>}z{/Control}");
    await expect.poll(() => library.get(fakeId(1))?.rating).toBe(1);
  });

  it("rejects one after the other with one notice for all", async () => {
    await open();
    cell(0).click();
    await userEvent.keyboard("x");
    await expect.poll(() => library.total).toBe(59);
    await expect.poll(() => library.selection.single).toBe(fakeId(1));
    await userEvent.keyboard("x");
    await expect.poll(() => library.total).toBe(58);
    expect(notices.list.filter((notice) => notice.text.includes("trash"))).toHaveLength(1);
    await undo();
    await expect.poll(() => library.total).toBe(60);
  });

  it("works in the large view: Space opens and closes it, the stars are seen at once", async () => {
    await open();
    cell(0).click();
    cell(0).focus();
    await userEvent.keyboard(" ");
    await expect.element(page.getByRole("dialog")).toBeVisible();
    // It is seen a moment before the keys are its own.
    await expect.poll(() => document.activeElement?.closest("[role=dialog]") ?? null).not.toBeNull();
    await userEvent.keyboard("3");
    await expect.element(page.getByRole("dialog").getByRole("slider")).toHaveAttribute("aria-valuenow", "3");
    await userEvent.keyboard("{ArrowRight}x");
    await expect.poll(() => viewer.id).toBe(fakeId(2));
    await expect.poll(() => library.total).toBe(59);
    await userEvent.keyboard("b");
    await expect.element(page.getByRole("combobox", { name: "Find a board" })).toHaveFocus();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => page.getByRole("combobox", { name: "Find a board" }).elements().length).toBe(0);
    expect(viewer.id).toBe(fakeId(2));
    await userEvent.keyboard(" ");
    await expect.poll(() => viewer.id).toBeNull();
  });
});

describe("several at once", () => {
  it("are rated and tagged in one call each, and undone to what each was", async () => {
    const fake = await open();
    select(0, 1, 2);
    await expect.element(page.getByRole("toolbar")).toBeVisible();
    await userEvent.keyboard("5");
    await expect.poll(() => called(fake, "changeItems")).toHaveLength(1);
    await expect.poll(() => library.get(fakeId(0))?.rating).toBe(5);
    await undo();
    await expect.poll(() => [0, 1, 2].map((index) => library.get(fakeId(index))?.rating)).toEqual([0, 1, 2]);
    await fake.commands.changeItem(fakeId(1), { tags: ["fog"] });
    await userEvent.keyboard("t");
    await expect.element(page.getByRole("option", { name: /fog/ })).toHaveTextContent("on 1 of them");
    await page.getByRole("combobox", { name: "Find a tag" }).fill("harbour");
    await userEvent.keyboard("{Enter}");
    await expect
      .poll(() => called(fake, "changeItems").at(-1))
      .toEqual([[fakeId(0), fakeId(1), fakeId(2)], { add_tags: ["harbour"] }]);
    await expect
      .element(page.getByRole("option", { name: /harbour/ }))
      .toHaveAttribute("aria-selected", "true");
  });

  it("show what they have in common, and in what they differ", async () => {
    await open({ boards: { Lagoon: [0] } });
    select(0, 1);
    await expect.element(page.getByText("2 items", { exact: true })).toBeVisible();
    await expect.element(page.getByText("1 of 2")).toBeVisible();
    await expect.element(page.getByText("$0.02")).toBeVisible();
  });
});

describe("the trash", () => {
  it("says how long, and how much goes before it goes", async () => {
    const fake = await open({ now: () => new Date() });
    await fake.commands.trashItems([fakeId(1), fakeId(2)]);
    await page
      .getByRole("navigation")
      .getByRole("button", { name: /^Trash/ })
      .click();
    await expect.poll(() => page.getByText("30 days left").elements().length).toBe(2);
    await page.getByRole("button", { name: "Empty the trash…" }).click();
    await expect.element(page.getByRole("alertdialog")).toHaveTextContent("2 items with 363 kB");
    expect(called(fake, "emptyTrash")).toHaveLength(0);
  });
});

describe("lineage", () => {
  const links = [
    { parent: fakeId(3), child: fakeId(1), role: "source" as const },
    { parent: fakeId(1), child: fakeId(0), role: "source" as const },
    { parent: fakeId(900), child: fakeId(1), role: "reference" as const },
  ];

  it("is walked by the arrows, selects on a click and says what is gone", async () => {
    await open({ links });
    cell(1).click();
    const graph = page.getByRole("group", { name: "Lineage" });
    await expect.element(graph.getByRole("button", { name: "Deleted for good" })).toBeVisible();
    const here = graph.getByRole("button", { name: /this one$/ });
    (here.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowRight}");
    expect((document.activeElement as HTMLElement).dataset["node"]).toBe(fakeId(0));
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => library.selection.single).toBe(fakeId(0));
    await page.getByRole("button", { name: "Show the lineage large" }).click();
    await expect.element(page.getByRole("dialog").getByText("reference")).toBeVisible();
    await expectAccessible();
  });
});

describe("details", () => {
  it("keep notes by themselves and say so; tags are suggested", async () => {
    const fake = await open();
    cell(1).click();
    await page.getByRole("textbox", { name: "Notes" }).fill("Print this one");
    await expect.element(page.getByText("Saved", { exact: true })).toBeVisible();
    expect(called(fake, "changeItem").at(-1)).toEqual([fakeId(1), { notes: "Print this one" }]);
    await fake.commands.changeItem(fakeId(1), { tags: [] });
    await expect
      .poll(() => page.getByRole("button", { name: "Remove the tag lagoon" }).elements().length)
      .toBe(0);
    await page.getByRole("combobox", { name: "Add a tag" }).fill("lag");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await expect.element(page.getByRole("button", { name: "Remove the tag lagoon" })).toBeVisible();
  });
});

describe("accessibility", () => {
  it.each(themes)("of boards, several, choosers, filters and trash: %s", async (theme) => {
    setTheme(theme);
    const fake = await open({ boards: { Lagoon: [1, 2], Empty: [] }, now: () => new Date() });
    await expectAccessible();
    select(1, 2);
    await expect.element(page.getByRole("toolbar")).toBeVisible();
    await expectAccessible();
    await userEvent.keyboard("t");
    await expect.element(page.getByRole("combobox", { name: "Find a tag" })).toBeVisible();
    await expectAccessible();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => page.getByRole("dialog").elements().length).toBe(0);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
    await userEvent.keyboard("{Escape}");
    await fake.commands.trashItems([fakeId(5)]);
    await library.ask({ trashed: true });
    await expect.element(page.getByText("30 days left")).toBeVisible();
    await expectAccessible();
  });
});
