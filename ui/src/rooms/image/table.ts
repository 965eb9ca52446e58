/** A batch as a table: rows and columns by what its pictures differ in. */
import type { ItemView, JobView, MakeRequest } from "@/bindings";

/** A picture of a job, made or still to come. */
export type Slot = { readonly job: JobView; readonly index: number };

/** What pictures of a batch may differ in; `number` counts those that differ in their seed alone. */
export type Axis = "model" | "style" | "wording" | "number";

export type Heading = { readonly axis: Axis; readonly value: string };

export type Row = {
  readonly key: string;
  readonly headings: readonly Heading[];
  readonly cells: readonly (Slot | null)[];
};

export type Table = {
  readonly columns: readonly Heading[];
  readonly rows: readonly Row[];
  /** One line of pictures, which may go on below: each is named by its column. */
  readonly flat: boolean;
  /** Wordings differ, though not in a regular way: chance chose them. */
  readonly byChance: boolean;
};

/** More columns than this don't stand beside each other well. */
const ABREAST = 5;

type Place = { readonly slot: Slot; readonly at: Readonly<Record<Axis, string>> };

function askedBy(job: JobView): MakeRequest | null {
  return job.request?.kind === "make" ? job.request : null;
}

/** The words a batch began with; where some of them were chosen from several, as they were written. */
export function wishOf(job: JobView): string {
  const asked = askedBy(job);
  if (asked === null) return job.title;
  return "written_as" in asked && typeof asked.written_as === "string" ? asked.written_as : asked.prompt;
}

/** The values along an axis, in the order of the batch. */
function along(places: readonly Place[], axis: Axis): readonly string[] {
  const values = new Set(places.map((place) => place.at[axis]));
  const sorted = [...values];
  return axis === "number" ? sorted.sort((one, other) => Number(one) - Number(other)) : sorted;
}

/** Whether each combination of model and style comes in the same wordings. */
function isRegular(jobs: readonly JobView[]): boolean {
  const all = new Set(jobs.map((job) => askedBy(job)?.prompt ?? ""));
  const found = new Map<string, Map<string, number>>();
  for (const job of jobs) {
    const request = askedBy(job);
    const key = JSON.stringify([request?.model, request?.style]);
    const counts = found.get(key) ?? new Map<string, number>();
    const prompt = request?.prompt ?? "";
    counts.set(prompt, (counts.get(prompt) ?? 0) + job.wanted);
    found.set(key, counts);
  }
  const sizes = new Set([...found.values()].flatMap((counts) => [...counts.values()]));
  return sizes.size === 1 && [...found.values()].every((counts) => counts.size === all.size);
}

/** A job that was sent again stands where the first one stood. */
function latest(jobs: readonly JobView[]): readonly JobView[] {
  const places = new Map<string, JobView>();
  for (const job of jobs) places.set(job.batch === null ? job.id : String(job.batch.index), job);
  return [...places.values()];
}

function placesOf(jobs: readonly JobView[], wordings: boolean): readonly Place[] {
  const counted = new Map<string, number>();
  return jobs.flatMap((job) => {
    const request = askedBy(job);
    const at = {
      model: job.model ?? request?.model ?? "",
      style: request?.style ?? "",
      wording: wordings ? (request?.prompt ?? "") : "",
    };
    const key = JSON.stringify(at);
    return Array.from({ length: Math.max(job.wanted, job.items.length) }, (_, index): Place => {
      const number = counted.get(key) ?? 0;
      counted.set(key, number + 1);
      return { slot: { job, index }, at: { ...at, number: String(number) } };
    });
  });
}

/** Every way to take one value of each axis; the last axis changes first. */
function combinations(
  axes: readonly (readonly [Axis, readonly string[]])[],
): readonly (readonly Heading[])[] {
  return axes.reduce<readonly (readonly Heading[])[]>(
    (before, [axis, values]) =>
      before.flatMap((headings) => values.map((value) => [...headings, { axis, value }])),
    [[]],
  );
}

const keyOf = (headings: readonly Heading[]) =>
  JSON.stringify(headings.map(({ axis, value }) => [axis, value]));

type Values = readonly [Axis, readonly string[]];

/**
 * What stands side by side: the longest that still does so well, and seeds only where nothing else differs. What is
 * longer goes down the page.
 */
function acrossOf(differing: readonly Values[]): Values | undefined {
  if (differing.length < 2) return differing[0];
  const named = differing.filter(([axis]) => axis !== "number");
  const fitting = named.filter(([, values]) => values.length <= ABREAST);
  if (fitting.length > 0) return [...fitting].sort(([, one], [, other]) => other.length - one.length)[0];
  return [...differing].sort(([, one], [, other]) => one.length - other.length)[0];
}

export function tableOf(jobs: readonly JobView[]): Table {
  const here = latest(jobs);
  const regular = isRegular(here);
  const places = placesOf(here, regular);
  const all = (["model", "style", "wording", "number"] as const).map(
    (axis) => [axis, along(places, axis)] as const,
  );
  const differing = all.filter(([, values]) => values.length > 1);
  const across = acrossOf(differing);
  const down = differing.filter((axis) => axis !== across);
  const columns = across === undefined ? [] : across[1].map((value) => ({ axis: across[0], value }));
  const byKey = new Map<string, Slot>();
  for (const { slot, at } of places) {
    const headings = [...down, ...(across === undefined ? [] : [across])].map(([axis]) => ({
      axis,
      value: at[axis],
    }));
    byKey.set(keyOf(headings), slot);
  }
  const rows = combinations(down).map((headings): Row => ({
    key: keyOf(headings),
    headings,
    cells: (columns.length === 0 ? [null] : columns).map(
      (column) => byKey.get(keyOf([...headings, ...(column === null ? [] : [column])])) ?? null,
    ),
  }));
  return { columns, rows, flat: down.length === 0, byChance: !regular };
}

/** The seed that all pictures of a line share, where it is known. */
export function sharedSeed(
  slots: readonly (Slot | null)[],
  itemOf: (id: string) => ItemView | null,
): number | null {
  const seeds = new Set<number>();
  for (const slot of slots) {
    if (slot === null) continue;
    const request = askedBy(slot.job);
    const item = itemOf(slot.job.items[slot.index] ?? "");
    const seed = item?.seed ?? (slot.job.wanted === 1 ? (request?.seed ?? null) : null);
    if (seed === null) return null;
    seeds.add(seed);
  }
  const [first] = seeds;
  return seeds.size === 1 && first !== undefined ? first : null;
}
