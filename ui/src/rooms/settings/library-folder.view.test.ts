import { afterEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { LibraryStatus } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { kept } from "@/stores/kept.svelte";
import { libraryFolder } from "@/stores/library-folder.svelte";
import LibraryGone from "@/shell/LibraryGone.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import LibraryFolder from "./LibraryFolder.svelte";

const now = new Date("2026-11-21T14:32:00Z");
let stops: (() => void)[] = [];

async function begin(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ now: () => now, items: 12, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  await app.load();
  kept.start();
  libraryFolder.start();
  stops.push(
    () => kept.stop(),
    () => libraryFolder.stop(),
  );
  await expect.poll(() => kept.status).not.toBeNull();
  return fake;
}

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  kept.status = null;
  libraryFolder.checked = null;
  libraryFolder.moved = null;
  libraryFolder.problem = null;
});

describe("the library in the settings", () => {
  it("says what a move does before it asks where to, and where all is afterwards", async () => {
    const fake = await begin();
    await render(LibraryFolder);
    await page.getByRole("button", { name: "Move to another folder or disk…" }).click();
    const dialog = page.getByRole("dialog");
    await expect.element(dialog.getByText("Each copy is read again and compared")).toBeVisible();
    expect(fake.calls.some((call) => call.name === "moveLibrary")).toBe(false);
    await dialog.getByRole("button", { name: "Choose the folder…" }).click();
    await expect.element(page.getByText("The library is now in /media/disk/canaletto.")).toBeVisible();
    await expect.element(page.getByText("/media/disk/canaletto", { exact: true })).toBeVisible();
  });

  it("shows how far it is, and stops", async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((go) => (finish = go));
    const cancelled = { folder: "/media/disk", files: 2, bytes: 9, cancelled: true, left: [] };
    const fake = await begin({
      over: {
        moveLibrary: async () => {
          await held;
          return { status: "ok", data: cancelled };
        },
      },
    });
    await render(LibraryFolder);
    const moving = libraryFolder.move();
    fake.emit({ type: "library_work", done: 3_000_000_000, total: 8_000_000_000, files: 812 });
    await expect.element(page.getByText("3 GB of 8 GB")).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Check now" })).toBeDisabled();
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => fake.calls.some((call) => call.name === "cancelLibraryWork")).toBe(true);
    finish();
    await moving;
    await expect.element(page.getByText("The library is where it was.", { exact: false })).toBeVisible();
  });

  it("checks quickly or thoroughly, and lists what was found with its files", async () => {
    const fake = await begin({
      over: {
        checkLibrary: (hashed) =>
          Promise.resolve({
            status: "ok",
            data: {
              files: 12,
              bytes: 81_000_000,
              hashed,
              cancelled: false,
              findings: hashed
                ? [{ notice: fakeError("file_missing"), paths: ["2026/11/21/a.webp"], count: 4 }]
                : [],
            },
          }),
      },
    });
    await render(LibraryFolder);
    await page.getByRole("button", { name: "Check now" }).click();
    await expect.element(page.getByText("All is well.")).toBeVisible();
    await page.getByRole("radio", { name: "Read every file" }).click();
    await page.getByRole("button", { name: "Check now" }).click();
    await expect.element(page.getByText("2026/11/21/a.webp")).toBeVisible();
    await expect.element(page.getByText("and 3 more")).toBeVisible();
    expect(fake.calls.filter((call) => call.name === "checkLibrary").map((call) => call.args[0])).toEqual([
      false,
      true,
    ]);
  });

  it.each(themes)("passes axe, and so does the banner: %s", async (theme) => {
    setTheme(theme);
    let there = false;
    const status: LibraryStatus = {
      items: 3,
      trashed: 0,
      bytes: 81_000_000,
      free_bytes: 1_000_000,
      reachable: false,
      missing: 0,
    };
    await begin({
      over: { libraryStatus: () => Promise.resolve({ status: "ok", data: { ...status, reachable: there } }) },
    });
    await render(LibraryFolder);
    await expectAccessible();
    cleanup();
    await render(LibraryGone);
    const banner = page.getByRole("alert");
    await expect.element(banner).toBeVisible();
    await expectAccessible();
    await page.getByRole("button", { name: "Look again" }).click();
    await expect.poll(() => libraryFolder.looking).toBe(false);
    await expect.element(banner).toBeVisible();
    await page.getByRole("button", { name: "Begin anew…" }).click();
    await expect
      .element(page.getByRole("alertdialog"))
      .toHaveTextContent("Only if the old one won’t come back");
    await expectAccessible();
    there = true;
    await page.getByRole("button", { name: "Choose an empty folder…" }).click();
    await expect.poll(() => page.getByRole("alert").elements().length).toBe(0);
  });
});
