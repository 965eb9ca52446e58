/** What can be done with pictures, wherever they are shown. Each says how it went. */
import type { AppError, ItemView, PictureRequest } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { imports, type Brought } from "@/stores/imports.svelte";
import { items } from "@/stores/items.svelte";
import { library } from "@/stores/library.svelte";
import { notices } from "@/stores/notices.svelte";
import type { Mode } from "@/stores/pictures-form";
import { pictures } from "@/stores/pictures.svelte";
import { route } from "@/stores/route.svelte";
import { viewer } from "./viewer.svelte";

export function complain(problem: AppError | null): void {
  if (problem !== null) notices.error(problem);
}

function idsOf(list: readonly ItemView[]): string[] {
  return list.map((item) => item.id);
}

/** Takes a picture into the Image room to work on it. */
export function startFrom(item: ItemView, mode: Exclude<Mode, "make">): void {
  pictures.use(item, mode);
  route.go("image");
}

export function useRecipe(recipe: PictureRequest): void {
  const back = pictures.useRecipe(recipe);
  route.go("image");
  if (back !== null) notices.info(t("image.recipeUsed"), { label: t("common.undo"), run: back });
}

async function setFavourite(list: readonly ItemView[], favourite: boolean): Promise<void> {
  items.keep(list.map((item) => ({ ...item, favourite })));
  complain(await library.change(idsOf(list), { favourite }));
}

/** One that isn't a favourite makes all favourites, else none is any more. */
export async function toggleFavourite(list: readonly ItemView[]): Promise<void> {
  await setFavourite(list, !list.every((item) => item.favourite));
}

export async function rate(list: readonly ItemView[], rating: number): Promise<void> {
  items.keep(list.map((item) => ({ ...item, rating })));
  complain(await library.change(idsOf(list), { rating }));
}

export async function trash(list: readonly ItemView[]): Promise<void> {
  if (list.length === 0) return;
  const ids = idsOf(list);
  const problem = await library.trash(ids);
  if (problem !== null) {
    complain(problem);
    return;
  }
  notices.info(t("library.trashed", { count: ids.length }), {
    label: t("common.undo"),
    run: () => void library.restore(ids).then(complain),
  });
}

export async function restore(list: readonly ItemView[]): Promise<void> {
  if (list.length === 0) return;
  const problem = await library.restore(idsOf(list));
  if (problem !== null) complain(problem);
  else notices.success(t("library.restored", { count: list.length }));
}

export async function exportItem(item: ItemView, withRecipe: boolean): Promise<void> {
  const answer = await items.export(item.id, withRecipe);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) notices.success(t("library.exported", { name: answer.data }));
}

export async function copyItem(item: ItemView): Promise<void> {
  const answer = await items.copy(item.id);
  if (answer.status === "error") complain(answer.error);
  else notices.success(t("library.copied"));
}

export async function showInFolder(item: ItemView): Promise<void> {
  const answer = await items.showInFolder(item.id);
  if (answer.status === "error") complain(answer.error);
}

export async function compare(item: ItemView, list?: readonly ItemView[]): Promise<void> {
  complain(await viewer.compare(item, list));
}

/** Says what is to be said of an import, and answers what came in. */
export function settleImport(brought: Brought): readonly ItemView[] {
  complain(brought.problem);
  items.keep(brought.items);
  if (brought.items.length > 0 && imports.report === null) {
    notices.success(t("library.imported_", { count: brought.items.length }));
  }
  return brought.items;
}
