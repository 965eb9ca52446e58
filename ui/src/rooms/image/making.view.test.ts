import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { JobState, JobView, MakeRequest } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeId, fakeItem, fakeJob, usd } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { notices } from "@/stores/notices.svelte";
import { again } from "@/stores/pictures-again.svelte";
import { EMPTY_FORM } from "@/stores/pictures-form";
import { pictures } from "@/stores/pictures.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import { actions } from "@/actions/registry.svelte";
import { bench } from "./bench.svelte";
import ImageRoom from "./ImageRoom.svelte";

let stops: (() => void)[] = [];

async function open({ over, ...options }: FakeOptions = {}): Promise<Fake> {
  const list = options.jobs ?? [];
  const fake = fakePlatform({
    jobs: list,
    items: 12,
    makingTakes: 0,
    ...options,
    over: { openJobs: () => Promise.resolve({ status: "ok", data: [...list] }), ...over },
  });
  usePlatform(fake);
  stops.push(events.start(platform));
  jobs.stop();
  jobs.list = [];
  jobs.loaded = false;
  items.stop();
  items.recent = [];
  items.recentLoaded = false;
  bench.selected = null;
  bench.alone = null;
  again.leave();
  notices.list = [];
  pictures.change({ ...EMPTY_FORM, model: "fake-lagoon" });
  await app.load();
  if (app.state) accounts.start(app.state);
  await Promise.all([jobs.start(), items.start(), pictures.load()]);
  document.body.style.cssText = "height: 800px; margin: 0";
  const view = await render(ImageRoom);
  view.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  return fake;
}

const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const prompt = () => page.getByLabelText("Prompt", { exact: true });

afterEach(async () => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
  await page.viewport(1280, 800);
});

const asked = (model: string, style: string, seed: number): MakeRequest => ({
  model,
  prompt: "Fog over the Giudecca",
  negative_prompt: null,
  width: 960,
  height: 640,
  aspect_ratio: null,
  resolution: null,
  quality: null,
  steps: null,
  cfg_scale: null,
  seed,
  style,
  variants: 1,
  safe_mode: true,
  hide_watermark: true,
});

let batches = 0;

/** Two models by three styles, anew each time: one made, one failed, one unclear, the others under way. */
function batch(): JobView[] {
  batches += 1;
  const id = `batch-${String(batches)}`;
  const states: JobState[] = ["saved", "failed", "unknown", "sent", "sent", "planned"];
  return ["fake-lagoon", "fake-burano"].flatMap((model, at) =>
    ["Woodcut", "Watercolour", "Film Noir"].map((style, row): JobView => {
      const index = at * 3 + row;
      const state = states[index] ?? "planned";
      return fakeJob(`${id}-${String(index)}`, {
        model,
        state,
        title: "Fog over the Giudecca",
        batch: { id, index, of: 6 },
        request: { kind: "make", ...asked(model, style, 7) },
        wanted: 1,
        items: state === "saved" ? [fakeId(0)] : [],
        estimate: usd("0.01"),
        billing: state === "failed" ? "nothing" : state === "unknown" ? "unknown" : "expected",
        error: state === "failed" ? fakeError("INFERENCE_FAILED") : null,
      });
    }),
  );
}

describe("making many", () => {
  it("says how many and what they cost on the button, and sends them as one batch", async () => {
    const fake = await open();
    await prompt().fill("Fog at {dawn|dusk}");
    await expect.element(page.getByText("2 wordings, by chance for each picture")).toBeVisible();
    await page.getByRole("button", { name: "Make many" }).click();
    await page.getByRole("combobox", { name: "Models to compare" }).click();
    await page.getByRole("option", { name: /Burano/ }).click();
    await userEvent.keyboard("{Escape}");
    await expect.element(page.getByRole("button", { name: "Remove Lagoon" })).toBeVisible();
    await page.getByRole("radio", { name: "Each one" }).click();
    await page.getByRole("spinbutton", { name: "Pictures of each" }).click();
    await userEvent.keyboard("{ArrowUp}{ArrowUp}");
    await expect.element(page.getByText("2 models × 2 wordings × 3 = 12 pictures")).toBeVisible();
    await expect.element(page.getByText("Fog at dusk", { exact: true })).toBeVisible();
    const button = page.getByRole("button", { name: /^Make 12 pictures.*\$0\.12/ });
    await expect.element(button).toBeEnabled();
    await button.click();
    await expect.poll(() => called(fake, "startBatch").length).toBe(1);
    expect(called(fake, "startBatch")[0]).toMatchObject([
      { models: ["fake-lagoon", "fake-burano"], wording: "each", each: 3 },
      { amount: usd("0.12") },
    ]);
    await expect.element(page.getByText("0 of 12", { exact: true })).toBeVisible();
    await expect.poll(() => page.getByRole("columnheader").elements().length).toBe(2);
  });

  it("says what is too many and keeps from sending it", async () => {
    await open();
    pictures.change({ prompt: "{a|b} {c|d}", many: true, wording: "each", each: 26 });
    await expect.element(page.getByText("104 pictures are too many at once: at most 100.")).toBeVisible();
    await expect.element(page.getByRole("button", { name: /^Make 104 pictures/ })).toBeDisabled();
    pictures.change({ many: false, prompt: "{a|b" });
    await expect.element(page.getByText(/A choice isn't closed/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: /^Make/ }).last()).toBeDisabled();
  });

  it("goes beyond four with the stepper alone", async () => {
    const fake = await open();
    pictures.change({ prompt: "Fog", count: 4 });
    await page.getByRole("button", { name: "Increase" }).click();
    await page.getByRole("button", { name: /^Make 5 pictures.*\$0\.05/ }).click();
    await expect.poll(() => called(fake, "startBatch")[0]?.[0]).toMatchObject({ each: 5, models: [] });
  });
});

describe("a batch on the stage", () => {
  it("is a table with its failures in place, is tried again there and stopped as one", async () => {
    const cells = batch();
    const fake = await open({ jobs: [...cells] });
    const table = page.getByRole("table");
    await expect.element(page.getByText("1 of 6", { exact: true })).toBeVisible();
    await expect.element(page.getByText(/held/)).toHaveTextContent(/^≈\s\$0\.03\sheld$/);
    await expect.element(table.getByRole("columnheader", { name: "Film Noir" })).toBeVisible();
    await expect.element(table.getByRole("rowheader", { name: "Burano" })).toBeVisible();
    await expect.poll(() => table.getByRole("progressbar").elements().length).toBe(3);
    await expect.element(table.getByText("not charged")).toBeVisible();
    // What may have been charged isn't sent again by one click.
    await expect.poll(() => table.getByRole("button", { name: "Try again" }).elements().length).toBe(1);
    await table.getByRole("button", { name: "What happened: unclear" }).click();
    await page.getByRole("button", { name: "Send again anyway…" }).click();
    // Nothing lies over the question.
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    await userEvent.keyboard("{Escape}");
    await table.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => called(fake, "retryJob")).toEqual([[cells[1]?.id, false, []]]);
    await expect.poll(() => table.getByRole("progressbar").elements().length).toBe(4);
    await page.getByRole("button", { name: "Stop the rest", exact: true }).click();
    await expect.poll(() => called(fake, "cancelBatch")).toEqual([[cells[0]?.batch?.id]]);
    await expect.element(page.getByRole("button", { name: /^Try \d failed again/ }).first()).toBeVisible();
  });

  it("is one entry of the strip, which brings it into view", async () => {
    await open({
      jobs: [
        ...batch(),
        fakeJob("alone", {
          state: "failed",
          items: [],
          billing: "nothing",
          error: fakeError("INFERENCE_FAILED"),
        }),
      ],
    });
    const strip = page.getByRole("list", { name: "Work under way" });
    await expect.poll(() => strip.getByRole("listitem").elements().length).toBe(2);
    await expect.element(strip.getByRole("button", { name: /^Fog over the Giudecca, 1 of 6/ })).toBeVisible();
    await strip.getByRole("button", { name: /^A quiet canal.*failed/ }).click();
    await expect
      .element(page.getByRole("region", { name: "Results" }).getByText("Nothing was charged."))
      .toBeInViewport();
    await strip.getByRole("button", { name: /^Put “A quiet canal/ }).click();
    await expect.poll(() => strip.getByRole("listitem").elements().length).toBe(1);
  });

  it("is walked through by key", async () => {
    await open({ jobs: batch() });
    const first = document.querySelector<HTMLElement>('[data-cell="0/0"] button');
    first?.focus();
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement?.closest("[data-cell]")?.getAttribute("data-cell")).toBe("1/0");
    await userEvent.keyboard("{ArrowUp}{Enter}");
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await userEvent.keyboard("{Escape}");
  });
});

describe("the form", () => {
  it("shows what the model can do, and says what differs from the usual", async () => {
    await open();
    await expect.element(page.getByText("Style references")).not.toBeInTheDocument();
    pictures.change({ model: "fake-torcello" });
    await expect.element(page.getByText("Style references")).toBeVisible();
    await page.getByRole("button", { name: "More settings" }).click();
    await expect.element(page.getByRole("switch", { name: "Search the web" })).toBeVisible();
    await page.getByRole("switch", { name: "Set the LoRA strength" }).click();
    await expect.element(page.getByRole("slider", { name: "LoRA strength" })).toBeVisible();
    await page.getByRole("switch", { name: "Watermark" }).click();
    await expect.element(page.getByText("2 changed")).toBeVisible();
    await page.getByRole("button", { name: "As usual" }).click();
    await expect.element(page.getByText("2 changed")).not.toBeInTheDocument();
    expect(pictures.fields).toMatchObject({ lora: null, watermark: false });
  });

  it("takes pictures to follow the style of: from the recent ones, and dropped onto the field", async () => {
    const fake = await open();
    pictures.change({ model: "fake-torcello" });
    await page.getByRole("button", { name: "Add a picture" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a picture" });
    await dialog.getByRole("button", { pressed: false }).nth(1).click();
    expect(pictures.fields.styleReferences).toHaveLength(1);
    await userEvent.keyboard("{Escape}");
    const field = page.getByRole("group", { name: "Style references" });
    await field.getByRole("slider", { name: "Strength" }).click();
    await userEvent.keyboard("{End}");
    await expect.poll(() => pictures.fields.styleReferences[0]?.strength).toBe(1);
    const box = field.element().getBoundingClientRect();
    const files = [{ handle: "picked-1", name: "paper.jpg", bytes: 9, is_folder: false }];
    fake.emit({ type: "dropped", files, x: box.left + 20, y: box.top + 10 });
    await expect.poll(() => pictures.fields.styleReferences.length).toBe(2);
    expect(pictures.fields.mode).toBe("make");
    await field
      .getByRole("button", { name: /^Move .* forward$/ })
      .last()
      .click();
    expect(pictures.fields.styleReferences[1]?.strength).toBe(1);
    await field
      .getByRole("button", { name: /^Remove/ })
      .first()
      .click();
    expect(pictures.fields.styleReferences).toHaveLength(1);
  });

  it("paints a size of one's own, and turns it", async () => {
    await open();
    pictures.change({ prompt: "Fog", ratio: "3:2" });
    await page.getByRole("button", { name: "Swap width and height" }).click();
    expect(pictures.fields.ratio).toBe("2:3");
    await page.getByRole("button", { name: "A size of its own" }).click();
    await page.getByRole("spinbutton", { name: "Width" }).fill("1001");
    await userEvent.keyboard("{Tab}");
    await expect.poll(() => pictures.size?.width).toBe(1000);
    const height = pictures.size?.height;
    await page.getByRole("button", { name: "Swap width and height" }).click();
    expect(pictures.size).toEqual({ width: height, height: 1000 });
  });

  it("walks through earlier prompts and finds them, and Ctrl+Z brings typed words back", async () => {
    await open({
      jobs: [fakeJob("past", { request: { kind: "make", ...asked("fake-lagoon", "", 1) } })],
    });
    await prompt().fill("Lemons");
    await userEvent.keyboard("{Control>}{ArrowUp}{/Control}");
    await expect.element(prompt()).toHaveValue("Fog over the Giudecca");
    await userEvent.keyboard("{Control>}{ArrowDown}{/Control}");
    await expect.element(prompt()).toHaveValue("Lemons");
    await page.getByRole("button", { name: "Earlier prompts" }).click();
    await page.getByLabelText("Find an earlier prompt").fill("giudecca");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await expect.element(prompt()).toHaveValue("Fog over the Giudecca");
    expect(notices.list.at(-1)?.action?.label).toBe("Undo");
    await expect.element(prompt()).toHaveFocus();
    await userEvent.keyboard("{Control>}z{/Control}");
    await expect.element(prompt()).toHaveValue("Lemons");
  });

  it("starts anew only with a way back", async () => {
    await open();
    await prompt().fill("Lemons");
    actions.run("image.reset");
    await expect.element(prompt()).toHaveValue("");
    notices.list.at(-1)?.action?.run();
    await expect.element(prompt()).toHaveValue("Lemons");
  });
});

describe("making again", () => {
  const item = fakeItem(0, new Date());
  const details = (enhanced: string | null): FakeOptions["over"] => ({
    getItem: (id) =>
      Promise.resolve({
        status: "ok",
        data: {
          item: { ...item, id },
          tags: [],
          notes: "",
          boards: [],
          request: { kind: "make", ...asked("fake-lagoon", "", 3) },
          recipe: [],
          receipt: {
            job: null,
            account: null,
            answer_id: null,
            request_id: null,
            model: null,
            took_ms: null,
            cost: null,
            estimate: null,
            enhanced_prompt: enhanced,
            blurred: false,
            warnings: [],
          },
          parents: [],
          children: [],
          file: { name: "a.webp", path: "/a.webp", blake3: "", bytes: 1, exists: true },
        },
      }),
  });

  it("asks with the price where it isn't pretend money", async () => {
    const fake = await open({
      jobs: [fakeJob("made", { items: [item.id], wanted: 1 })],
      over: {
        ...details(null),
        estimatePicture: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: usd("0.01"),
              surcharge: false,
              account: "key-1",
              pretend: false,
              problem: null,
              advice: null,
              scale_down: null,
            },
          }),
      },
    });
    await expect.poll(() => bench.pictures.length).toBe(1);
    bench.selected = item.id;
    await prompt().fill("Lemons");
    await expect.poll(() => pictures.ready).toBe(true);
    actions.run("image.item.vary");
    const dialog = page.getByRole("dialog", { name: "Make it with another seed?" });
    await expect.element(dialog).toBeVisible();
    // The form lies below: its key is not about what is asked here.
    expect(actions.run("image.send")).toBe(false);
    // Nor do stray keys pay.
    await userEvent.keyboard(" {Enter}");
    await expect.element(dialog).toBeVisible();
    expect(called(fake, "startPicture")).toHaveLength(0);
    await dialog.getByRole("button", { name: /^Vary the seed.*\$0\.01/ }).click();
    await expect.poll(() => called(fake, "startPicture").length).toBe(1);
    expect(called(fake, "startPicture")[0]?.[1]).toEqual({ account: "key-1", amount: usd("0.01") });
    await expect.element(dialog).not.toBeInTheDocument();
  });

  it("sends what is free at once, and takes a recipe over what was typed only with a way back", async () => {
    const fake = await open({
      jobs: [fakeJob("made", { items: [item.id], wanted: 1 })],
      over: details(null),
    });
    await expect.poll(() => bench.pictures.length).toBe(1);
    bench.selected = item.id;
    await prompt().fill("Lemons");
    actions.run("image.item.again");
    await expect.poll(() => called(fake, "startPicture").length).toBe(1);
    await expect.element(prompt()).toHaveValue("Lemons");
    actions.run("image.item.recipe");
    await expect.element(prompt()).toHaveValue("Fog over the Giudecca");
    notices.list.at(-1)?.action?.run();
    await expect.element(prompt()).toHaveValue("Lemons");
  });

  it("shows the prompt as Venice rewrote it, to be used", async () => {
    await open({
      jobs: [fakeJob("made", { items: [item.id], wanted: 1 })],
      over: details("Thick fog over the Giudecca at dawn"),
      settings: { details_open: true },
    });
    await page.viewport(1280, 800);
    await expect.poll(() => bench.pictures.length).toBe(1);
    bench.selected = item.id;
    await page.getByRole("button", { name: "Use these words" }).click();
    await expect.element(prompt()).toHaveValue("Thick fog over the Giudecca at dawn");
  });
});

describe("keeping order", () => {
  it("puts on boards and tags here too, without the Library", async () => {
    await open({ jobs: [fakeJob("made", { items: [fakeId(0)], wanted: 1 })] });
    await expect.poll(() => bench.pictures.length).toBe(1);
    bench.selected = fakeId(0);
    actions.run("image.item.tag");
    await expect.element(page.getByRole("combobox", { name: "Find a tag" })).toHaveFocus();
    await expect.element(page.getByRole("option", { name: /lagoon/ })).toBeVisible();
    await userEvent.keyboard("{Escape}");
    actions.run("image.item.toBoard");
    await expect.element(page.getByRole("combobox", { name: "Find a board" })).toHaveFocus();
    await userEvent.keyboard("Markets{Enter}");
    await expect.poll(() => notices.list.map((notice) => notice.text)).toContain("1 item put on “Markets”.");
  });
});

describe("the look of it", () => {
  it.each(themes)("passes axe with a table, many and all settings: %s", async (theme) => {
    setTheme(theme);
    await open({ jobs: batch() });
    pictures.change({
      prompt: "{dawn|dusk}",
      model: "fake-torcello",
      many: true,
      compareStyles: ["", "Woodcut"],
    });
    pictures.change({ styleReferences: [{ item: fakeId(1), strength: 0.5 }], freeSize: true });
    await page.getByRole("button", { name: "More settings" }).click();
    await expect.element(page.getByRole("switch", { name: "Watermark" })).toBeInTheDocument();
    // The button fades when its price comes.
    await expect.poll(() => pictures.ready && !pictures.offerStale).toBe(true);
    await expectAccessible();
    await page.getByRole("button", { name: "Earlier prompts" }).click();
    await expect.element(page.getByLabelText("Find an earlier prompt")).toBeVisible();
    await expectAccessible();
  });

  it("cuts nothing off in a small window", async () => {
    await page.viewport(884, 562);
    await open({ jobs: batch() });
    const room = document.querySelector(".room");
    await expect.poll(() => room?.getBoundingClientRect().width).toBe(884);
    await expect.element(page.getByRole("button", { name: "Stop the rest", exact: true })).toBeInViewport();
    await expect.element(page.getByRole("button", { name: "Larger pictures" })).toBeInViewport();
  });
});
