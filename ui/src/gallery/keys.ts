/** Whether a key of a room is for the room: nobody types, and nothing lies over it. */
import { closing } from "@/stores/closing.svelte";
import { exporting } from "@/stores/exports.svelte";
import { again } from "@/stores/pictures-again.svelte";
import { quotedAgain } from "@/stores/quoted-again.svelte";
import { refining } from "@/stores/refining.svelte";
import { choosers } from "./choosers.svelte";
import { comparing } from "./compare/comparing.svelte";
import { viewer } from "./viewer.svelte";

export function typing(): boolean {
  const at = document.activeElement;
  return at instanceof HTMLTextAreaElement || (at instanceof HTMLInputElement && at.type !== "checkbox");
}

/** What lies over the form has the keys: nobody sends what can't be seen. */
export function isUncovered(): boolean {
  return (
    viewer.id === null &&
    again.asked === null &&
    quotedAgain.asked === null &&
    refining.editor === null &&
    exporting.wanted === null &&
    choosers.kind === null &&
    !comparing.open &&
    !closing.asking
  );
}
