import { describe, expect, it } from "vitest";
import { fakePlatform } from "@/platform/fake";
import { fakeId, fakeItem, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { daysLeft, trashSize } from "./library-trash";
import { addAmounts, summaryOf } from "./several";

const now = new Date("2026-11-21T14:32:00Z");

describe("several items", () => {
  it("add amounts exactly", () => {
    expect(addAmounts("0.1", "0.2")).toBe("0.3");
    expect(addAmounts("0.0325", "1")).toBe("1.0325");
    expect(addAmounts("99999999999999999999.99", "0.01")).toBe("100000000000000000000.00");
    expect(addAmounts("0", "5")).toBe("5");
  });

  it("keep currencies, pretend money and estimates apart, and say what is common", () => {
    const charged = { pretend: false, cost_is_estimate: false };
    const summary = summaryOf([
      fakeItem(0, now, { cost: usd("0.01"), rating: 3 }),
      fakeItem(1, now, { cost: usd("0.02"), rating: 3 }),
      fakeItem(2, now, { cost: usd("0.5"), ...charged, rating: 3 }),
      fakeItem(3, now, { cost: { amount: "2", currency: "diem" }, ...charged, rating: 3 }),
      fakeItem(5, now, { cost: null, rating: 3 }),
    ]);
    expect(summary.sums.map((sum) => [sum.money.amount, sum.money.currency, sum.pretend])).toEqual([
      ["0.03", "usd", true],
      ["0.5", "usd", false],
      ["2", "diem", false],
    ]);
    expect(summary.withoutCost).toBe(1);
    expect(summary.ratings).toEqual([{ value: "3", count: 5 }]);
    expect(summary.models).toEqual([
      { value: "fake-lagoon", count: 4 },
      { value: "", count: 1 },
    ]);
  });
});

describe("the trash", () => {
  it("counts down thirty days and never below none", () => {
    const thrown = (days: number) =>
      fakeItem(0, now, { trashed_at: new Date(now.getTime() - days * 86_400_000).toISOString() });
    expect([0, 1.5, 29.9, 31].map((days) => daysLeft(thrown(days), now))).toEqual([30, 29, 1, 0]);
    expect(daysLeft(fakeItem(0, now), now)).toBeNull();
  });

  it("is measured whole, page after page", async () => {
    const fake = fakePlatform({ items: 1200, now: () => now });
    usePlatform(fake);
    await fake.commands.trashItems(Array.from({ length: 1100 }, (_, index) => fakeId(index)));
    const answer = await trashSize();
    expect(answer.status === "ok" && answer.data.items).toBe(1100);
    expect(answer.status === "ok" && answer.data.bytes).toBeGreaterThan(1100 * 180_000);
  });
});
