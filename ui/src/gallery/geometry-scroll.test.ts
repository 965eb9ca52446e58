import { describe, expect, it } from "vitest";
import { ScrollSpace, TALLEST } from "./geometry-scroll.svelte";

const VIEWPORT = 800;

function space(total: number, tallest = 10_000): ScrollSpace {
  const made = new ScrollSpace(tallest);
  made.measure(total, VIEWPORT);
  return made;
}

describe("the way from a wall's height to the page's", () => {
  it("is the same where the page holds the wall", () => {
    const short = space(9000);
    for (const y of [0, 17, 4000, 8200]) {
      expect(short.aim(y)).toBe(y);
      expect(short.moved(y)).toBe(y);
    }
    expect(short.offset).toBe(0);
  });

  it("reaches every place of a wall that is taller, and tells it again", () => {
    const tall = space(1_000_000);
    expect(tall.height).toBe(10_000);
    for (let y = 0; y <= 1_000_000 - VIEWPORT; y += 997) {
      const top = tall.aim(y);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThanOrEqual(10_000 - VIEWPORT);
      expect(tall.moved(top)).toBe(y);
    }
    expect(tall.aim(5_000_000)).toBe(10_000 - VIEWPORT);
    expect(tall.moved(tall.top)).toBe(1_000_000 - VIEWPORT);
  });

  it("goes by pixels in small steps, and by proportion in jumps", () => {
    const tall = space(1_000_000);
    const top = tall.aim(400_000);
    expect(tall.moved(top + 100)).toBe(400_100);
    expect(tall.moved(top + 250)).toBe(400_250);
    expect(tall.moved(9200)).toBe(1_000_000 - VIEWPORT);
    expect(tall.moved(0)).toBe(0);
  });

  it("goes on past the page's edges in small steps, to the wall's own", () => {
    const tall = space(100_000, 20_000);
    let top = tall.aim(50_000);
    let place = 50_000;
    for (let step = 0; step < 2000 && place > 0; step++) {
      const now = tall.moved(Math.max(0, top - 120));
      expect(place - now).toBeLessThanOrEqual(120);
      expect(now).toBeLessThan(place);
      place = now;
      top = tall.top;
    }
    expect(place).toBe(0);
  });

  it("holds 100,000 pictures without an offset, even panoramas in the narrowest room", () => {
    expect(100_000 * (150 + 8)).toBeLessThan(TALLEST);
  });
});
