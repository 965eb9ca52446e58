import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { shortcutHandler } from "@/actions/shortcuts";
import { setLanguage } from "@/i18n/index.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { fakeModel, fakeModelEntries } from "@/platform/fake-models";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { ALL_MODELS } from "@/stores/models-list";
import { models } from "@/stores/models.svelte";
import { notices } from "@/stores/notices.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import ModelsRoom from "./ModelsRoom.svelte";

const now = new Date("2026-11-21T14:32:00Z");
let stops: (() => void)[] = [];
let fake: Fake;

async function open(options: FakeOptions = {}, width = 1200): Promise<void> {
  await page.viewport(width, 800);
  fake = fakePlatform({ jobs: [], now: () => now, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  await app.load();
  if (app.state) accounts.start(app.state);
  const view = await render(ModelsRoom);
  view.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  const keys = (event: KeyboardEvent): void => shortcutHandler(actions.list, () => "models")(event);
  addEventListener("keydown", keys);
  stops.push(() => removeEventListener("keydown", keys));
}
const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-model]")];
const shown = (): (string | undefined)[] => rows().map((row) => row.dataset["model"]);
const called = (name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
  models.page = models.news = models.failure = null;
  models.filter = ALL_MODELS;
  models.order = { by: "venice", down: false };
  models.compared = [];
  setLanguage("en");
  for (const notice of notices.list) notices.dismiss(notice.id);
});

describe("the Models room", () => {
  it.each(themes)("shows every model with its marks and a price that can be compared: %s", async (theme) => {
    setTheme(theme);
    await open();
    await expect.element(page.getByRole("grid", { name: "Models" })).toBeVisible();
    await expect.poll(() => rows().length).toBe(fakeModelEntries.length);
    const row = (name: string): ReturnType<typeof page.getByRole> =>
      page.getByRole("row").filter({ hasText: name });
    await expect
      .element(row("GLM 5.2"))
      .toHaveTextContent(/private.*Text.*≈\s*\$0\.0043 *.*per 1,000 words.*131/s);
    await expect
      .element(row("Old Scribe"))
      .toHaveTextContent(/until 15 December 2026|until December 15, 2026/);
    await expect.element(row("Burano")).toHaveTextContent(/offline.*price unknown/s);
    await expect.element(row("Canal Code")).toHaveTextContent(/new.*beta/s);
    await expect.element(page.getByText(/1 new · 1 dearer · 1 leaving · 1 gone/)).toBeVisible();
    await expectAccessible();
  });

  it("is narrowed by type, abilities and words, and says when nothing matches", async () => {
    await open();
    await expect.poll(() => rows().length).toBe(fakeModelEntries.length);
    await page.getByRole("combobox", { name: /^Type/ }).click();
    await page.getByRole("option", { name: "Text" }).click();
    await expect.poll(shown).toEqual(["fake-glm", "fake-code", "fake-scribe"]);
    await page.getByRole("button", { name: /Abilities/ }).click();
    await page.getByRole("checkbox", { name: "calls functions" }).click();
    await expect.poll(shown).toEqual(["fake-glm", "fake-code"]);
    await expectAccessible();
    await userEvent.keyboard("{Escape}");
    await page.getByRole("textbox", { name: "Search models" }).fill("no such thing");
    await expect.element(page.getByText("No such models")).toBeVisible();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => rows().length).toBe(fakeModelEntries.length);
  });

  it("is narrowed by a price for one unit", async () => {
    await open();
    await expect.poll(() => rows().length).toBe(fakeModelEntries.length);
    await page.getByRole("button", { name: "Price: Any price" }).click();
    await page.getByRole("combobox", { name: /^Compared by/ }).click();
    await page.getByRole("option", { name: "per picture" }).click();
    await expect.poll(shown).toEqual(["fake-lagoon", "fake-lagoon-large"]);
    await page.getByRole("textbox", { name: "At most, in US dollars" }).fill("0.02");
    await expect.poll(shown).toEqual(["fake-lagoon"]);
    await page.getByRole("textbox", { name: "At most, in US dollars" }).fill("much");
    await expect.element(page.getByText("Write an amount such as 0.05.")).toBeVisible();
    expect(shown()).toEqual(["fake-lagoon"]);
  });

  it("is walked through by the keys from end to end, however long it is", async () => {
    await open({
      models: { models: Array.from({ length: 328 }, (_, index) => fakeModel(`model-${index + 1}`)) },
    });
    await expect.poll(() => rows().length).toBeGreaterThan(6);
    const at = (): string | undefined =>
      document.activeElement?.closest<HTMLElement>("[data-model]")?.dataset["model"];
    rows()[0]?.focus();
    await userEvent.keyboard("{End}");
    await expect.poll(at).toBe("model-328");
    await userEvent.keyboard("{ArrowUp}");
    await expect.poll(at).toBe("model-327");
    await userEvent.keyboard("{Home}");
    await expect.poll(at).toBe("model-1");
  });

  it("is walked by the keys, marked, and shows all that is known of a model", async () => {
    await open();
    await expect.poll(() => rows().length).toBe(fakeModelEntries.length);
    rows()[0]?.focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await expect.poll(() => (document.activeElement as HTMLElement).dataset["model"]).toBe("fake-scribe");
    await userEvent.keyboard("f");
    await expect.poll(() => called("favouriteModel")).toEqual([["fake-scribe", true]]);
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("dialog", { name: "Old Scribe" })).toBeVisible();
    await expect.element(page.getByText(/GLM 5\.2 takes its place/)).toBeVisible();
    await expect.element(page.getByText("1,000 words are taken as 1,333 tokens.")).toBeVisible();
    await expectAccessible();
    await page.getByRole("button", { name: "Show GLM 5.2" }).click();
    await expect.element(page.getByText("Read, beyond 200,000 tokens")).toBeVisible();
    await page.getByRole("button", { name: "Use for conversations" }).click();
    await expect.poll(() => called("setDefaultModel")).toEqual([["chat", "fake-glm"]]);
    await expect.element(page.getByText("Your default for conversations")).toBeVisible();
  });

  it("sets models side by side", async () => {
    await open();
    await expect.poll(() => rows().length).toBe(fakeModelEntries.length);
    await page.getByRole("button", { name: "Compare GLM 5.2" }).click();
    await page.getByRole("button", { name: "Compare Canal Code" }).click();
    await page.getByRole("button", { name: "Compare 2 models" }).click();
    const table = page.getByRole("dialog", { name: "Side by side" });
    await expect.element(table.getByRole("columnheader", { name: /Canal Code/ })).toBeVisible();
    await expect.element(table.getByRole("row", { name: /made for code/ })).toHaveTextContent(/no.*yes/s);
    await expectAccessible();
    await table.getByRole("button", { name: "Take GLM 5.2 out" }).click();
    await expect.element(table).not.toBeInTheDocument();
  });

  it("tells what is new until it was seen", async () => {
    await open();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    const sheet = page.getByRole("dialog", { name: "What is new" });
    await expect.element(sheet.getByText("$0.08 → $0.09")).toBeVisible();
    await expect.element(sheet.getByText(/From then on Lagoon answers in its place/)).toBeVisible();
    await expectAccessible();
    await sheet.getByRole("radio", { name: "A year" }).click();
    await expect.poll(() => called("modelChanges").at(-1)).toEqual([365]);
    await sheet.getByRole("radio", { name: "Since you looked" }).click();
    await sheet.getByRole("button", { name: "Mark as seen" }).click();
    await expect.element(sheet).not.toBeInTheDocument();
    await expect.element(page.getByText(/1 new · 1 dearer/)).not.toBeInTheDocument();
  });

  it("asks for the prices of films when told to", async () => {
    await open();
    models.show({ kind: "video" });
    await page.getByRole("button", { name: "Ask Venice for the price of 1 film model" }).click();
    await expect.element(page.getByText("per minute")).toBeVisible();
    expect(called("quoteModel")).toEqual([["regatta-text"]]);
  });

  it("keeps few of a thousand rows in the page", async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => fakeModel(`model-${index}`));
    await open({ models: { models: many, changes: [] } });
    await expect.element(page.getByText("1,000 models")).toBeVisible();
    await expect.poll(() => rows().length).toBeGreaterThan(8);
    expect(rows().length).toBeLessThan(60);
  });

  it("teaches where it is empty, and says what is wrong", async () => {
    await open({
      over: { modelsPage: () => Promise.resolve({ status: "error", error: fakeError("network_down") }) },
    });
    await expect.element(page.getByRole("button", { name: /Try again/ })).toBeVisible();
    cleanup();
    models.failure = null;
    await open({ models: { models: [], changes: [] } });
    await expect.element(page.getByText("No models yet")).toBeVisible();
  });

  it("has room in a small window, in either language", async () => {
    for (const tag of ["en", "zh-CN"] as const) {
      setLanguage(tag);
      await open({}, 884);
      await expect.poll(() => rows().length).toBeGreaterThan(4);
      const table = document.querySelector<HTMLElement>(".rows");
      expect(table?.scrollWidth).toBeLessThanOrEqual(table?.clientWidth ?? 0);
      for (const row of rows()) expect(row.scrollWidth).toBeLessThanOrEqual(row.clientWidth + 1);
      cleanup();
    }
  });
});
