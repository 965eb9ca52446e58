/** What the rooms that make and keep things stand on: begun by whichever opens first. */
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { films } from "@/stores/films.svelte";
import { imports } from "@/stores/imports.svelte";
import { notes } from "@/stores/notes-draft.svelte";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { music } from "@/stores/music.svelte";
import { pictures } from "@/stores/pictures.svelte";
import { complain } from "./item-actions";

const begun = new Set<"pictures" | "films" | "music" | "all">();

function isFirst(what: "pictures" | "films" | "music" | "all"): boolean {
  if (begun.has(what)) return false;
  begun.add(what);
  return true;
}

/** Reads a room's models, and again when the list of them or the account that pays is another. */
export function followModels(load: () => void): void {
  load();
  events.on("models", load);
  accounts.whenPayerChanges(load);
}

/** What every one of them needs. */
async function startAll(): Promise<void> {
  if (!isFirst("all")) return;
  app.beforeLeaving(() => notes.now());
  imports.start();
  const problems = await Promise.all([items.start(), jobs.start()]);
  for (const problem of problems) complain(problem);
}

export async function startPictures(): Promise<void> {
  if (!isFirst("pictures")) return;
  pictures.open(app.settings?.image_form ?? null, (form) => app.change({ image_form: form }));
  app.beforeLeaving(() => pictures.keepNow());
  followModels(() => void pictures.load());
  await startAll();
}

/** Any room may put something into the Film room's form. */
export async function startFilms(): Promise<void> {
  if (!isFirst("films")) return;
  films.open(app.settings?.film_form ?? null, (form) => app.change({ film_form: form }));
  app.beforeLeaving(() => films.keepNow());
  followModels(() => void films.load());
  await startAll();
}

export async function startMusic(): Promise<void> {
  if (!isFirst("music")) return;
  music.open(app.settings?.music_form ?? null, (form) => app.change({ music_form: form }));
  app.beforeLeaving(() => music.keepNow());
  followModels(() => void music.load());
  await startAll();
}
