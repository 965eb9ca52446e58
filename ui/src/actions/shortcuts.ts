import { createKeybindingsHandler } from "tinykeys";
import type { RoomId } from "@/stores/route.svelte";
import { isPossible, type Action } from "./registry.svelte";

/** Whether typing `event` means text where it went, so that a shortcut without Ctrl or Alt has to stay away. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "range"].includes(target.type);
  // A closed list too looks for what begins with the letter.
  if (target.closest('[role="combobox"], [aria-haspopup="listbox"]') !== null) return true;
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
}

/** Whether something lies over the room. A list that is part of the room does not, and what is just fading out no more. */
function isOverlaid(): boolean {
  const layers = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]:not(main *)';
  return document.querySelector(`:is(${layers}):not([data-state="closed"])`) !== null;
}

/** Handles keys by the records: the last registered of those that share a shortcut and may run now. */
export function shortcutHandler(list: readonly Action[], room: () => RoomId): (event: KeyboardEvent) => void {
  const byKeys = new Map<string, Action[]>();
  for (const action of list) {
    if (action.shortcut === undefined) continue;
    byKeys.set(action.shortcut, [action, ...(byKeys.get(action.shortcut) ?? [])]);
  }
  const handlers = Object.fromEntries(
    [...byKeys].map(([keys, candidates]) => [
      keys,
      (event: KeyboardEvent): void => {
        // A key that is held down is one wish, not many.
        if (event.defaultPrevented || event.isComposing || event.repeat || isTyping(event)) return;
        const overlaid = isOverlaid();
        const action = candidates.find(
          (candidate) =>
            (candidate.room === undefined || candidate.room === room()) &&
            (!overlaid || candidate.overDialogs === true) &&
            isPossible(candidate),
        );
        if (action === undefined) return;
        event.preventDefault();
        void action.run();
      },
    ]),
  );
  return createKeybindingsHandler(handlers);
}
