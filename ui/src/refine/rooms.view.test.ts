import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "@/App.svelte";
import { fakePlatform, type Fake } from "@/platform/fake";
import { usePlatform } from "@/platform/platform";
import { bench } from "@/rooms/image/bench.svelte";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { library } from "@/stores/library.svelte";
import { pictures } from "@/stores/pictures.svelte";
import { refining } from "@/stores/refining.svelte";
import { route } from "@/stores/route.svelte";

async function open(room: "image" | "library"): Promise<Fake> {
  await page.viewport(1280, 800);
  location.hash = `#/${room}`;
  const fake = fakePlatform({
    jobs: [],
    items: 12,
    makingTakes: 0,
    settings: { welcome_done: true, language: "en" },
  });
  usePlatform(fake);
  jobs.list = [];
  items.stop();
  items.recent = [];
  await items.start();
  await render(App);
  return fake;
}

const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);

afterEach(() => {
  refining.close();
  bench.selected = null;
  bench.alone = null;
  cleanup();
});

describe("refining from a room", () => {
  it("crops the selected picture by key, and shows what came of it", async () => {
    const fake = await open("image");
    const strip = page.getByRole("toolbar", { name: "Recent pictures" });
    await strip.getByRole("button").nth(2).click();
    const source = bench.selected;
    await userEvent.keyboard("k");
    await expect.element(page.getByRole("dialog", { name: /^Crop, turn, resize/ })).toBeVisible();
    await userEvent.keyboard("h{Control>}{Enter}{/Control}");
    await expect
      .poll(() => called(fake, "adjustPicture"))
      .toMatchObject([[source, { flip_horizontal: true }]]);
    await expect.element(page.getByRole("dialog", { name: /^Crop, turn, resize/ })).not.toBeInTheDocument();
    await expect.poll(() => bench.item?.origin).toBe("adjusted");
    expect(bench.selected).not.toBe(source);
  });

  it("takes a picture of the Library into the Image room to mark it", async () => {
    await open("library");
    await page.getByRole("gridcell").nth(1).click();
    const source = library.selection.single;
    await userEvent.keyboard("m");
    await expect.element(page.getByRole("dialog", { name: /^Mark what may change/ })).toBeVisible();
    expect(route.room).toBe("image");
    expect(pictures.fields).toMatchObject({ mode: "edit", source });
  });

  it("selects in the Library what was made there", async () => {
    const fake = await open("library");
    await page.getByRole("gridcell").nth(1).click();
    await userEvent.keyboard("k");
    await expect.element(page.getByRole("dialog", { name: /^Crop, turn, resize/ })).toBeVisible();
    await userEvent.keyboard("r{Control>}{Enter}{/Control}");
    await expect.poll(() => called(fake, "adjustPicture")).toHaveLength(1);
    await expect.poll(() => items.get(library.selection.single ?? "")?.origin).toBe("adjusted");
    expect(route.room).toBe("library");
  });

  it("asks before the window closes over something that isn't kept", async () => {
    const fake = await open("image");
    await page.getByRole("toolbar", { name: "Recent pictures" }).getByRole("button").nth(2).click();
    await userEvent.keyboard("k");
    await expect.element(page.getByRole("dialog", { name: /^Crop, turn, resize/ })).toBeVisible();
    await userEvent.keyboard("r");
    fake.emit({ type: "closing" });
    const asking = page.getByRole("alertdialog");
    await expect.element(asking).toHaveTextContent("Leave without keeping it?");
    expect(called(fake, "answerClosing")).toEqual([[false]]);
    await asking.getByRole("button", { name: "Leave" }).click();
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    fake.emit({ type: "closing" });
    await expect.poll(() => called(fake, "answerClosing")).toEqual([[false], [true]]);
  });
});
