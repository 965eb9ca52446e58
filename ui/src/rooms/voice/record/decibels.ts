/** Loudness as it is shown: decibels below full scale. */

/** What is softer is not shown. */
export const FLOOR = -60;
export const SCALE = [-60, -48, -36, -24, -12, -6, 0] as const;

export function decibels(level: number): number {
  return level > 0 ? Math.max(FLOOR, 20 * Math.log10(level)) : FLOOR;
}

/** Where on the scale that is, 0 to 1. */
export function shareOf(level: number): number {
  return Math.min(1, (decibels(level) - FLOOR) / -FLOOR);
}
