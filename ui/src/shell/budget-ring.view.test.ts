import { afterEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { Budget } from "@/bindings";
import { fakePlatform, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { budgets } from "@/stores/budgets.svelte";
import { events } from "@/stores/events";
import { overBudget } from "@/stores/over-budget.svelte";
import { route } from "@/stores/route.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import BudgetRing from "./BudgetRing.svelte";
import OverBudgetDialog from "./OverBudgetDialog.svelte";

const day: Budget = {
  id: "day",
  window: "day",
  account: null,
  most: { amount: "10", currency: "usd" },
  stops: false,
};
const until = new Date(Date.now() + 5 * 3_600_000).toISOString();
const taken = {
  day: {
    spent: { amount: "3.21", currency: "usd" as const },
    held: { amount: "0.2", currency: "usd" as const },
    left: { amount: "6.59", currency: "usd" as const },
    spent_percent: 32,
    taken_percent: 34,
    until,
  },
};

let stops: (() => void)[] = [];

async function begin(options: FakeOptions = {}): Promise<void> {
  usePlatform(fakePlatform(options));
  stops.push(events.start(platform));
  await budgets.start();
  stops.push(() => budgets.stop());
}

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
});

describe("the ring in the title bar", () => {
  it.each(themes)("tells what is taken, and more of it when it is asked: %s", async (theme) => {
    setTheme(theme);
    await page.viewport(1280, 800);
    await begin({
      budgets: { budgets: [day], taken, today: [{ amount: "3.21", currency: "usd" }] },
    });
    await render(BudgetRing);
    const ring = page.getByRole("button", { name: "Budget: $3.21 of $10.00 today, 32 %" });
    await ring.click();
    const popover = page.getByRole("dialog", { name: "Budgets" });
    await expect.element(popover.getByText("$10.00 a day")).toBeVisible();
    await expect.element(popover.getByText("$6.59 left", { exact: false })).toBeVisible();
    await expect.element(popover.getByText("$0.20 more set aside", { exact: false })).toBeVisible();
    await expect.element(popover.getByText("begins anew in 5 h", { exact: false })).toBeVisible();
    await expectAccessible();
    await popover.getByRole("button", { name: "Budgets…" }).click();
    expect([route.room, route.query.section]).toEqual(["settings", "spending"]);
    await expect.element(popover).not.toBeInTheDocument();
  });

  it("tells what was spent today where there is no budget", async () => {
    await begin({ budgets: { today: [{ amount: "0.04", currency: "usd" }] } });
    await render(BudgetRing);
    await page.getByRole("button", { name: "Spent today: $0.04. There is no budget." }).click();
    await expect.element(page.getByText("only the limit per click holds", { exact: false })).toBeVisible();
  });
});

describe("the question before a budget is passed", () => {
  it.each(themes)("says by how much, and takes no for an answer: %s", async (theme) => {
    setTheme(theme);
    await render(OverBudgetDialog);
    const month = { price: "$0.60", limit: "$20", left: "$0.5", over: "$0.1", window: "month", budget: "m" };
    const day = { price: "$0.60", limit: "$5", left: "$0.2", over: "$0.4", window: "day", budget: "d" };
    const params = { ...day, others: JSON.stringify([month]) };
    const asks = { status: "error" as const, error: fakeError("budget_asks", { params }) };
    const answer = overBudget.asking(() => Promise.resolve(asks));
    const dialog = page.getByRole("alertdialog", { name: "Go over your budget?" });
    await expect.element(dialog.getByText("it goes over by $0.4", { exact: false })).toBeVisible();
    await expect.element(dialog.getByText("Of your $20 for this month", { exact: false })).toBeVisible();
    await expectAccessible();
    await dialog.getByRole("button", { name: "Leave it" }).click();
    expect(await answer).toMatchObject({ error: { code: "cancelled" } });
    await expect.element(dialog).not.toBeInTheDocument();
  });

  it("is asked anew for the next, and one can go on", async () => {
    await render(OverBudgetDialog);
    const error = fakeError("budget_asks", { params: { limit: "$5", budget: "d" } });
    const ask = (): Promise<unknown> =>
      overBudget.asking((agreed) =>
        Promise.resolve(
          agreed.length > 0 ? { status: "ok", data: "sent" } : { status: "error", error: { ...error } },
        ),
      );
    const both = [ask(), ask()];
    const dialog = page.getByRole("alertdialog");
    await expect.element(dialog.getByText("Nobody knows what this costs", { exact: false })).toBeVisible();
    await dialog.getByRole("button", { name: "Go on all the same" }).click();
    expect(await both[0]).toEqual({ status: "ok", data: "sent" });
    await dialog.getByRole("button", { name: "Go on all the same" }).click();
    expect(await both[1]).toEqual({ status: "ok", data: "sent" });
  });
});
