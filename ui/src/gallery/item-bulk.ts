/** What is done with many items at once, by their ids. Each says how it went, and offers the way back once. */
import type { BoardView, ItemsPatch } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { boards } from "@/stores/boards.svelte";
import { changeMany } from "@/stores/library-bulk";
import { library } from "@/stores/library.svelte";
import { notices } from "@/stores/notices.svelte";
import { undos, type Outcome, type Undo } from "@/stores/undo.svelte";
import { asking } from "./asking.svelte";
import { complain } from "./item-complain";

/** The ids of what is selected in the Library, in the order of the wall. */
export function chosenIds(): readonly string[] {
  return library.chosenIds();
}

/** The last notice of a change or of its way back: the next takes its place, so that they never pile up over the pictures. */
let last = -1;

function lastly(notice: number): number {
  notices.dismiss(last);
  last = notice;
  return notice;
}

/** Says what was done, and offers the way back where there is one. */
export function told(words: string, undo: Undo | null): void {
  if (undo === null) {
    lastly(notices.success(words));
    return;
  }
  const back = undos.keep(undo);
  lastly(notices.info(words, { label: t("common.undo"), run: () => void back().then(complain) }));
}

function settle({ problem, undo }: Outcome, words: string): void {
  if (problem !== null) complain(problem);
  else told(words, undo);
}

function change(ids: readonly string[], patch: ItemsPatch, words: string): void {
  if (ids.length === 0) return;
  asking.first(ids.length, () => void changeMany(ids, patch).then((outcome) => settle(outcome, words)));
}

export function rateAll(ids: readonly string[], rating: number): void {
  const count = ids.length;
  const words = rating === 0 ? t("boards.unratedAll", { count }) : t("boards.ratedAll", { count, rating });
  change(ids, { rating }, words);
}

export function markAll(ids: readonly string[], favourite: boolean): void {
  const count = ids.length;
  change(ids, { favourite }, t(favourite ? "boards.markedAll" : "boards.unmarkedAll", { count }));
}

export function tagAll(ids: readonly string[], tag: string, on: boolean): void {
  const count = ids.length;
  const patch = on ? { add_tags: [tag] } : { remove_tags: [tag] };
  change(ids, patch, t(on ? "boards.taggedAll" : "boards.untaggedAll", { count, tag }));
}

export async function putAll(ids: readonly string[], board: BoardView, on: boolean): Promise<void> {
  if (ids.length === 0) return;
  const words = { count: ids.length, board: board.name };
  settle(await boards.put(ids, board.id, on), t(on ? "boards.putOn" : "boards.takenOff", words));
}

/** Puts items on a board of this name, which is made when there is none. */
export async function putOnNew(ids: readonly string[], name: string): Promise<void> {
  const board = await boards.create(name);
  if (board.status === "error") complain(board.error);
  else await putAll(ids, board.data, true);
}

export async function removeBoard(board: BoardView): Promise<void> {
  settle(await boards.remove(board.id), t("boards.deleted", { board: board.name }));
}

/** What went into the trash while the notice of it is still there: one notice for all, not one for each. */
let pile: { notice: number; ids: readonly string[]; undos: readonly Undo[] } | null = null;

export async function trashAll(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const problem = await library.trash(ids);
  if (problem !== null) {
    complain(problem);
    return;
  }
  const undo = undos.keep(() => library.restore(ids));
  const before = pile !== null && notices.list.some((notice) => notice.id === pile?.notice) ? pile : null;
  const all = [...(before?.ids ?? []), ...ids];
  const each = [...(before?.undos ?? []), undo];
  const notice = lastly(
    notices.info(t("library.trashed", { count: all.length }), {
      label: t("common.undo"),
      run: () => {
        undos.forget(each);
        void library.restore(all).then(complain);
      },
    }),
  );
  pile = { notice, ids: all, undos: each };
}

export async function restoreAll(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const problem = await library.restore(ids);
  if (problem !== null) complain(problem);
  else told(t("library.restored", { count: ids.length }), () => library.trash(ids));
}

/** Takes back what was done last, and says so: it may be out of sight. */
export async function undoLast(): Promise<void> {
  const problem = await undos.last();
  complain(problem);
  if (problem !== null) return;
  lastly(notices.success(t("boards.undone")));
}
