import { describe, expect, it } from "vitest";
import { limitText } from "./account-keys.svelte";
import { dollars, sameAmount } from "./wallet.svelte";

describe("amounts that are typed", () => {
  it.each([
    ["5", "5"],
    [" $12,50 ", "12.50"],
    ["0.000001", "0.000001"],
    ["1,000", null],
    ["0", null],
    ["0.0000001", null],
    ["-5", null],
    ["five", null],
    ["", null],
  ])("%j is %j dollars", (typed, amount) => {
    expect(dollars(typed)).toBe(amount);
  });

  it.each([
    ["5", "5.00", true],
    ["05", "5", true],
    ["7.5", "7.50", true],
    ["5", "50", false],
    ["", "", false],
    ["x", "x", false],
  ])("%j and %j: %j", (one, other, same) => {
    expect(sameAmount(one, other)).toBe(same);
  });

  it("an empty limit is none, and a comma is a point", () => {
    expect([limitText(""), limitText("2,5"), limitText("two")]).toEqual(["", "2.5", null]);
    expect(limitText("1,000")).toBeNull();
  });
});
