/** What the Speak tab needs once, whenever it is first shown. */
import { untrack } from "svelte";
import { complain } from "@/gallery/item-complain";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { clones } from "@/stores/clones.svelte";
import { events } from "@/stores/events";
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
  // Another account has other voices.
  let payer = accounts.selected?.id;
  $effect(() => {
    const now = accounts.selected?.id;
    if (now === undefined || now === payer) return;
    payer = now;
    untrack(() => {
      void speech.load();
      void clones.read();
    });
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
  void speech.load();
  events.on("models", () => void speech.load());
  void readings.start();
  void clones.start();
  const problems = await Promise.all([speech.open(), items.start()]);
  for (const problem of problems) complain(problem);
}
