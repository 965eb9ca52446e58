import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { shortcutHandler } from "@/actions/shortcuts";
import { setLanguage } from "@/i18n/index.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, keyAccount, sandboxAccount } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { notices } from "@/stores/notices.svelte";
import { route } from "@/stores/route.svelte";
import { spendCharges } from "@/stores/spend-charges.svelte";
import { EVERYTHING } from "@/stores/spend-filter";
import { spend } from "@/stores/spend.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import SpendRoom from "./SpendRoom.svelte";
import { view } from "./view.svelte";

const now = new Date("2026-11-21T14:32:00");
let stops: (() => void)[] = [];
let fake: Fake;

async function open(options: FakeOptions = {}, width = 1200, height = 800): Promise<void> {
  await page.viewport(width, height);
  fake = fakePlatform({
    now: () => now,
    jobs: [],
    state: {
      accounts: [
        { ...sandboxAccount, selected: false },
        { ...keyAccount, selected: true },
      ],
    },
    ...options,
  });
  usePlatform(fake);
  stops.push(events.start(platform));
  await app.load();
  if (app.state) accounts.start(app.state);
  const shown = await render(SpendRoom);
  shown.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  const keys = (event: KeyboardEvent): void => shortcutHandler(actions.list, () => "spend")(event);
  addEventListener("keydown", keys);
  stops.push(() => removeEventListener("keydown", keys));
  await expect.element(page.getByRole("list", { name: /Figures|数字/ })).toBeVisible();
}
const called = (name: string): unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const columns = (): SVGElement[] => [...document.querySelectorAll<SVGElement>("svg .strip[role='button']")];
const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-row]")];

beforeEach(() => setTheme("dark"));
afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  setLanguage("en");
  accounts.stop();
  Object.assign(spend, {
    choice: EVERYTHING,
    by: "kind",
    wantsPretend: null,
    wantsCurrency: null,
    status: null,
    overview: null,
    series: null,
    facets: null,
    failure: null,
  });
  Object.assign(spendCharges, {
    text: "",
    sort: "newest",
    grouping: null,
    group: null,
    list: [],
    loaded: false,
  });
  view.shown = "overview";
  for (const notice of notices.list) notices.dismiss(notice.id);
});

describe("Spend at a glance", () => {
  it.each(themes)("tells balances, runway, epoch, days and months: %s", async (theme) => {
    setTheme(theme);
    await open();
    const figures = page.getByRole("list", { name: "Figures" });
    await expect
      .element(figures)
      .toHaveTextContent(/Balance\s*\$41\.87\s*Lasts until December 18(, 2026)? at this week/);
    await expect
      .element(figures)
      .toHaveTextContent(/DIEM this epoch\s*6\.20 DIEM\s*6\.20 DIEM of 10\.00 DIEM/);
    await expect.element(figures).toHaveTextContent(/There again in/);
    await expect.element(figures).toHaveTextContent(/This month.*last month until now/s);
    await expect.element(page.getByRole("heading", { name: "Spent over time, by kind" })).toBeVisible();
    expect(columns()).toHaveLength(30);
    await expectAccessible();
  });

  it("reads a column out, walks by the arrows, and shows one day alone", async () => {
    await open();
    await expect.poll(() => columns().length).toBe(30);
    const last = columns().at(-1);
    expect(last?.getAttribute("aria-label")).toMatch(/^Saturday,? (21 November|November 21),? 2026, \$/);
    last?.focus();
    await userEvent.keyboard("{ArrowLeft}");
    await expect.poll(() => document.activeElement).toBe(columns().at(-2));
    expect([...document.querySelectorAll(".readout")].map((one) => one.textContent).join()).toContain("20");
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => spend.filter.from).toBe("2026-11-20");
    expect(called("spendSeries").at(-1)?.[2]).toBe("hour");
  });

  it("can be brought back from days of one's own by the keys", async () => {
    await open();
    await spend.show({ period: "custom", from: "2026-11-02", to: "2026-11-05" });
    const lengths = page.getByRole("radiogroup", { name: "Days" });
    await expect.element(lengths).toBeVisible();
    const stops = lengths
      .getByRole("radio")
      .elements()
      .filter((radio) => (radio as HTMLElement).tabIndex === 0);
    expect(stops.length).toBe(1);
  });

  it("has a table behind each chart", async () => {
    await open();
    await page.getByRole("button", { name: "Show “Spent over time, by kind” as a table" }).click();
    const table = page.getByRole("region", { name: "Spent over time, by kind" }).getByRole("table");
    await expect.element(table).toBeVisible();
    await expect.element(table.getByRole("columnheader", { name: "Film (USD)" })).toBeVisible();
    expect(table.getByRole("row").elements()).toHaveLength(31);
    await expectAccessible();
    await page.getByRole("button", { name: "Show “Spent over time, by kind” as a chart" }).click();
    await expect.element(table).not.toBeInTheDocument();
  });

  it("hands a chart out as a picture, a drawing and a table", async () => {
    await open();
    const save = async (format: string): Promise<unknown[]> => {
      const before = called("saveChart").length;
      await page.getByRole("button", { name: "Save “Spent over time, by kind”" }).click();
      await page.getByRole("menuitem", { name: format }).click();
      await expect.poll(() => called("saveChart").length).toBe(before + 1);
      return called("saveChart").at(-1) ?? [];
    };
    const [title, png, picture] = await save("As a picture (PNG)");
    expect(title).toContain("US dollars");
    expect(png).toBe("png");
    expect(atob(String(picture)).slice(1, 4)).toBe("PNG");
    const [, svg, drawing] = await save("As a drawing (SVG)");
    expect(svg).toBe("svg");
    expect(String(drawing)).toMatch(/^<svg /);
    const read = new DOMParser().parseFromString(String(drawing), "image/svg+xml");
    expect(read.querySelector("parsererror")).toBeNull();
    expect(read.documentElement.textContent).toContain("Film");
    // Nothing of it needs the page: no classes, no variables, nothing that takes clicks.
    expect(String(drawing)).not.toMatch(/var\(|class=|role=|tabindex/);
    const [, format, table] = await save("As a table (CSV)");
    expect(format).toBe("csv");
    expect(String(table)).toMatch(/^When,.*Total \(USD\)\r\n2026-10-23,/);
    await expect.poll(() => notices.list.at(-1)?.text).toMatch(/^Saved as .*\.csv$/);
  });

  it("never draws two currencies on one scale", async () => {
    await open();
    await page.getByRole("radio", { name: "DIEM" }).first().click();
    await expect.poll(() => columns().at(-1)?.getAttribute("aria-label") ?? "").not.toContain("$");
    await expect.poll(() => spend.currency).toBe("diem");
  });

  it("is narrowed by kind for all of it at once", async () => {
    await open();
    await page.getByRole("button", { name: "Kind", exact: true }).click();
    await page.getByRole("checkbox", { name: "Film" }).click();
    await expect.poll(() => spend.series?.parts.map((part) => part.id)).toEqual(["film"]);
    await expectAccessible();
    await userEvent.keyboard("{Escape}");
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => spend.choice.kinds).toEqual([]);
  });

  it("marks pretend money, and keeps it apart", async () => {
    await open();
    await page.getByRole("radio", { name: "Pretend money" }).click();
    await expect.poll(() => spend.filter.pretend).toBe(true);
    await expect.element(page.getByRole("list", { name: "Figures" })).toHaveTextContent(/\$24\.83/);
    await expect.element(page.getByText("pretend", { exact: true }).first()).toBeVisible();
    expect(document.body.textContent).not.toContain("$41.87");
  });

  it("reads at once what was never read, and claims nothing before", async () => {
    const ledgers = { [keyAccount.id]: { source: "answers" as const, synced_at: null } };
    await open({ spend: { ledgers } });
    await expect.poll(() => called("syncSpend").length).toBe(1);
    await expect.element(page.getByText(/no history without an admin key/)).not.toBeInTheDocument();
  });

  it("says what isn't known: no admin key, offline, sums that differ", async () => {
    const ledgers = {
      [keyAccount.id]: {
        source: "answers" as const,
        differences: [{ day: "2026-11-20", currency: "usd", ledger: "1.20", analytics: "1.25" }],
      },
    };
    await open({ spend: { ledgers } });
    await expect.element(page.getByText(/no history without an admin key/)).toBeVisible();
    await expect.element(page.getByText(/on 1 day Venice’s own sums are others/)).toBeVisible();
    await expectAccessible();
    await page.getByRole("button", { name: "Add an admin key" }).click();
    expect(route.room).toBe("settings");
    cleanup();
    await open({ spend: { ledgers: { [keyAccount.id]: { problem: fakeError("network_down") } } } });
    await expect.element(page.getByText(/Studio on the Zattere: offline/)).toBeVisible();
    expect(columns().length).toBe(30);
    cleanup();
    await open({ spend: { ledgers: { [keyAccount.id]: { problem: fakeError("UNAUTHORIZED") } } } });
    await expect.element(page.getByText(/the history couldn’t be read to its end/)).toBeVisible();
  });

  it("teaches where nothing was charged", async () => {
    await open({ spend: { charges: [] } });
    await expect.element(page.getByText("Nothing has been charged yet")).toBeVisible();
    await expectAccessible();
  });

  it("reads again by hand", async () => {
    await open();
    await page.getByRole("button", { name: "Read again" }).click();
    await expect.poll(() => called("syncSpend").length).toBe(1);
  });

  it.each(["en", "zh-CN"] as const)("has room in a small window: %s", async (tag) => {
    setLanguage(tag);
    await open({}, 884, 562);
    const room = document.querySelector<HTMLElement>(".spend");
    expect(room?.scrollWidth).toBeLessThanOrEqual((room?.clientWidth ?? 0) + 1);
    for (const card of document.querySelectorAll(".card")) {
      expect(card.scrollWidth).toBeLessThanOrEqual(card.clientWidth + 1);
    }
    await expectAccessible();
  });
});

describe("the charges", () => {
  async function openTable(options: FakeOptions = {}, width = 1200): Promise<void> {
    await open(options, width);
    view.shown = "charges";
    await expect.element(page.getByRole("grid", { name: "Charges" })).toBeVisible();
    await expect.poll(() => rows().length).toBeGreaterThan(6);
  }

  it.each(themes)("are listed with what they are for, and guesses as guesses: %s", async (theme) => {
    setTheme(theme);
    await openTable();
    await expect.element(page.getByRole("row").filter({ hasText: "guess" }).first()).toBeVisible();
    await expect.element(page.getByText(/^\d+ charges$/).first()).toBeVisible();
    await expectAccessible();
  });

  it("are found by words, sorted, grouped and opened", async () => {
    await openTable();
    await userEvent.keyboard("/");
    await expect.element(page.getByRole("textbox", { name: "Search charges" })).toHaveFocus();
    await page.getByRole("textbox", { name: "Search charges" }).fill("gondola");
    await expect.poll(() => rows().every((row) => row.textContent.includes("gondola"))).toBe(true);
    await page.getByRole("textbox", { name: "Search charges" }).fill("");
    await page.getByRole("combobox", { name: /Grouped by/ }).click();
    await page.getByRole("option", { name: "Kind" }).click();
    await expect.poll(() => rows()[0]?.dataset["row"]).toMatch(/^group /);
    await expectAccessible();
    rows()[0]?.focus();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await expect.element(page.getByRole("button", { name: "All groups" })).toBeVisible();
    // The keys go along: to the charges of the group, and back to the group they came from.
    await expect.poll(() => document.activeElement).toBe(rows()[0]);
    expect(rows()[0]?.dataset["row"]).not.toMatch(/^group /);
    await page.getByRole("button", { name: "All groups" }).click();
    await expect.poll(() => rows()[0]?.dataset["row"]).toMatch(/^group /);
    await expect.poll(() => document.activeElement).toBe(rows()[1]);
  });

  it("take the user's word for what they are for", async () => {
    await openTable();
    const guess = rows().find((row) => row.querySelector(".guess") !== null);
    await userEvent.click(guess!.querySelector("button")!);
    await page.getByRole("menuitem", { name: "Yes, it is for this" }).click();
    await expect.poll(() => called("matchCharge").length).toBe(1);
    await expect.poll(() => notices.list.at(-1)?.text).toBe("The charge is matched to your work");
    const other = rows().find((row) => row.querySelector(".guess") !== null);
    await userEvent.click(other!.querySelector("button")!);
    await page.getByRole("menuitem", { name: "It is for something else…" }).click();
    const dialog = page.getByRole("dialog", { name: "What is this charge for?" });
    await expect.element(dialog).toBeVisible();
    await dialog.getByRole("radio").first().click();
    await expectAccessible();
    await page.getByRole("button", { name: "It is for this" }).click();
    await expect.poll(() => called("matchCharge").length).toBe(2);
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    // Whoever came by the keys is where they were.
    await expect.poll(() => document.activeElement?.closest("[data-row]") ?? null).not.toBeNull();
  });

  it("are walked through by the keys from end to end", async () => {
    await openTable();
    rows()[0]?.focus();
    const at = (): string | undefined =>
      document.activeElement?.closest<HTMLElement>("[data-row]")?.getAttribute("aria-rowindex") ?? undefined;
    await userEvent.keyboard("{End}");
    const last = document.querySelector("[role='grid']")?.getAttribute("aria-rowcount");
    expect(Number(last)).toBeGreaterThan(60);
    await expect.poll(at).toBe(last);
    await userEvent.keyboard("{PageUp}");
    await expect.poll(() => Number(at())).toBeLessThan(Number(last));
    await userEvent.keyboard("{Home}");
    await expect.poll(at).toBe("2");
  });

  it("are saved as CSV, those that are looked at: searched, in their order, and of one group", async () => {
    const saved = (): unknown => called("exportSpend").at(-1)?.[0];
    await openTable();
    await page.getByRole("textbox", { name: "Search charges" }).fill(" gondola ");
    await spendCharges.sortBy("dearest");
    await expect.poll(() => spendCharges.text.trim()).toBe("gondola");
    await page.getByRole("button", { name: "Save as CSV…" }).click();
    await expect
      .poll(saved)
      .toMatchObject({ filter: spend.filter, text: "gondola", sort: "dearest", grouping: null, group: null });
    await spendCharges.groupBy("kind");
    const [group] = spendCharges.groups;
    if (group === undefined) throw new Error("there is one");
    await spendCharges.open(group);
    await page.getByRole("button", { name: "Save as CSV…" }).click();
    await expect.poll(saved).toMatchObject({ text: "gondola", grouping: "kind", group: group.id });
    // Of the overview all is saved: the search isn't to be seen there.
    view.shown = "overview";
    actions.run("spend.export");
    await expect.poll(saved).toMatchObject({ filter: spend.filter, text: null, grouping: null, group: null });
  });

  it("have room in a small window", async () => {
    await openTable({}, 884);
    const table = document.querySelector<HTMLElement>(".rows");
    expect(table?.scrollWidth).toBeLessThanOrEqual(table?.clientWidth ?? 0);
    for (const one of rows()) expect(one.scrollWidth).toBeLessThanOrEqual(one.clientWidth + 1);
  });
});
