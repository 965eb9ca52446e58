/** What is done in the Film room from more than one place. Each says how it went. */
import type { ItemView } from "@/bindings";
import { complain } from "@/gallery/item-complain";
import { settleImport } from "@/gallery/item-actions";
import { t } from "@/i18n/index.svelte";
import { kindOf, type FileRole } from "@/stores/film-form";
import { elementOf, roleOf, type FilmPlace } from "@/stores/film-places";
import { films } from "@/stores/films.svelte";
import { imports, type Brought } from "@/stores/imports.svelte";
import { notices } from "@/stores/notices.svelte";

/** Sends what the form asks for; true when it was sent. */
export async function send(): Promise<boolean> {
  if (!films.ready) return false;
  const answer = await films.send();
  if (answer === "repriced") notices.info(t("film.repriced"));
  if (answer === null || answer === "repriced") return false;
  if (answer.status === "error") {
    complain(answer.error);
    return false;
  }
  return true;
}

/** Puts items where they are to go, or where they fit. */
export function putAll(list: readonly ItemView[], place: FilmPlace | null): void {
  for (const item of list) putOne(item, place);
}

function putOne(item: ItemView, wanted: FilmPlace | null): void {
  const fits = wanted !== null && kindOf(roleOf(wanted)) === item.kind;
  const place = fits ? wanted : films.placeOf(item);
  // Whoever means a place of this form doesn't mean another model.
  if (wanted !== null && place === null) notices.info(t("film.wrongKind", { name: nameOf(wanted) }));
  else if (place === null) {
    if (!films.use(item)) notices.info(t("film.noPlace"));
  } else if (!films.put(place, item)) notices.info(t("film.full", { name: nameOf(place) }));
}

function nameOf(place: FilmPlace): string {
  const element = elementOf(place);
  if (element !== null) return t("film.element", { number: element.at + 1 });
  return t(`film.role_${place as FileRole | "keyframe"}`);
}

export function settle(brought: Brought, place: FilmPlace | null): void {
  putAll(settleImport(brought), place);
}

export async function paste(place: FilmPlace | null): Promise<void> {
  const brought = await imports.paste();
  if (brought.nothing) notices.info(t("film.nothingToPaste"));
  else settle(brought, place);
}

/** The kind of file a place wants, as the file dialog calls it. */
export function fileKind(place: FilmPlace): "image" | "audio" | "video" {
  const kind = kindOf(roleOf(place));
  if (kind === "sound") return "audio";
  return kind === "film" ? "video" : "image";
}

export async function pick(place: FilmPlace): Promise<void> {
  settle(await imports.pickOne(fileKind(place)), place);
}
