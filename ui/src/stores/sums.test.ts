import { describe, expect, it } from "vitest";
import { usd } from "@/platform/fake-data";
import { compareAmounts, difference, sum, typedAmount } from "./sums";

describe("a sum of money", () => {
  it("is exact", () => {
    expect(sum([usd("0.1"), usd("0.2")])).toEqual(usd("0.3"));
    expect(sum([usd("0.0325"), usd("1"), usd("0.04")])).toEqual(usd("1.0725"));
    expect(sum([usd("9007199254740993"), usd("0.01")])).toEqual(usd("9007199254740993.01"));
    expect(sum([usd("0.02"), usd("-0.05")])).toEqual(usd("-0.03"));
  });

  it("is unknown where a part of it is, and of two currencies", () => {
    expect(sum([])).toBeNull();
    expect(sum([usd("1"), null])).toBeNull();
    expect(sum([usd("1"), { amount: "1", currency: "diem" }])).toBeNull();
    expect(sum([usd("much")])).toBeNull();
  });
});

describe("an amount as it was typed", () => {
  it.each([
    ["5", "5"],
    [" $12.50", "12.50"],
    ["12,50", "12.50"],
    [".05", "0.05"],
    ["0,125", "0.125"],
    // A thousand, or one?
    ["1,000", null],
    ["250,000", null],
    ["1,000.50", null],
    ["1e3", null],
    ["-5", null],
    ["5.", null],
    ["", null],
  ])("%j is %j", (typed, amount) => expect(typedAmount(typed)).toBe(amount));
});

describe("two amounts", () => {
  it.each([
    ["0.1", "0.10", 0],
    ["0.3", "0.29999999999999999999", 1],
    ["-1", "0.5", -1],
    ["much", "1", 0],
  ])("%s and %s", (one, other, expected) => expect(compareAmounts(one, other)).toBe(expected));
});

describe("a difference of money", () => {
  it("is exact, and of one currency", () => {
    expect(difference(usd("38.14"), usd("44.16"))).toEqual(usd("-6.02"));
    expect(difference(usd("1"), usd("-0.25"))).toEqual(usd("1.25"));
    expect(difference({ amount: "1", currency: "usd" }, { amount: "1", currency: "diem" })).toBeNull();
  });
});
