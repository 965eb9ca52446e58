import { describe, expect, it } from "vitest";
import { frameAt, middleOf, RateMeter, stepFrom } from "./frames";

describe("frames", () => {
  it("are where their rate says, and a step from the middle of one is the middle of the next", () => {
    for (const rate of [24, 25, 29.97, 60]) {
      for (const frame of [0, 1, 7, 143]) {
        expect(frameAt(middleOf(frame, rate), rate)).toBe(frame);
        expect(frameAt((frame / rate) * 1000, rate)).toBe(frame);
        expect(frameAt(stepFrom(middleOf(frame, rate), 1, rate, 10_000), rate)).toBe(frame + 1);
      }
    }
  });

  it("end where the film does, and begin at its beginning", () => {
    expect(frameAt(stepFrom(0, -1, 24, 5000), 24)).toBe(0);
    const last = stepFrom(4990, 1, 24, 5000);
    expect(last).toBeLessThan(5000);
    expect(frameAt(last, 24)).toBe(119);
    expect(stepFrom(last, 1, 24, 5000)).toBe(last);
  });

  it("are counted from what is shown, whatever is skipped or jumped over", () => {
    const meter = new RateMeter();
    const times = [0, 1, 2, 4, 5, 6, 300, 301, 302, 303].map((frame) => frame / 29.97);
    const told = times.map((time) => meter.take(time));
    expect(told.at(-1)).toBe(29.97);
    meter.reset();
    expect(meter.take(7)).toBeNull();
  });
});
