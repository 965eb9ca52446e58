/** The times along a waveform. */

const STEPS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000,
] as const;
const LONGEST = 7_200_000;

export type Ticks = {
  readonly at: readonly number[];
  /** How many decimals of a second tell them apart. */
  readonly decimals: 0 | 1 | 2;
};

/** Round times from one place to another, no closer than so many milliseconds. */
export function ticks(from: number, to: number, apart: number): Ticks {
  // Before it is laid out nobody knows how close they would be.
  if (apart <= 0) return { at: [], decimals: 0 };
  const step = STEPS.find((candidate) => candidate >= apart) ?? LONGEST;
  const at: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) at.push(time);
  return { at, decimals: step < 100 ? 2 : step < 1000 ? 1 : 0 };
}
