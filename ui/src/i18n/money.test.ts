import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "./index.svelte";
import { money, rounded } from "./money";

afterEach(() => setLanguage("en"));

describe("a currency", () => {
  it("wears its own sign, also one that nobody knows", () => {
    expect(money({ amount: "1234.5", currency: "usd" })).toBe("$1,234.50");
    expect(money({ amount: "6.2", currency: "diem" })).toBe("6.20 DIEM");
    expect(money({ amount: "120", currency: "credits" })).toBe("120 credits");
    expect(money({ amount: "0.5000", currency: "VCU" })).toBe("0.5 VCU");
    expect(money({ amount: "-0.04", currency: "usd" })).toBe("−$0.04");
    setLanguage("zh-CN");
    expect(money({ amount: "120", currency: "credits" })).toBe("120 积分");
  });
});

describe("an amount at a glance", () => {
  const usd = (amount: string): string => rounded({ amount, currency: "usd" }).amount;

  it("has the digits that count", () => {
    expect(usd("38.142857")).toBe("38.14");
    expect(usd("38.145")).toBe("38.15");
    expect(usd("9.999")).toBe("10.00");
    expect(usd("0.004213")).toBe("0.0042");
    expect(usd("0.0000996")).toBe("0.000100");
    expect(usd("-1.006")).toBe("-1.01");
  });

  it("stays as it is where there is nothing to cut", () => {
    expect(usd("3")).toBe("3");
    expect(usd("3.5")).toBe("3.5");
    expect(usd("0.04")).toBe("0.04");
    expect(usd("much")).toBe("much");
  });
});
