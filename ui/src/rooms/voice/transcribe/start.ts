/** What the Transcribe tab needs once, whenever it is first shown. */
import { followModels } from "@/gallery/start";
import { app } from "@/stores/app.svelte";
import { transcribing } from "@/stores/transcribing.svelte";

let begun = false;

export function startTranscribing(): void {
  if (begun) {
    // What could not be read the first time is read now.
    void transcribing.load();
    return;
  }
  begun = true;
  transcribing.open(app.settings?.transcribe_form ?? null, (form) => app.change({ transcribe_form: form }));
  app.beforeLeaving(() => transcribing.keepNow());
  followModels(() => void transcribing.load());
}
