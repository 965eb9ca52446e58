/** What the Speak tab needs once, whenever it is first shown. */
import { untrack } from "svelte";
import { complain } from "@/gallery/item-complain";
import { followModels } from "@/gallery/start";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { clones } from "@/stores/clones.svelte";
import { imports } from "@/stores/imports.svelte";
import { items } from "@/stores/items.svelte";
import { player } from "@/stores/player.svelte";
import { readings } from "@/stores/readings.svelte";
import { live } from "@/stores/speech-live.svelte";
import { speech } from "@/stores/speech.svelte";

let begun = false;

/** What goes on while another tab or room is shown. */
function follow(): void {
  $effect(() => {
    void [player.ends, player.source, player.failed];
    const list = readings.list;
    untrack(() => live.look(list));
  });
}

export async function startSpeech(): Promise<void> {
  if (begun) {
    // What could not be read the first time is read now.
    complain(await speech.open());
    return;
  }
  begun = true;
  speech.onkeepproblem = complain;
  app.beforeLeaving(() => speech.keepNow());
  imports.start();
  $effect.root(follow);
  followModels(() => void speech.load());
  accounts.whenPayerChanges(() => void clones.read());
  void readings.start();
  void clones.start();
  const problems = await Promise.all([speech.open(), items.start()]);
  for (const problem of problems) complain(problem);
}
