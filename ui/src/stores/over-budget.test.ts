import { describe, expect, it, vi } from "vitest";
import type { Expected } from "@/bindings";
import { fakeError } from "@/platform/fake-data";
import type { Result } from "@/platform/platform";
import { OverBudget, askingBudgets } from "./over-budget.svelte";

const expected: Expected = { account: "sandbox", amount: { amount: "0.04", currency: "usd" } };
const asks = fakeError("budget_asks", { params: { over: "$0.40", budget: "day" } });
const refused = { status: "error" as const, error: asks };

/** A back end that wants consent. */
function wary(): (expected: Expected) => Promise<Result<string>> {
  return vi.fn((told: Expected) =>
    Promise.resolve<Result<string>>(
      told.over_budgets?.includes("day") === true ? { status: "ok", data: "sent" } : refused,
    ),
  );
}
const asked = (over: OverBudget): Promise<void> => expect.poll(() => over.problem).not.toBeNull();

describe("going over a budget", () => {
  it("is nothing to ask about where the back end asks nothing", async () => {
    const over = new OverBudget();
    const send = vi.fn(() => Promise.resolve<Result<string>>({ status: "ok", data: "sent" }));
    expect(await over.at(expected, send)).toEqual({ status: "ok", data: "sent" });
    expect(send.mock.calls).toEqual([[expected]]);
    const failed = { status: "error" as const, error: fakeError("budget_stops") };
    expect(await over.at(expected, () => Promise.resolve(failed))).toBe(failed);
    expect(over.problem).toBeNull();
  });

  it("sends the same once more, with the user's consent", async () => {
    const over = new OverBudget();
    const send = wary();
    const answer = over.at(expected, send);
    await asked(over);
    expect(over.problem).toBe(asks);
    expect(send).toHaveBeenCalledTimes(1);
    over.decide(true);
    expect(await answer).toEqual({ status: "ok", data: "sent" });
    expect(send).toHaveBeenLastCalledWith({ ...expected, over_budgets: ["day"] });
    expect(over.problem).toBeNull();
  });

  it("ends as called off without it", async () => {
    const over = new OverBudget();
    const send = wary();
    const answer = over.at(expected, send);
    await asked(over);
    over.decide(false);
    expect(await answer).toMatchObject({ status: "error", error: { code: "cancelled" } });
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("names all budgets that were shown, and asks anew for one that wasn't", async () => {
    const over = new OverBudget();
    const both = fakeError("budget_asks", {
      params: { budget: "day", others: JSON.stringify([{ budget: "month", limit: "$20" }]) },
    });
    const third = fakeError("budget_asks", { params: { budget: "always" } });
    const told: string[][] = [];
    const answers: Result<string>[] = [
      { status: "error", error: both },
      { status: "error", error: third },
      { status: "ok", data: "sent" },
    ];
    const answer = over.asking((agreed) => {
      told.push(agreed);
      return Promise.resolve(answers[told.length - 1] ?? refused);
    });
    await asked(over);
    expect(askingBudgets(both)).toEqual([{ budget: "day" }, { budget: "month", limit: "$20" }]);
    over.decide(true);
    await expect.poll(() => over.problem).toBe(third);
    over.decide(true);
    expect(await answer).toEqual({ status: "ok", data: "sent" });
    expect(told).toEqual([[], ["day", "month"], ["day", "month", "always"]]);
  });

  it("doesn't ask for ever about what was agreed to", async () => {
    const over = new OverBudget();
    const answer = over.asking(() => Promise.resolve<Result<string>>(refused));
    await asked(over);
    over.decide(true);
    expect(await answer).toBe(refused);
  });

  it("is asked about one after the other", async () => {
    const over = new OverBudget();
    const second = {
      status: "error" as const,
      error: fakeError("budget_asks", { params: { budget: "month" } }),
    };
    const first = over.asking<string>((agreed) =>
      Promise.resolve(agreed.length > 0 ? { status: "ok", data: "first" } : refused),
    );
    const other = over.asking<string>(() => Promise.resolve(second));
    await asked(over);
    expect(over.problem).toBe(asks);
    over.decide(true);
    expect(await first).toEqual({ status: "ok", data: "first" });
    expect(over.problem).toBe(second.error);
    over.decide(false);
    expect(await other).toMatchObject({ error: { code: "cancelled" } });
    // A second word on what is decided says nothing.
    over.decide(true);
  });
});
