import { describe, expect, it } from "vitest";
import { COMMON_RATIOS, nearestRatio, ratioValue, sizeFor, upscaled } from "./pictures-shapes";

describe("sizes of pictures", () => {
  it.each([1, 8, 16, 32, 64])("can be divided by %d, keep within the limit and the shape", (divisor) => {
    for (const ratio of COMMON_RATIOS) {
      const { width, height } = sizeFor(ratio, divisor);
      expect(width % divisor).toBe(0);
      expect(height % divisor).toBe(0);
      expect(Math.max(width, height)).toBeLessThanOrEqual(1280);
      expect(width * height).toBeGreaterThan(700_000);
      expect(Math.abs(width / height / (ratioValue(ratio) ?? 1) - 1)).toBeLessThan(0.04);
    }
  });

  it("are the usual ones", () => {
    expect(sizeFor("1:1", 8)).toEqual({ width: 1024, height: 1024 });
    expect(sizeFor("16:9", 16)).toEqual({ width: 1280, height: 720 });
    expect(sizeFor("9:16", 16)).toEqual({ width: 720, height: 1280 });
  });

  it("survive a divisor that is larger than the limit", () => {
    expect(sizeFor("1:1", 2000)).toEqual({ width: 2000, height: 2000 });
  });
});

describe("ratios", () => {
  it("are read, and words are not", () => {
    expect(ratioValue("3:2")).toBe(1.5);
    expect(ratioValue("auto")).toBeNull();
    expect(ratioValue("0:1")).toBeNull();
    expect(ratioValue("1:0")).toBeNull();
  });

  it("are found again from a size", () => {
    for (const ratio of COMMON_RATIOS) {
      const { width, height } = sizeFor(ratio, 16);
      expect(nearestRatio(width, height, COMMON_RATIOS)).toBe(ratio);
    }
    expect(nearestRatio(10, 10, ["auto"])).toBeNull();
  });
});

describe("an upscale", () => {
  it("tells its size and whether it is too large", () => {
    expect(upscaled({ width: 1024, height: 1024 }, 4)).toEqual({
      width: 4096,
      height: 4096,
      tooLarge: false,
    });
    expect(upscaled({ width: 4000, height: 3000 }, 2)).toEqual({ width: 8000, height: 6000, tooLarge: true });
  });
});
