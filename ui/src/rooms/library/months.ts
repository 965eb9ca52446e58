/** The months beside the wall: where each begins, and which of them can be written there. */
import type { WallLayout } from "@/gallery/geometry-layout";

export type Month = {
  /** YYYY-MM */
  readonly id: string;
  /** Pixels from the top of the wall. */
  readonly top: number;
};

/** The months of sections whose ids are days, in the order of the wall. */
export function monthsOf({ sections, sectionTops }: WallLayout): readonly Month[] {
  const months: Month[] = [];
  for (const [index, section] of sections.entries()) {
    const id = section.id.slice(0, 7);
    if (id !== "" && months.at(-1)?.id !== id) months.push({ id, top: sectionTops[index] ?? 0 });
  }
  return months;
}

/** The place in the list of the month at a height of the wall. */
export function monthAt(months: readonly Month[], y: number): number {
  let low = 0;
  let high = months.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((months[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

export type Mark = Month & {
  /** Pixels from the top of the rail. */
  readonly at: number;
  /** What is written: the year where one begins, the month, or no more than a dot. */
  readonly says: "year" | "month" | "dot";
};

/** What is marked on a rail of a height: years before months before dots, none touching another. */
export function marksOf(
  months: readonly Month[],
  total: number,
  rail: number,
  least: number,
  leastDot: number,
): readonly Mark[] {
  if (total <= 0 || rail <= 0) return [];
  const places = months.map((month, index) => {
    const at = (month.top / total) * rail;
    const begins = index === 0 || months[index - 1]?.id.slice(0, 4) !== month.id.slice(0, 4);
    return { ...month, at: Math.min(at, rail - least), begins };
  });
  const taken: Mark[] = [];
  const isFree = (at: number, room: number): boolean =>
    taken.every((mark) => Math.abs(mark.at - at) >= (mark.says === "dot" && room < least ? leastDot : room));
  const take = (says: Mark["says"], room: number, of: (place: (typeof places)[number]) => boolean): void => {
    for (const { begins, ...place } of places) {
      if (of({ begins, ...place }) && isFree(place.at, room)) taken.push({ ...place, says });
    }
  };
  take("year", least, (place) => place.begins);
  take("month", least, (place) => !place.begins);
  const written = new Set(taken.map((mark) => mark.id));
  take("dot", (least + leastDot) / 2, (place) => !written.has(place.id));
  return taken.sort((one, other) => one.at - other.at);
}
