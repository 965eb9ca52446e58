import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { ModelView } from "@/bindings";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeId, fakeModels } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import Form from "@/rooms/image/Form.svelte";
import { bench } from "@/rooms/image/bench.svelte";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { items } from "@/stores/items.svelte";
import { EMPTY_FORM, type FormFields } from "@/stores/pictures-form";
import { pictures } from "@/stores/pictures.svelte";
import { refining } from "@/stores/refining.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";

const retouch = fakeModels.edit[0]!;
const models: ModelView[] = [
  retouch,
  { ...retouch, id: "fake-collage", name: "Collage", max_input_images: 6, qualities: ["low", "high"] },
  { ...retouch, id: "fake-single", name: "Single", max_input_images: 1 },
];
let stop = (): void => undefined;

async function open(fields: Partial<FormFields>): Promise<Fake> {
  await page.viewport(1280, 800);
  const fake = fakePlatform({
    jobs: [],
    items: 12,
    over: { pictureModels: () => Promise.resolve({ status: "ok", data: { ...fakeModels, edit: models } }) },
  });
  usePlatform(fake);
  stop = events.start(platform);
  await app.load();
  if (app.state) accounts.start(app.state);
  await pictures.load();
  await items.ensure([0, 1, 2, 3, 4, 5].map(fakeId));
  pictures.change({
    ...EMPTY_FORM,
    mode: "edit",
    source: fakeId(0),
    editPrompt: "Make it winter",
    ...fields,
  });
  const view = await render(Form, { onsend: () => undefined });
  view.container.style.cssText =
    "position: fixed; inset: 0 auto 0 0; width: 318px; display: flex; background: var(--wall)";
  return fake;
}

const sent = (): unknown => pictures.request;
const add = () => page.getByRole("button", { name: "Add a picture" });

afterEach(() => {
  stop();
  accounts.stop();
  refining.close();
  bench.selected = null;
  cleanup();
  setTheme("dark");
});

describe("pictures to draw on", () => {
  it("come from the Library, a file and the selection, each once and never the source itself", async () => {
    await open({});
    await add().click();
    await expect
      .element(page.getByRole("menuitem", { name: "The selected picture" }))
      .toHaveAttribute("aria-disabled", "true");
    await page.getByRole("menuitem", { name: "From the Library…" }).click();
    await page.getByRole("dialog").getByRole("listitem").nth(2).getByRole("button").click();
    await add().click();
    await page.getByRole("menuitem", { name: "From a file…" }).click();
    await expect.poll(() => pictures.fields.references).toHaveLength(2);
    bench.selected = fakeId(2);
    await add().click();
    await page.getByRole("menuitem", { name: "The selected picture" }).click();
    expect(pictures.fields.references).toHaveLength(2);
    expect(pictures.fields.references[0]).toBe(fakeId(2));
    expect(sent()).toMatchObject({ references: pictures.fields.references });
  });

  it("stay when a model takes fewer, and it is said which aren't sent", async () => {
    const references = [1, 2, 3, 4].map(fakeId);
    await open({ references, editModel: "fake-collage" });
    await expect.element(page.getByText(/Collage takes up to 5/)).toBeVisible();
    expect(sent()).toMatchObject({ references });
    pictures.change({ editModel: "fake-retouch" });
    await expect.element(page.getByText(/The last 2 are too many for this model/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: /isn't sent/ }).first()).toBeVisible();
    expect(sent()).toMatchObject({ references: references.slice(0, 2) });
    expect(pictures.fields.references).toEqual(references);
    pictures.change({ editModel: "fake-single" });
    await expect.element(page.getByText(/Single takes none beside the picture itself/)).toBeVisible();
    expect(sent()).toMatchObject({ references: [] });
  });

  it("change their order and go by the keyboard", async () => {
    await open({ references: [1, 2, 3].map(fakeId), editModel: "fake-collage" });
    const third = page.getByRole("button", { name: /^3: / });
    (third.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowLeft}");
    expect(pictures.fields.references).toEqual([1, 3, 2].map(fakeId));
    (page.getByRole("button", { name: /^1: / }).element() as HTMLElement).focus();
    await userEvent.keyboard("{Delete}");
    expect(pictures.fields.references).toEqual([3, 2].map(fakeId));
  });

  it("take files that are dropped on them", async () => {
    const fake = await open({});
    const box = document.querySelector("[data-references]")!.getBoundingClientRect();
    const files = [{ handle: "dropped-1", name: "rialto.jpg", bytes: 12, is_folder: false }];
    fake.emit({ type: "dropped", files, x: 1000, y: 700 });
    fake.emit({ type: "dropped", files, x: box.left + 20, y: box.top + 20 });
    await expect.poll(() => pictures.fields.references).toHaveLength(1);
    expect(fake.calls.filter((call) => call.name === "importPicked")).toHaveLength(1);
  });
});

describe("marks in the form", () => {
  it("open the editor, are told, and go when they are taken away", async () => {
    await open({});
    await expect.element(page.getByText("Nothing is marked: all of it may change.")).toBeVisible();
    await page.getByRole("button", { name: "Mark what may change…" }).click();
    expect([refining.editor, refining.item?.id]).toEqual(["mask", fakeId(0)]);
    refining.close();
    pictures.change({ mask: { id: "mask-1", item: fakeId(0) } });
    await expect.element(page.getByText("Only what is marked may change.")).toBeVisible();
    expect(sent()).toMatchObject({ mask: "mask-1" });
    pictures.change({ editModel: "fake-single" });
    await expect.element(page.getByText(/Single takes one picture only/)).toBeVisible();
    await page.getByRole("button", { name: "Take the marks away" }).click();
    expect(sent()).toMatchObject({ mask: null });
  });

  it("asks for a quality where the model has tiers", async () => {
    await open({ editModel: "fake-collage" });
    await page.getByRole("radio", { name: "high" }).click();
    expect(sent()).toMatchObject({ quality: "high" });
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open({ references: [1, 2, 3, 4].map(fakeId), mask: { id: "mask-1", item: fakeId(0) } });
    await expectAccessible();
  });
});
