import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { ExportOptions, ImportReport as Report } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeId, fakeItem } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { exporting } from "@/stores/exports.svelte";
import { imports } from "@/stores/imports.svelte";
import { notices } from "@/stores/notices.svelte";
import { route } from "@/stores/route.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import ExportDialog from "./ExportDialog.svelte";
import ExportReport from "./ExportReport.svelte";
import ImportLine from "./ImportLine.svelte";
import ImportReport from "./ImportReport.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const list = [0, 1, 2].map((index) => fakeItem(index, now));
const ids = list.map((item) => item.id);
const usual = exporting.options;
let stop: () => void = () => undefined;

async function begin(over: FakeOptions["over"] = {}): Promise<Fake> {
  const fake = fakePlatform({ now: () => now, over });
  usePlatform(fake);
  stop = events.start(platform);
  await app.load();
  return fake;
}

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  exporting.putAway();
  exporting.report = null;
  exporting.options = usual;
  exporting.progress = null;
  imports.report = null;
  imports.progress = null;
  cleanup();
  stop();
  for (const notice of notices.list) notices.dismiss(notice.id);
});

function reportOf(refused: number): Report {
  const codes = ["input_truncated", "input_empty", "input_truncated"];
  return {
    items: list,
    taken: 2841,
    already_there: [],
    known: 12,
    passed_over: 3,
    refused: Array.from({ length: refused }, (_, index) => ({
      name: `IMG_${String(index)}.jpg`,
      folder: index % 2 === 0 ? "2024/May" : null,
      error: fakeError(codes[index % 3] ?? ""),
    })),
    refused_count: refused,
    refused_list: null,
    cancelled: false,
  };
}

describe("the report of an import", () => {
  it("counts, groups and finds thousands of refusals, with few of them in the page", async () => {
    await begin();
    await render(ImportReport);
    imports.report = reportOf(9000);
    const dialog = page.getByRole("dialog");
    await expect.element(dialog.getByText("2,841")).toBeVisible();
    await expect.element(dialog.getByText("Files that end in the middle")).toBeVisible();
    await expect.element(dialog.getByText("6,000 files")).toBeVisible();
    await expect.poll(() => document.querySelectorAll(".file").length).toBeGreaterThan(3);
    expect(document.querySelectorAll(".file").length).toBeLessThan(60);
    await dialog.getByLabelText("Find a name or a reason").fill("IMG_8999.jpg");
    await expect.poll(() => document.querySelectorAll(".file").length).toBe(1);
    const copied = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    await dialog.getByRole("button", { name: "Copy the list" }).click();
    expect(copied.mock.calls[0]?.[0].split("\n")).toHaveLength(9000);
    copied.mockRestore();
  });

  it("says how many more were refused, and where each is listed", async () => {
    await begin();
    await render(ImportReport);
    imports.report = { ...reportOf(4), refused_count: 20_004, refused_list: "/home/x/refused/1.txt" };
    const dialog = page.getByRole("dialog");
    await expect.element(dialog.getByText("20,004")).toBeVisible();
    await expect
      .element(
        dialog.getByText("20,000 more aren’t shown here. Each of them is listed in /home/x/refused/1.txt"),
      )
      .toBeVisible();
    imports.report = { ...reportOf(4), refused_count: 5 };
    await expect
      .element(dialog.getByText(/1 more isn’t shown here, and a list .* couldn’t be/))
      .toBeVisible();
  });

  it("leads to what came in", async () => {
    await begin();
    await render(ImportReport);
    imports.report = { ...reportOf(0), taken: 3 };
    await page.getByRole("button", { name: "Show what came in" }).click();
    await expect.poll(() => route.query["items"]).toBe(ids.join(","));
    expect([route.room, imports.report]).toEqual(["library", null]);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await begin();
    await render(ImportReport);
    imports.report = reportOf(40);
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
  });
});

describe("a running import", () => {
  it("is held, goes on and is stopped", async () => {
    const fake = await begin();
    await render(ImportLine);
    imports.progress = { done: 12, total: 3290, counting: true, paused: false, refused: 2 };
    await expect.element(page.getByText("Bringing in 12 of 3,290").first()).toBeVisible();
    await expect.element(page.getByText("2 refused so far")).toBeVisible();
    await page.getByRole("button", { name: "Pause" }).click();
    await expect.element(page.getByText("Held at 12 of 3,290").first()).toBeVisible();
    await page.getByRole("button", { name: "Go on" }).click();
    expect(fake.calls.filter((call) => call.name === "pauseImport").map((call) => call.args[0])).toEqual([
      true,
      false,
    ]);
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.element(page.getByText("Stopping…")).toBeVisible();
    imports.stopping = false;
  });
});

describe("the export dialog", () => {
  it("takes a choice, shows its names and hands it over", async () => {
    const fake = await begin();
    await render(ExportDialog);
    exporting.ask(ids, list);
    await expect.element(page.getByText("2026-11-21 A quiet canal at first light.webp")).toBeVisible();
    await page.getByRole("radio", { name: "JPEG" }).click();
    await expect.element(page.getByText("90 · no difference to be seen")).toBeVisible();
    const names = page.getByRole("textbox", { name: "File names" });
    await names.fill("shot");
    await page.getByRole("button", { name: "Put in number" }).click();
    await expect.element(names).toHaveValue("shot {number}");
    await expect.element(page.getByText("shot 001.jpeg")).toBeVisible();
    await page.getByRole("switch", { name: "With the recipe inside" }).click();
    await expect.element(page.getByText("Nothing in the file tells how it was made.")).toBeVisible();
    await page.getByRole("radio", { name: "One zip" }).click();
    await expect.element(page.getByText("The table holds the prompts")).toBeVisible();
    await page.getByRole("button", { name: "Export 3…" }).click();
    await expect.poll(() => exporting.wanted).toBeNull();
    const call = fake.calls.find((one) => one.name === "exportItems");
    expect(call?.args[0]).toEqual(ids);
    expect(call?.args[1] as ExportOptions).toMatchObject({
      format: "jpeg",
      name_pattern: "shot {number}",
      with_recipe: false,
      zip: true,
    });
    notices.list.at(-1)?.action?.run();
    await expect.poll(() => fake.calls.some((one) => one.name === "showExport")).toBe(true);
  });

  it("takes a length of one's own and refuses an unknown part", async () => {
    const problem = fakeError("field_invalid", { message: "There is no {colour}." });
    await begin({
      exportNames: (_, options) =>
        Promise.resolve(
          options.name_pattern.includes("{colour}")
            ? { status: "error" as const, error: problem }
            : { status: "ok" as const, data: ["one.png"] },
        ),
    });
    await render(ExportDialog);
    exporting.ask(ids, list);
    await page.getByText("As it is", { exact: true }).click();
    await page.getByRole("option", { name: "Another length…" }).click();
    const length = page.getByRole("spinbutton", { name: "Longest side in pixels" });
    await length.fill("3000");
    await userEvent.keyboard("{Tab}");
    expect(exporting.options.longest_side).toBe(3000);
    await page.getByRole("textbox", { name: "File names" }).fill("{colour}");
    await expect.poll(() => exporting.namesProblem?.code).toBe("field_invalid");
    await expect.element(page.getByRole("button", { name: "Export 3…" })).toBeDisabled();
  });

  it.each(themes)("passes axe and is whole at 960 × 640: %s", async (theme) => {
    setTheme(theme);
    await page.viewport(960, 640);
    await begin();
    await render(ExportDialog);
    exporting.options = { ...usual, format: "webp" };
    exporting.ask(ids, list);
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
    const button = page.getByRole("button", { name: "Export 3…" }).element().getBoundingClientRect();
    expect(button.bottom).toBeLessThan(640);
  });

  it("reports what could not be written", async () => {
    await begin();
    await render(ExportReport);
    exporting.report = {
      target: "Exports",
      written: 2,
      bytes: 800_000,
      refused: [{ name: fakeId(2), folder: null, error: fakeError("file_missing") }],
      cancelled: true,
    };
    await expect.element(page.getByText("2 files, 800 kB, written to Exports.")).toBeVisible();
    await expect.element(page.getByText("The file is gone")).toBeVisible();
    await expect.element(page.getByText("The export was stopped.")).toBeVisible();
    await expectAccessible();
  });
});
