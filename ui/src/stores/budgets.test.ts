import { afterEach, describe, expect, it, vi } from "vitest";
import type { Budget } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeBudgetState } from "@/platform/fake-budgets";
import { keyAccount, sandboxAccount } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { Budgets } from "./budgets.svelte";
import { events } from "./events";
import { notices } from "./notices.svelte";

const day: Budget = {
  id: "day",
  window: "day",
  account: null,
  most: { amount: "10", currency: "usd" },
  stops: true,
};
const month: Budget = { ...day, id: "month", window: "month", most: { amount: "50", currency: "usd" } };

let stops: (() => void)[] = [];

async function started(options: FakeOptions = {}): Promise<{ fake: Fake; budgets: Budgets }> {
  const fake = fakePlatform({ makingTakes: 0, ...options });
  usePlatform(fake);
  stops.push(events.start(fake));
  const budgets = new Budgets();
  await budgets.start();
  stops.push(() => budgets.stop());
  return { fake, budgets };
}

afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  for (const { id } of notices.list) notices.dismiss(id);
});

describe("Budgets", () => {
  it("shows what may run out first, and follows what is taken", async () => {
    const taken = { month: { taken_percent: 76, spent_percent: 76 } };
    const { fake, budgets } = await started({ budgets: { budgets: [day, month], taken } });
    expect(budgets.nearest?.budget.id).toBe("month");
    const state = fakeBudgetState(day, { spent_percent: 90, taken_percent: 95 });
    const now = budgets.now;
    if (now === null) throw new Error("nothing was read");
    fake.emit({ type: "budgets", budgets: { ...now, budgets: [state] } });
    expect([budgets.nearest?.budget.id, budgets.stateOf("day")?.taken_percent]).toEqual(["day", 95]);
    expect(budgets.stateOf("month")).toBeNull();
  });

  it("looks again when a day begins, and not before", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-30T23:59:00") });
    stops.push(() => vi.useRealTimers());
    const { fake } = await started({ budgets: { budgets: [day] } });
    const looks = (): number => fake.calls.filter((call) => call.name === "budgetState").length;
    expect(looks()).toBe(1);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(looks()).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(looks()).toBe(2);
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(looks()).toBe(3);
  });

  it("keeps, changes and takes away", async () => {
    const { budgets } = await started();
    expect(await budgets.save({ ...day, id: "" })).toBeNull();
    expect(budgets.list).toHaveLength(1);
    const [kept] = budgets.list ?? [];
    expect(await budgets.save({ ...day, id: kept?.id ?? "", stops: false })).toBeNull();
    expect(budgets.list?.[0]?.stops).toBe(false);
    const nothing = { amount: "0", currency: "usd" } as const;
    expect(await budgets.save({ ...day, most: nothing })).toMatchObject({ code: "field_invalid" });
    expect(await budgets.remove(kept?.id ?? "")).toBeNull();
    expect(budgets.list).toEqual([]);
  });

  it("is read again when another account pays", async () => {
    const mine = { ...keyAccount, id: "mine", selected: false };
    const { fake, budgets } = await started({
      state: { accounts: [{ ...sandboxAccount, selected: true }, mine] },
      budgets: { budgets: [{ ...day, account: "mine" }] },
    });
    expect([budgets.now?.pretend, budgets.nearest]).toEqual([true, null]);
    await fake.commands.selectAccount("mine");
    await expect.poll(() => budgets.now?.account).toBe("mine");
    expect(budgets.nearest?.budget.id).toBe("day");
  });

  it.each([
    [50, "day", "Half of today’s budget of $10.00 is spent"],
    [80, "month", "80 % of this month’s budget of $10.00 is spent"],
    [100, "always", "The budget of $10.00 is spent"],
  ] as const)("says that %s %% of a budget is spent: %s", async (level, window, words) => {
    const { fake } = await started();
    const alert = { budget: { ...day, window }, level, spent: day.most, pretend: false };
    fake.emit({ type: "budget_alert", alert });
    expect(notices.list.at(-1)?.text).toBe(words);
    fake.emit({ type: "budget_alert", alert: { ...alert, pretend: true } });
    expect(notices.list.at(-1)?.text).toBe(`${words} (pretend money)`);
  });
});
