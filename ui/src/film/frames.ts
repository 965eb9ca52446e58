/** The frames of a film: which one is shown at a time, where one lies, and how many there are in a second. */

/** Frames a second where nobody has told and none were counted yet. */
export const USUAL_RATE = 24;
/** What films usually have; what was measured is one of these where it comes close. */
const COMMON = [12, 15, 23.976, 24, 25, 29.97, 30, 48, 50, 59.94, 60, 120] as const;
/** A measured rate within this share of a common one is that. */
const CLOSE = 0.012;
/** Steps between frames that have to be seen before they are believed. */
const ENOUGH = 6;

/** Which frame is shown at a time, in milliseconds, from 0. */
export function frameAt(at: number, rate: number): number {
  // Times are rounded to microseconds on their way here: a frame begins a little before its time.
  return Math.max(0, Math.floor((at / 1000) * rate + 0.01));
}

/** The middle of a frame, in milliseconds: at its edge either neighbour may be shown. */
export function middleOf(frame: number, rate: number): number {
  return ((Math.max(0, frame) + 0.5) / rate) * 1000;
}

/** The place one or more frames away from another, within the film; all in milliseconds. */
export function stepFrom(at: number, by: number, rate: number, length: number): number {
  const last = Math.max(0, frameAt(Math.max(0, length - 1), rate));
  return Math.min(middleOf(Math.min(last, frameAt(at, rate) + by), rate), Math.max(0, length - 1));
}

/** Finds out how many frames a second there are, from the times of those that are shown. */
export class RateMeter {
  #before: number | null = null;
  #steps: number[] = [];

  /** A frame of this time, in seconds, was shown. Answers the rate once it can be told. */
  take(time: number): number | null {
    const step = this.#before === null ? 0 : time - this.#before;
    this.#before = time;
    // A jump is no step, and two frames that were skipped look like one.
    if (step <= 0 || step > 0.2) return null;
    this.#steps.push(step);
    if (this.#steps.length < ENOUGH) return null;
    const shortest = Math.min(...this.#steps);
    const single = this.#steps.filter((one) => one < shortest * 1.5);
    const rate = single.length / single.reduce((sum, one) => sum + one, 0);
    return COMMON.find((common) => Math.abs(common / rate - 1) < CLOSE) ?? Math.round(rate * 100) / 100;
  }

  reset(): void {
    this.#before = null;
    this.#steps = [];
  }
}
