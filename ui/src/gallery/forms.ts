/** Puts things into the forms of the Film and Music rooms, from wherever they are. Each says how it went. */
import type { ItemView, JobView, RequestOrigin } from "@/bindings";
import "@/i18n/film";
import "@/i18n/music";
import "@/i18n/watch";
import { t } from "@/i18n/index.svelte";
import { ruleOf } from "@/stores/film-form";
import { films } from "@/stores/films.svelte";
import { music } from "@/stores/music.svelte";
import { notices } from "@/stores/notices.svelte";
import { route } from "@/stores/route.svelte";
import { complain } from "./item-complain";
import { startFilms, startMusic } from "./start";
import { viewer } from "./viewer.svelte";

/** The form may not have been seen yet. */
async function filmsReady(): Promise<void> {
  await startFilms();
  if (films.list === null) await films.load();
  if (films.list === null) complain(films.modelsProblem);
}

function toFilms(): void {
  viewer.close();
  route.go("film");
}

/** Puts a picture at the beginning of a film. */
export async function beginFilmWith(item: ItemView): Promise<void> {
  await filmsReady();
  if (films.list === null) return;
  if (films.beginWith(item)) toFilms();
  else notices.info(t("watch.noModel"));
}

/** Puts a picture at the end of a film. */
export async function endFilmWith(item: ItemView): Promise<void> {
  await filmsReady();
  if (films.list === null) return;
  if (ruleOf(films.model, "end_image") === null) {
    notices.info(t("watch.noEnd"));
    return;
  }
  films.put("end_image", item);
  toFilms();
}

/** Takes any item into a film, where it fits. */
export async function filmWith(item: ItemView): Promise<void> {
  await filmsReady();
  if (films.list === null) return;
  if (films.use(item)) toFilms();
  else notices.info(t("watch.noPlace"));
}

async function musicReady(): Promise<void> {
  await startMusic();
  if (music.list === null) await music.load();
  if (music.list === null) complain(music.modelsProblem);
}

/** Fills the form of the room with what a film, or music, was asked for with. False where it can't. */
export async function useRequestOf(kind: "film" | "music", origin: RequestOrigin): Promise<boolean> {
  await (kind === "film" ? filmsReady() : musicReady());
  // Without its models nobody knows where things go in the form.
  if ((kind === "film" ? films : music).list === null) return false;
  const answer = await (kind === "film" ? films.useRequestOf(origin) : music.useRequestOf(origin));
  if ("code" in answer) {
    complain(answer);
    return false;
  }
  viewer.close();
  route.go(kind);
  const { back, modelGone } = answer;
  const used = kind === "film" ? "film.recipeUsed" : "music.recipeUsed";
  notices.info(
    t(modelGone ? "remote.recipeModelGone" : used),
    back === null ? undefined : { label: t("common.undo"), run: back },
  );
  return true;
}

/** Takes words that Venice suggests into the form of what it refused. */
export async function useSuggested(job: JobView, prompt: string): Promise<void> {
  const kind = job.kind === "music" ? "music" : "film";
  if (!(await useRequestOf(kind, { job: job.id }))) return;
  if (kind === "film") films.usePrompt(prompt);
  else music.usePrompt(prompt);
}

/** Whether a film or a sound was made by a request that can be put into a form again; which form. */
export function formOf(item: ItemView): "film" | "music" | null {
  if (item.kind === "film") return item.origin === "imported" || item.origin === "recorded" ? null : "film";
  return item.kind === "sound" && item.model !== null && music.ids.has(item.model) ? "music" : null;
}
