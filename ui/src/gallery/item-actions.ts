/** What can be done with pictures, wherever they are shown. Each says how it went. */
import type { ItemView, PictureRequest } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { exporting } from "@/stores/exports.svelte";
import { imports, type Brought } from "@/stores/imports.svelte";
import type { Shown } from "@/stores/item-list";
import { items } from "@/stores/items.svelte";
import { library } from "@/stores/library.svelte";
import { notices } from "@/stores/notices.svelte";
import { again, recipeOf, type How } from "@/stores/pictures-again.svelte";
import type { Mode } from "@/stores/pictures-form";
import { pictures } from "@/stores/pictures.svelte";
import { refining } from "@/stores/refining.svelte";
import { route } from "@/stores/route.svelte";
import { comparing } from "./compare/comparing.svelte";
import { viewer } from "./viewer.svelte";
import { undos } from "@/stores/undo.svelte";
import { markAll, rateAll, trashAll } from "./item-bulk";
import { complain } from "./item-complain";

export { complain };

function idsOf(list: readonly ItemView[]): string[] {
  return list.map((item) => item.id);
}

/** Takes a picture into the Image room to work on it. */
export function startFrom(item: ItemView, mode: Exclude<Mode, "make">): void {
  pictures.use(item, mode);
  route.go("image");
}

/** Takes a picture into the Image room to mark what an edit may change of it. */
export function mark(item: ItemView): void {
  startFrom(item, "edit");
  refining.open("mask", item);
}

export function useRecipe(recipe: PictureRequest): void {
  const back = pictures.useRecipe(recipe);
  route.go("image");
  if (back !== null) notices.info(t("image.recipeUsed"), { label: t("common.undo"), run: back });
}

/** Whether a request of ours made it, which can be sent once more. */
export function wasAskedFor(item: ItemView): boolean {
  return item.kind === "picture" && ["made", "edited", "upscaled", "cut_out"].includes(item.origin);
}

/** Fills the form with what made a picture. */
export async function useRecipeOf(item: ItemView): Promise<void> {
  const answer = await recipeOf(item.id);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data === null) notices.info(t("image.noRecipe"));
  else useRecipe(answer.data);
}

/** Puts other words into the form. */
export function usePrompt(words: string): void {
  const back = pictures.usePrompt(words);
  route.go("image");
  if (back !== null) notices.info(t("image.promptReplaced"), { label: t("common.undo"), run: back });
}

/** Makes a picture once more; what costs something is asked for in the Image room. */
export async function makeAgain(item: ItemView, how: How): Promise<void> {
  const problem = await again.begin(item, how);
  if (problem === "asking") return;
  if (problem === "unknown") notices.info(t("image.noRecipe"));
  else if (problem !== null) complain(problem);
  else {
    viewer.close();
    route.go("image");
    if (again.asked === null) notices.success(t(how === "vary" ? "image.varyStarted" : "image.againStarted"));
  }
}

/** Sends what was asked about, at the price that was shown. */
export async function sendAgain(): Promise<void> {
  const answer = await again.send();
  if (answer?.status === "error") complain(answer.error);
}

/** Has the form follow the style of a picture too. */
export function followStyle(item: ItemView): void {
  const model = pictures.makeModel;
  const most = model?.max_style_references ?? 0;
  if (model === null || most === 0) notices.info(t("image.notForModel", { model: model?.name ?? "" }));
  else if (pictures.addStyleReference(item, most)) pictures.change({ mode: "make" });
  else notices.info(t("image.referenceFull", { count: most }));
}

async function setFavourite(list: readonly ItemView[], favourite: boolean): Promise<void> {
  items.keep(list.map((item) => ({ ...item, favourite })));
  complain(await library.change(idsOf(list), { favourite }));
}

/** One that isn't a favourite makes all favourites, else none is any more. */
export async function toggleFavourite(list: readonly ItemView[]): Promise<void> {
  const favourite = !list.every((item) => item.favourite);
  if (list.length === 1) await setFavourite(list, favourite);
  else markAll(idsOf(list), favourite);
}

/** One shows its stars at once; of several it is told how it went. */
export async function rate(list: readonly ItemView[], rating: number): Promise<void> {
  const [item] = list;
  if (item === undefined) return;
  if (list.length > 1) {
    rateAll(idsOf(list), rating);
    return;
  }
  items.keep([{ ...item, rating }]);
  const problem = await library.change([item.id], { rating });
  complain(problem);
  if (problem === null && rating !== item.rating) {
    undos.keep(() => library.change([item.id], { rating: item.rating }));
  }
}

export function trash(list: readonly ItemView[]): Promise<void> {
  return trashAll(idsOf(list));
}

/** Puts words on the clipboard. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notices.success(t("boards.copied"));
  } catch {
    notices.info(t("boards.notCopied"));
  }
}

export async function exportItem(item: ItemView, withRecipe: boolean): Promise<void> {
  const answer = await items.export(item.id, withRecipe);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) notices.success(t("library.exported", { name: answer.data }));
}

/** Asks how these are to be taken out: format, size, names, and where to. */
export function exportMany(ids: readonly string[], known: readonly ItemView[]): void {
  exporting.ask(ids, known);
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

/** Compares a picture with what it was made from. */
export async function compare(item: ItemView, list: Shown = [item]): Promise<void> {
  const problem = await comparing.withSource(item, list);
  if (problem === "gone") notices.info(t("compare.sourceGone"));
  else complain(problem);
}

/** Says what is to be said of an import, and answers what came in. */
export function settleImport(brought: Brought): readonly ItemView[] {
  complain(brought.problem);
  items.keep(brought.items);
  // What has more to tell has a report.
  if (imports.report === null) {
    if (brought.taken > 0) notices.success(t("library.imported_", { count: brought.taken }));
    else if (brought.known > 0) notices.info(t("transfer.knownBefore", { count: brought.known }));
  }
  return brought.items;
}
