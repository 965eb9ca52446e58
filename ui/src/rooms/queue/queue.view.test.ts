import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { actions } from "@/actions/registry.svelte";
import { shortcutHandler } from "@/actions/shortcuts";
import type { JobView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeJob, fakeJobs } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { jobs } from "@/stores/jobs.svelte";
import { notices } from "@/stores/notices.svelte";
import { queueAgain } from "@/stores/queue-again.svelte";
import { EVERYTHING } from "@/stores/queue-order";
import { queueState } from "@/stores/queue-state.svelte";
import { queue } from "@/stores/queue.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import QueueRoom from "./QueueRoom.svelte";

const now = new Date("2026-11-21T14:32:00Z");
let stops: (() => void)[] = [];
let fake: Fake;

async function open(options: FakeOptions = {}, width = 1200): Promise<void> {
  await page.viewport(width, 800);
  fake = fakePlatform({ jobs: fakeJobs(now), makingTakes: 0, now: () => now, ...options });
  usePlatform(fake);
  queue.filter = EVERYTHING;
  stops.push(events.start(platform));
  await app.load();
  if (app.state) accounts.start(app.state);
  const view = await render(QueueRoom);
  view.container.style.cssText = "position: fixed; inset: 0; display: flex; background: var(--wall)";
  const keys = (event: KeyboardEvent): void => shortcutHandler(actions.list, () => "queue")(event);
  addEventListener("keydown", keys);
  stops.push(() => removeEventListener("keydown", keys));
}
const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-job]")];
const row = (title: string): ReturnType<typeof page.getByRole> =>
  page.getByRole("row").filter({ hasText: title });
const called = (name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);
const planned = (id: string, minutes: number): JobView =>
  fakeJob(id, {
    title: `Waits ${id}`,
    state: "planned",
    created_at: new Date(now.getTime() - minutes * 60_000).toISOString(),
    sent_at: null,
    finished_at: null,
    items: [],
  });

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
  accounts.stop();
  queueState.stop();
  queueState.line = [];
  queueState.counts = null;
  queueAgain.leave();
  for (const notice of notices.list) notices.dismiss(notice.id);
});

describe("the Queue", () => {
  it.each(themes)("shows state, stage, times, quote and charge of each job: %s", async (theme) => {
    setTheme(theme);
    await open();
    await expect.element(page.getByRole("grid", { name: "Jobs" })).toBeVisible();
    await expect.poll(() => rows().length).toBe(8);
    const heads = page
      .getByRole("columnheader")
      .elements()
      .map((head) => head.textContent.trim());
    expect(heads).toEqual([
      "Sign",
      "Job",
      "State",
      "How far",
      "Time",
      "Quoted",
      "Charged",
      "Sent",
      "Account",
      "Actions",
    ]);
    const [first] = rows();
    expect(first?.dataset["job"]).toBe("job-8");
    await expect.element(row("Lemon crate")).toHaveTextContent(/Cut out.*Done/s);
    await expect.element(page.getByText(/It is never sent again by itself/)).toBeVisible();
    await expect.element(page.getByText(/0\.0325/)).toBeVisible();
    await expectAccessible();
  });

  it("keeps few of ten thousand rows in the page and reads on while one scrolls", async () => {
    const jobs = Array.from({ length: 10_000 }, (_, index) =>
      fakeJob(`old-${index}`, {
        title: `Old ${index}`,
        created_at: new Date(now.getTime() - index * 60_000).toISOString(),
      }),
    );
    await open({ jobs });
    await expect.element(page.getByText("10,000 jobs")).toBeVisible();
    await expect.poll(() => rows().length).toBeGreaterThan(8);
    const scroller = document.querySelector<HTMLElement>(".rows");
    for (let step = 0; step < 6; step++) {
      scroller?.scrollTo({ top: scroller.scrollHeight });
      const before = queue.list.length;
      await expect.poll(() => queue.list.length).toBeGreaterThan(before);
    }
    expect(rows().length).toBeLessThan(80);
    // A row far away isn't there yet when the key is pressed, and is hidden until it is measured.
    scroller?.scrollTo({ top: 0 });
    await expect.poll(() => rows()[0]?.getAttribute("aria-rowindex")).toBe("2");
    rows()[0]?.focus();
    const last = queue.list.at(-1)?.id;
    await userEvent.keyboard("{End}");
    await expect.poll(() => (document.activeElement as HTMLElement).dataset["job"]).toBe(last);
  });

  it("is walked by the arrow keys, and what is done is done with that row", async () => {
    await open();
    await expect.poll(() => rows().length).toBe(8);
    rows()[0]?.focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await expect.poll(() => (document.activeElement as HTMLElement).dataset["job"]).toBe("job-6");
    await userEvent.keyboard("{End}");
    await expect.poll(() => (document.activeElement as HTMLElement).dataset["job"]).toBe("job-1");
    await userEvent.keyboard("{Home}{ArrowDown}{ArrowDown}");
    await expect.poll(() => (document.activeElement as HTMLElement).dataset["job"]).toBe("job-6");
    await userEvent.keyboard("r");
    // It may have been charged: nothing goes without a word.
    await expect.element(page.getByRole("dialog", { name: "Send it again?" })).toBeVisible();
    expect(called("retryQuoted")).toEqual([]);
    await expectAccessible();
    await page.getByRole("button", { name: /Send it again/ }).click();
    await expect
      .poll(() => called("retryQuoted").map((args) => (args as unknown[]).slice(0, 2)))
      .toEqual([["job-6", true]]);
  });

  it("calls off what waits at once, and says first what stopping can still do", async () => {
    await open({ jobs: [planned("one", 2), ...fakeJobs(now)] });
    await row("Waits one").getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => called("cancelJob")).toEqual([["one"]]);
    const running = page.getByRole("row").filter({ has: page.getByRole("button", { name: "Cancel" }) });
    await running.first().getByRole("button", { name: "Cancel" }).click();
    await expect.element(page.getByRole("alertdialog", { name: "Stop this?" })).toBeVisible();
    await page.getByRole("button", { name: "Stop it" }).click();
    await expect.poll(() => called("cancelJob")).toEqual([["one"], ["job-8"]]);
  });

  it("holds back what waits, says so, and lets it be put in another order", async () => {
    await open({ jobs: [planned("b", 2), planned("a", 3), planned("c", 1)] });
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["a", "b", "c"]);
    await page.getByRole("button", { name: "Pause" }).click();
    await expect.element(page.getByText("Paused: 3 jobs are held back")).toBeVisible();
    await expect.element(row("Waits a")).toHaveTextContent("Held back");
    await row("Waits c").getByRole("button", { name: "Send it next" }).click();
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["c", "a", "b"]);
    rows()[0]?.focus();
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["a", "c", "b"]);
    await expectAccessible();
    await page.getByRole("button", { name: "Go on" }).first().click();
    await expect.element(page.getByText(/Paused:/)).not.toBeInTheDocument();
  });

  it("keeps the keyboard where it is when its row moves, goes, or loses a button", async () => {
    const at = (): string | undefined =>
      document.activeElement?.closest<HTMLElement>("[data-job]")?.dataset["job"];
    await open({ jobs: [planned("c", 1), planned("b", 2), planned("a", 3), ...fakeJobs(now)] });
    await expect.poll(() => rows().length).toBe(11);
    document.querySelector<HTMLElement>('[data-job="a"]')?.focus();
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await expect.poll(() => queue.list.map((job) => job.id).slice(1, 4)).toEqual(["b", "a", "c"]);
    await expect.poll(at).toBe("a");
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await expect.poll(() => queue.list.map((job) => job.id).slice(1, 4)).toEqual(["b", "c", "a"]);
    await expect.poll(at).toBe("a");
    // Its button goes with what it did.
    const cancel = row("Waits a").getByRole("button", { name: "Cancel" });
    (cancel.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => queue.list.find((job) => job.id === "a")?.state).toBe("cancelled");
    await expect.poll(at).toBe("a");
    // A button of another row goes with how far that is: the row stays in its place.
    const [runs] = queue.list;
    if (runs?.id !== "job-8") throw new Error("it is under way");
    document.querySelector<HTMLElement>('[data-job="job-8"] button[aria-label="Cancel"]')?.focus();
    await expect.poll(at).toBe("job-8");
    const { order } = queue;
    fake.emit({ type: "job", job: { ...runs, state: "ready" } });
    await expect.poll(() => document.activeElement).toBe(document.querySelector('[data-job="job-8"]'));
    expect(queue.order).toBe(order);
    // The filter lets it through no longer: the one in its place is next.
    await queue.show({ show: "open" });
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["job-8", "b", "c"]);
    document.querySelector<HTMLElement>('[data-job="b"]')?.focus();
    fake.emit({ type: "job", job: { ...planned("b", 2), state: "cancelled" } });
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["job-8", "c"]);
    await expect.poll(at).toBe("c");
  });

  it("moves one step in the line, also past what a filter hides", async () => {
    const still = (id: string, minutes: number): JobView => ({ ...planned(id, minutes), kind: "film" });
    const list = [still("f1", 9), still("f2", 8), planned("p1", 7), planned("p2", 6)];
    await open({ jobs: list });
    jobs.take(list);
    await queue.move("p1", null);
    await queue.move("p2", null);
    await queue.show({ kind: "film" });
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["f1", "f2"]);
    rows()[0]?.focus();
    await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
    await expect.poll(() => called("moveJob").at(-1)).toEqual(["f1", "p1"]);
    expect(queueState.line).toEqual(["f2", "f1", "p1", "p2"]);
    jobs.list = [];
  });

  it("clears the history after saying how many go", async () => {
    await open();
    await page.getByRole("button", { name: "Clear history…" }).click();
    await page.getByRole("radio", { name: "All that ended" }).click();
    await expect.element(page.getByText("6 jobs go")).toBeVisible();
    await expectAccessible();
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await expect.poll(() => rows().map((one) => one.dataset["job"])).toEqual(["job-8", "job-6"]);
  });

  it("says why nobody knows how many would go, and clears nothing then", async () => {
    await open({
      over: { pruneJobs: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    await page.getByRole("button", { name: "Clear history…" }).click();
    const dialog = page.getByRole("dialog", { name: "Clear the history?" });
    await expect.element(dialog.getByText("The disk is full.")).toBeVisible();
    const clear = dialog.getByRole("button", { name: "Clear", exact: true });
    await expect.element(clear).toBeDisabled();
    expect(clear.element().getAttribute("aria-busy")).not.toBe("true");
  });

  it("is narrowed by kind, account and words, and says when nothing matches", async () => {
    await open();
    await page.getByRole("textbox", { name: "Search jobs" }).fill("make WINTER");
    await expect.poll(() => rows().length).toBe(1);
    await page.getByRole("textbox", { name: "Search jobs" }).fill("no such thing");
    await expect.element(page.getByText("No such jobs")).toBeVisible();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => rows().length).toBe(8);
  });

  it("teaches where it is empty, and says what is wrong", async () => {
    await open({ jobs: [] });
    await expect.element(page.getByText("Nothing has been asked for yet")).toBeVisible();
    cleanup();
    await open({
      over: { queuePage: () => Promise.resolve({ status: "error", error: fakeError("internal") }) },
    });
    await expect.element(page.getByRole("button", { name: /Try again/ })).toBeVisible();
  });

  it("has room in a small window", async () => {
    await open({}, 884);
    await expect.poll(() => rows().length).toBeGreaterThan(4);
    const table = document.querySelector<HTMLElement>(".rows");
    expect(table?.scrollWidth).toBeLessThanOrEqual(table?.clientWidth ?? 0);
    for (const one of rows()) expect(one.scrollWidth).toBeLessThanOrEqual(one.clientWidth + 1);
  });
});
