import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pace } from "./geometry-pace.svelte";

let pace: Pace;
let time = 1000;
function go(pixels: number, frames: number): void {
  for (let frame = 0; frame < frames; frame++) {
    time += 16;
    pace.step(pixels, time);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  pace = new Pace();
});
afterEach(() => vi.useRealTimers());

describe("the pace of a wall", () => {
  it("shows a jump at once", () => {
    pace.step(2_000_000, 5000);
    expect([pace.moving, pace.fast, pace.flying]).toEqual([true, false, false]);
  });

  it("lets the clicks of a wheel load as they go", () => {
    for (let click = 0; click < 40; click++) {
      time += 50;
      pace.step(120, time);
      expect(pace.fast).toBe(false);
    }
  });

  it("is fast, then flies, and settles by itself", () => {
    go(90, 20);
    expect([pace.fast, pace.flying]).toEqual([true, false]);
    go(1200, 5);
    expect([pace.fast, pace.flying]).toEqual([true, true]);
    go(30, 30);
    expect([pace.moving, pace.fast, pace.flying]).toEqual([true, false, false]);
    go(1200, 9);
    expect(pace.flying).toBe(true);
    vi.advanceTimersByTime(150);
    expect([pace.moving, pace.fast, pace.flying]).toEqual([false, false, false]);
  });

  it("doesn't waver about its limits", () => {
    go(56, 40);
    expect(pace.fast).toBe(true);
    go(45, 40);
    expect(pace.fast).toBe(true);
    go(30, 40);
    expect(pace.fast).toBe(false);
    go(45, 40);
    expect(pace.fast).toBe(false);
  });
});
