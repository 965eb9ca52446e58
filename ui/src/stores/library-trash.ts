/** What lies in the trash: for how long yet, and how much it is. */
import type { ItemView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { EVERYTHING } from "./library-query";

/** Days after which what was thrown away is deleted for good. */
export const TRASH_DAYS = 30;
const DAY = 86_400_000;
const PAGE = 500;

/** Whole days until an item is deleted for good; null when it isn't in the trash. */
export function daysLeft(item: ItemView, now: Date): number | null {
  if (item.trashed_at === null) return null;
  const gone = now.getTime() - new Date(item.trashed_at).getTime();
  return Math.min(TRASH_DAYS, Math.max(0, Math.ceil(TRASH_DAYS - gone / DAY)));
}

export type TrashSize = { readonly items: number; readonly bytes: number };

/** Counts all that is in the trash, whatever narrows the list just now. */
export async function trashSize(): Promise<Result<TrashSize>> {
  let cursor: string | null = null;
  let [items, bytes] = [0, 0];
  do {
    const answer = await platform.commands.libraryPage({ ...EVERYTHING, trashed: true, cursor, limit: PAGE });
    if (answer.status === "error") return answer;
    items += answer.data.items.length;
    bytes += answer.data.items.reduce((sum, item) => sum + item.bytes, 0);
    cursor = answer.data.next;
  } while (cursor !== null);
  return { status: "ok", data: { items, bytes } };
}
