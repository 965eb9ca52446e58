import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeId, fakeError, fakeJob, usd } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { imports } from "@/stores/imports.svelte";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { EMPTY_FORM } from "@/stores/pictures-form";
import { pictures } from "@/stores/pictures.svelte";
import { route } from "@/stores/route.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import { bench } from "./bench.svelte";
import ImageRoom from "./ImageRoom.svelte";

let stops: (() => void)[] = [];

/** Opens the room on a back end of its own, whatever an earlier test left behind. */
async function open(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ jobs: [], items: 12, makingTakes: 0, ...options });
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
  imports.report = null;
  pictures.change(EMPTY_FORM);
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
const primary = () => page.getByRole("button", { name: /^Make \d picture/ });

afterEach(async () => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
});

describe("the Image room", () => {
  it("makes four pictures with one click, and shows where they will be", async () => {
    const fake = await open();
    await expect.element(primary()).toBeDisabled();
    await page.getByLabelText("Prompt", { exact: true }).fill("Fog over the Giudecca");
    await page.getByRole("button", { name: "Increase" }).click();
    await page.getByRole("button", { name: "Increase" }).click();
    await page.getByRole("button", { name: "Increase" }).click();
    await expect.element(page.getByRole("button", { name: /Make 4 pictures.*\$0\.04/ })).toBeEnabled();
    await expect.element(page.getByText("Pretend money. Nothing leaves this computer.")).toBeVisible();
    await primary().click();
    await expect.poll(() => page.getByRole("progressbar").elements().length).toBe(4);
    expect(called(fake, "startPicture")).toHaveLength(1);
    expect(called(fake, "startPicture")[0]?.[0]).toMatchObject({
      kind: "make",
      variants: 4,
      prompt: "Fog over the Giudecca",
    });
    await page.getByRole("button", { name: "Stop this work" }).click();
    expect(called(fake, "cancelJob")).toHaveLength(1);
    await expect.element(page.getByText("Stopped", { exact: true })).toBeVisible();
  });

  it("says a price nobody knows as unknown, and what is over the limit before it is spent", async () => {
    let problem = false;
    await open({
      over: {
        estimatePicture: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: null,
              surcharge: false,
              account: "sandbox",
              pretend: false,
              problem: problem
                ? fakeError("limit_per_click", {
                    params: { limit: "$0.01", price: "$0.04", amount: "$0.04" },
                  })
                : null,
              advice: null,
              scale_down: null,
            },
          }),
      },
    });
    await page.getByLabelText("Prompt", { exact: true }).fill("Fog");
    await expect.element(page.getByRole("button", { name: /Make 1 picture.*price unknown/ })).toBeEnabled();
    await expect.element(page.getByText(/An answer that gets lost may still be charged/)).toBeVisible();
    problem = true;
    await page.getByLabelText("Prompt", { exact: true }).fill("Fog again");
    await expect.element(page.getByRole("alert")).toBeVisible();
    await expect.element(primary()).toBeDisabled();
  });

  it("asks before it sends an unknown one again", async () => {
    const fake = await open({
      jobs: [
        fakeJob("work-0", {
          state: "unknown",
          wanted: 1,
          items: [],
          billing: "unknown",
          error: fakeError("cut_off"),
        }),
      ],
    });
    await expect.element(page.getByText("Nobody knows yet whether this worked")).toBeVisible();
    await page.getByRole("button", { name: "Send again anyway…" }).click();
    expect(called(fake, "retryJob")).toHaveLength(0);
    await page.getByRole("alertdialog").getByRole("button", { name: "Send again" }).click();
    await expect.poll(() => called(fake, "retryJob")).toEqual([["work-0", true, []]]);
  });

  it("keeps an answer again that waits on disk, without sending anything", async () => {
    const stalled = fakeJob("stalled-0", {
      state: "ready",
      wanted: 1,
      items: [],
      error: fakeError("disk_full"),
    });
    const fake = await open({ jobs: [stalled] });
    await expect.element(page.getByText(/waits safely on disk/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Put away" })).not.toBeInTheDocument();
    await page.getByRole("button", { name: "Keep it now" }).click();
    await expect.poll(() => called(fake, "retryJob")).toEqual([["stalled-0", false, []]]);
    await expect.element(page.getByRole("progressbar", { name: /^Working on / })).toBeVisible();
  });

  it("keeps a failure where its result would be, until it is put away", async () => {
    const fake = await open({
      jobs: [
        fakeJob("work-1", {
          state: "failed",
          wanted: 1,
          items: [],
          billing: "nothing",
          error: fakeError("INFERENCE_FAILED", { retryable: true }),
        }),
      ],
    });
    await page.getByRole("button", { name: "Try again" }).click();
    expect(called(fake, "retryJob")).toEqual([["work-1", false, []]]);
  });

  it("works on what is dropped, and offers a smaller copy only as a choice", async () => {
    const fake = await open({
      over: {
        estimatePicture: (request) =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: usd("0.02"),
              surcharge: false,
              account: "sandbox",
              pretend: true,
              problem: "scale_down" in request && !request.scale_down ? fakeError("upscale_too_large") : null,
              advice: null,
              scale_down: {
                from_width: 4000,
                from_height: 3000,
                width: 2364,
                height: 1773,
                result_width: 4728,
                result_height: 3546,
              },
            },
          }),
      },
    });
    fake.emit({ type: "drag", over: true });
    await expect.element(page.getByText("Drop to work on it")).toBeVisible();
    fake.emit({
      type: "dropped",
      files: [{ handle: "picked-1", name: "rialto.jpg", bytes: 9, is_folder: false }],
      x: 1,
      y: 1,
    });
    await expect.element(page.getByRole("radio", { name: "Edit" })).toBeChecked();
    await page.getByRole("radio", { name: "Upscale" }).click();
    const offer = page.getByRole("checkbox", { name: /2364 × 1773.*4728 × 3546/ });
    await expect.element(offer).not.toBeChecked();
    await expect.element(page.getByRole("button", { name: /^Upscale 2×/ })).toBeDisabled();
    await offer.click();
    await expect.element(page.getByRole("button", { name: /^Upscale 2×/ })).toBeEnabled();
    await page.getByRole("button", { name: /^Upscale 2×/ }).click();
    await expect
      .poll(() => called(fake, "startPicture")[0]?.[0])
      .toMatchObject({ kind: "upscale", scale_down: true });
  });

  it("teaches an empty room with an example that runs", async () => {
    const fake = await open({ items: 0 });
    await page.getByRole("button", { name: /^Try: A quiet canal/ }).click();
    await expect.poll(() => called(fake, "startPicture").length).toBe(1);
    await expect.element(page.getByRole("progressbar")).toBeVisible();
  });

  it("registers its actions while it is open, and steps through its pictures by key", async () => {
    await open({ jobs: [fakeJob("work-2", { items: [fakeId(0), fakeId(1), fakeId(2), fakeId(3)] })] });
    expect(actions.get("image.send")).toBeDefined();
    const tiles = page.getByRole("region", { name: "Results" }).getByRole("button", { pressed: false });
    await expect.poll(() => tiles.elements().length).toBeGreaterThan(3);
    document.querySelector<HTMLElement>(`[data-tile="${fakeId(0)}"]`)?.focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(bench.selected).toBe(fakeId(1));
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await userEvent.keyboard("{ArrowRight}{Escape}");
    await expect.poll(() => page.getByRole("dialog").elements().length).toBe(0);
    cleanup();
    expect(actions.get("image.send")).toBeUndefined();
  });

  it("hands a picture of the Library over to its form", async () => {
    await open();
    route.go("library");
    const item = items.recent[0];
    if (!item) throw new Error("the fake has pictures");
    pictures.use(item, "cut_out");
    await expect.element(page.getByRole("radio", { name: "Cut out" })).toBeChecked();
    await expect.element(page.getByText(item.title).first()).toBeVisible();
    route.go("image");
  });

  it.each([
    ["nothing", "Nothing was charged.", /charged\.$/],
    ["charged", "Charged:", /^Charged:\s*\$0\.04\s*pretend$/],
    ["expected", "By the price list:", /By the price list:\s*≈.\$0\.04\s*pretend$/],
    ["unknown", "Perhaps charged:", /Perhaps charged:\s*≈.\$0\.04\s*pretend$/],
  ] as const)("says of a failure's money what is known: %s", async (billing, start, words) => {
    await open({
      jobs: [
        fakeJob(`money-${billing}`, {
          state: "failed",
          items: [],
          billing,
          charged: billing === "charged" ? usd("0.04") : null,
          error: fakeError("INFERENCE_FAILED"),
        }),
      ],
    });
    await expect.element(page.getByText(start)).toHaveTextContent(words);
  });

  it("gives advice that doesn't keep from sending", async () => {
    await open({
      over: {
        estimatePicture: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: usd("0.01"),
              surcharge: false,
              account: "sandbox",
              pretend: true,
              problem: null,
              advice: fakeError("prompt_language", { message: "Say it in English", hint: "It works better" }),
              scale_down: null,
            },
          }),
      },
    });
    pictures.change({ prompt: "A lagoon" });
    await expect.element(page.getByText("Say it in English")).toBeVisible();
    await expect
      .element(page.getByRole("button", { name: /^Make 1 picture|^Make \d pictures/ }))
      .toBeEnabled();
  });

  it.each(themes)("passes axe at work, with trouble, empty and with a dialog open: %s", async (theme) => {
    setTheme(theme);
    await open({
      jobs: [
        fakeJob("job-4", { state: "sent", wanted: 2, items: [] }),
        fakeJob("job-3", {
          state: "unknown",
          wanted: 1,
          items: [],
          billing: "unknown",
          error: fakeError("cut_off"),
        }),
        fakeJob("job-2", {
          state: "failed",
          wanted: 1,
          items: [],
          billing: "nothing",
          error: fakeError("INSUFFICIENT_BALANCE", { request_id: "8f2c-MXP" }),
        }),
        fakeJob("work-3", { items: [fakeId(0), fakeId(1)], wanted: 2 }),
      ],
      settings: { details_open: true },
    });
    await expect.poll(() => page.getByRole("progressbar").elements().length).toBe(2);
    bench.selected = fakeId(0);
    await expect.element(page.getByRole("region", { name: "Details" }).getByLabelText("Title")).toBeVisible();
    await expectAccessible();
    await page.getByRole("radio", { name: "Upscale" }).click();
    await expectAccessible();
    await page.getByRole("button", { name: "Send again anyway…" }).click();
    await expect.element(page.getByRole("alertdialog")).toBeVisible();
    await expectAccessible();
    await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
    cleanup();
    await open({ items: 0 });
    await expect.element(page.getByRole("button", { name: /^Try:/ })).toBeVisible();
    await expectAccessible();
  });
});
