import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { Budget } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { keyAccount, sandboxAccount } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { budgets } from "@/stores/budgets.svelte";
import { events } from "@/stores/events";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Spending from "./Spending.svelte";

const day: Budget = {
  id: "day",
  window: "day",
  account: null,
  most: { amount: "10", currency: "usd" },
  stops: true,
};

let stops: (() => void)[] = [];

async function begin(options: FakeOptions = {}): Promise<Fake> {
  const fake = fakePlatform({ state: { accounts: [sandboxAccount, keyAccount] }, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  await app.load();
  if (app.state) accounts.start(app.state);
  await budgets.start();
  stops.push(
    () => accounts.stop(),
    () => budgets.stop(),
  );
  await render(Spending);
  return fake;
}
const saved = (fake: Fake): unknown[] =>
  fake.calls.filter((call) => call.name === "saveBudget").map((call) => call.args[0]);

afterEach(() => {
  cleanup();
  for (const stop of stops) stop();
  stops = [];
});

describe("budgets in the settings", () => {
  it("are added with an amount, a window, an account and what happens", async () => {
    const fake = await begin();
    await expect.element(page.getByText("There is no budget", { exact: false })).toBeVisible();
    await page.getByRole("button", { name: "Add a budget…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Amount" }).fill("nothing");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect.element(dialog.getByText("An amount such as 5", { exact: false })).toBeVisible();
    expect(saved(fake)).toEqual([]);
    await dialog.getByRole("textbox", { name: "Amount" }).fill("$ 12,50");
    await dialog.getByRole("radio", { name: "a month" }).click();
    await dialog.getByRole("radio", { name: "Stop it" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => saved(fake))
      .toEqual([
        {
          id: "",
          window: "month",
          account: null,
          most: { amount: "12.50", currency: "usd" },
          stops: true,
        },
      ]);
    await expect.element(page.getByText("$12.50 a month")).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
  });

  it("are changed and taken away", async () => {
    const taken = { day: { spent_percent: 50, taken_percent: 110 } };
    const fake = await begin({ budgets: { budgets: [day], taken } });
    await expect.element(page.getByText("passed", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Change the budget: $10.00 a day" }).click();
    await page.getByRole("radio", { name: "Ask me" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => saved(fake)).toMatchObject([{ id: "day", stops: false }]);
    await page.getByRole("button", { name: "Remove this budget: $10.00 a day" }).click();
    await expect.element(page.getByText("There is no budget", { exact: false })).toBeVisible();
  });

  it("hand the keys to the one beside them when they are taken away, at last to the button that adds one", async () => {
    await begin({
      budgets: {
        budgets: [day, { ...day, id: "month", window: "month" }, { ...day, id: "all", window: "always" }],
      },
    });
    const remove = async (name: string): Promise<void> => {
      const button = page.getByRole("button", { name: `Remove this budget: ${name}` });
      (button.element() as HTMLElement).focus();
      await userEvent.keyboard("{Enter}");
      await expect.element(button).not.toBeInTheDocument();
    };
    const change = (name: string) => page.getByRole("button", { name: `Change the budget: ${name}` });
    await expect.element(change("$10.00 a month")).toBeVisible();
    await remove("$10.00 a day");
    await expect.element(change("$10.00 a month")).toHaveFocus();
    await remove("$10.00 in all");
    await expect.element(change("$10.00 a month")).toHaveFocus();
    await remove("$10.00 a month");
    await expect.element(page.getByRole("button", { name: "Add a budget…" })).toHaveFocus();
  });

  it("leave the limit per click beside them, which is taken away with empty text", async () => {
    const fake = await begin({ settings: { per_click_limit_usd: "1" } });
    await page.getByRole("switch", { name: "Stop clicks that cost more than" }).click();
    await app.flush();
    const patches = fake.calls.filter((call) => call.name === "changeSettings").map((call) => call.args[0]);
    expect(patches).toContainEqual({ per_click_limit_usd: "" });
    await expect.element(page.getByText("No limit: every click is sent", { exact: false })).toBeVisible();
  });

  it.each(themes)("can be read by everybody: %s", async (theme) => {
    setTheme(theme);
    await begin({ budgets: { budgets: [day, { ...day, id: "d", account: "gone", stops: false }] } });
    await page.getByRole("button", { name: "Add a budget…" }).click();
    await expectAccessible();
  });
});
