/** What is done in the Film room from more than one place. Each says how it went. */
import type { ItemView } from "@/bindings";
import { complain } from "@/gallery/item-complain";
import { settleImport } from "@/gallery/item-actions";
import { t } from "@/i18n/index.svelte";
import { kindOf, type FileRole } from "@/stores/film-form";
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
export function putAll(list: readonly ItemView[], role: FileRole | null): void {
  for (const item of list) putOne(item, role);
}

function putOne(item: ItemView, role: FileRole | null): void {
  const fits = role !== null && kindOf(role) === item.kind;
  const place = fits ? role : films.placeOf(item);
  // Whoever means a place of this form doesn't mean another model.
  if (role !== null && place === null) notices.info(t("film.wrongKind", { name: t(`film.role_${role}`) }));
  else if (place === null) {
    if (!films.use(item)) notices.info(t("film.noPlace"));
  } else if (!films.put(place, item)) notices.info(t("film.full", { name: t(`film.role_${place}`) }));
}

export function settle(brought: Brought, role: FileRole | null): void {
  putAll(settleImport(brought), role);
}

export async function paste(role: FileRole | null): Promise<void> {
  const brought = await imports.paste();
  if (brought.nothing) notices.info(t("film.nothingToPaste"));
  else settle(brought, role);
}

/** The kind of file a role wants, as the file dialog calls it. */
export function fileKind(role: FileRole): "image" | "audio" | "video" {
  const kind = kindOf(role);
  if (kind === "sound") return "audio";
  return kind === "film" ? "video" : "image";
}

export async function pick(role: FileRole): Promise<void> {
  settle(await imports.pickOne(fileKind(role)), role);
}
