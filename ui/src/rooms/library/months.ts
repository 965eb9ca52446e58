/** The months beside the wall: where each begins, as a part of the whole height. */
import type { SectionBox } from "@/gallery/geometry.svelte";

export type Month = {
  /** YYYY-MM */
  readonly id: string;
  /** Pixels from the top of the wall. */
  readonly top: number;
};

/** The months of sections whose ids are days, in the order of the wall. */
export function monthsOf(sections: readonly SectionBox[]): readonly Month[] {
  const months: Month[] = [];
  for (const section of sections) {
    const id = section.id.slice(0, 7);
    if (id !== "" && months.at(-1)?.id !== id) months.push({ id, top: section.top });
  }
  return months;
}

export type Mark = Month & {
  /** Pixels from the top of the rail. */
  readonly at: number;
  readonly year: boolean;
};

/** The months that can be written on a rail of a height without touching each other; the first of a year says so. */
export function marksOf(
  months: readonly Month[],
  total: number,
  rail: number,
  least: number,
): readonly Mark[] {
  if (total <= 0) return [];
  const marks: Mark[] = [];
  let year = months[0]?.id.slice(0, 4) ?? "";
  let bottom = Number.NEGATIVE_INFINITY;
  for (const month of months) {
    const at = (month.top / total) * (rail - least);
    if (at < bottom) continue;
    const own = month.id.slice(0, 4);
    marks.push({ ...month, at, year: own !== year });
    year = own;
    bottom = at + least;
  }
  return marks;
}
