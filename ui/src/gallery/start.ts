/** What both rooms of pictures stand on: begun by whichever opens first. */
import { app } from "@/stores/app.svelte";
import { imports } from "@/stores/imports.svelte";
import { notes } from "@/stores/notes-draft.svelte";
import { items } from "@/stores/items.svelte";
import { jobs } from "@/stores/jobs.svelte";
import { pictures } from "@/stores/pictures.svelte";
import { complain } from "./item-actions";

let begun = false;

export async function startPictures(): Promise<void> {
  if (begun) return;
  begun = true;
  pictures.open(app.settings?.image_form ?? null, (form) => app.change({ image_form: form }));
  app.beforeLeaving(() => pictures.keepNow());
  app.beforeLeaving(() => notes.now());
  imports.start();
  void pictures.load();
  const problems = await Promise.all([items.start(), jobs.start()]);
  for (const problem of problems) complain(problem);
}
