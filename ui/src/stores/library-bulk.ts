/** The same change to many items at once, and the way back. */
import type { AppError, ItemMarks, ItemsPatch } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { failed, type Outcome } from "./undo.svelte";

/** Of this many items what they were is remembered; a change to more can't be taken back. */
export const MOST_REMEMBERED = 5000;
const AT_ONCE = 1000;

/** A tag as it is kept. */
export function cleanTag(typed: string): string {
  return typed.trim().replace(/\s+/g, " ");
}

/** What items are marked with. */
export async function readMarks(ids: readonly string[]): Promise<Result<readonly ItemMarks[]>> {
  const marks: ItemMarks[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const answer = await platform.commands.itemMarks(ids.slice(from, from + AT_ONCE));
    if (answer.status === "error") return answer;
    marks.push(...answer.data);
  }
  return { status: "ok", data: marks };
}

export type Step = { readonly ids: string[]; readonly patch: ItemsPatch };

/** The changes that put items back to what they were before `patch`: one for each value there was. */
export function stepsBack(before: readonly ItemMarks[], patch: ItemsPatch): readonly Step[] {
  const steps: Step[] = [];
  const step = (ids: string[], change: ItemsPatch): void => {
    if (ids.length > 0) steps.push({ ids, patch: change });
  };
  const those = (which: (marks: ItemMarks) => boolean): string[] =>
    before.filter(which).map((marks) => marks.id);
  if (patch.rating != null) {
    for (const rating of [0, 1, 2, 3, 4, 5]) {
      if (rating !== patch.rating)
        step(
          those((marks) => marks.rating === rating),
          { rating },
        );
    }
  }
  if (patch.favourite != null) {
    const favourite = !patch.favourite;
    step(
      those((marks) => marks.favourite === favourite),
      { favourite },
    );
  }
  for (const tag of patch.add_tags ?? [])
    step(
      those((marks) => !marks.tags.includes(tag)),
      { remove_tags: [tag] },
    );
  for (const tag of patch.remove_tags ?? [])
    step(
      those((marks) => marks.tags.includes(tag)),
      { add_tags: [tag] },
    );
  return steps;
}

async function take(steps: readonly Step[]): Promise<AppError | null> {
  for (const { ids, patch } of steps) {
    const answer = await platform.commands.changeItems(ids, patch);
    if (answer.status === "error") return answer.error;
  }
  return null;
}

/** Changes items alike in one step. There is a way back unless there are too many of them. */
export async function changeMany(ids: readonly string[], patch: ItemsPatch): Promise<Outcome> {
  let steps: readonly Step[] | null = null;
  if (ids.length <= MOST_REMEMBERED) {
    const before = await readMarks(ids);
    if (before.status === "error") return failed(before.error);
    steps = stepsBack(before.data, patch);
  }
  const problem = await take([{ ids: [...ids], patch }]);
  if (problem !== null) return failed(problem);
  return { problem: null, undo: steps === null ? null : () => take(steps) };
}

export type TagCount = { readonly tag: string; readonly on: number };

/** The tags of these items and how many have each, the most used first. */
export function countTags(marks: readonly ItemMarks[]): readonly TagCount[] {
  const counts = new Map<string, number>();
  for (const { tags } of marks) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, on]) => ({ tag, on }))
    .sort((one, other) => other.on - one.on || one.tag.localeCompare(other.tag));
}
