/** What can be done with transcripts by key and from the palette. */
import Download from "@lucide/svelte/icons/download";
import FileText from "@lucide/svelte/icons/file-text";
import ListChecks from "@lucide/svelte/icons/list-checks";
import Plus from "@lucide/svelte/icons/plus";
import Redo2 from "@lucide/svelte/icons/redo-2";
import Search from "@lucide/svelte/icons/search";
import Undo2 from "@lucide/svelte/icons/undo-2";
import UsersRound from "@lucide/svelte/icons/users-round";
import type { Action } from "@/actions/registry.svelte";
import { player } from "@/stores/player.svelte";
import { transcribing } from "@/stores/transcribing.svelte";
import { transcripts } from "@/stores/transcripts.svelte";
import * as deeds from "./deeds";
import { asks, view } from "./view.svelte";

/** A little of the sound, in milliseconds. */
const LITTLE = 3000;

/** Whether a key meets nothing that has a use for it. */
export function onNothing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  const uses =
    'input, textarea, select, button, a, [contenteditable="true"], [role="slider"], [role="menu"], [role="dialog"], [role="alertdialog"], [role="listbox"]';
  return target.closest(uses) === null;
}

/** Fields that have an undo of their own: all but the text of a line. */
function inOtherField(): boolean {
  const at = document.activeElement;
  if (at instanceof HTMLTextAreaElement) return at.closest("[data-line]") === null;
  return at instanceof HTMLInputElement;
}

export function transcriptRecords(): readonly Action[] {
  const base = { group: "voice", room: "voice" } as const;
  const opened = (): boolean => transcripts.editor !== null;
  const open = { ...base, guard: opened } as const;
  const heard = (): boolean => opened() && transcripts.editor?.summary?.item != null;
  const listening = { ...base, guard: heard, hidden: true } as const;
  return [
    {
      ...base,
      id: "transcript.new",
      title: "transcript.new",
      icon: Plus,
      shortcut: "$mod+n",
      keywords: ["transcribe", "转写"],
      run: deeds.begin,
    },
    {
      ...base,
      id: "transcript.send",
      title: "transcript.sendShort",
      icon: FileText,
      shortcut: "$mod+Enter",
      guard: () => !opened() && transcribing.ready,
      run: () => deeds.send(),
    },
    {
      ...base,
      id: "transcript.undo",
      title: "transcript.undo",
      icon: Undo2,
      shortcut: "$mod+z",
      guard: () => transcripts.editor?.canUndo === true && !inOtherField(),
      run: () => void transcripts.editor?.undo(),
    },
    {
      ...base,
      id: "transcript.redo",
      title: "transcript.redo",
      icon: Redo2,
      shortcut: "$mod+Shift+z",
      guard: () => transcripts.editor?.canRedo === true && !inOtherField(),
      run: () => void transcripts.editor?.redo(),
    },
    {
      ...open,
      id: "transcript.find",
      title: "transcript.search",
      icon: Search,
      shortcut: "$mod+f",
      keywords: ["replace", "替换"],
      run: (): void => {
        const { search } = transcripts;
        if (search === null) return;
        if (search.open) asks.search();
        else search.open = true;
      },
    },
    {
      ...open,
      id: "transcript.speakers",
      title: "transcript.speakers",
      icon: UsersRound,
      run: (): void => {
        view.speakers = true;
      },
    },
    { ...open, id: "transcript.copy", title: "transcript.copy", icon: FileText, run: () => deeds.copyAll() },
    {
      ...open,
      id: "transcript.exportMarkdown",
      title: "transcript.exportMarkdown",
      icon: Download,
      run: () => deeds.exportAs("markdown"),
    },
    {
      ...open,
      id: "transcript.exportSrt",
      title: "transcript.exportSrt",
      icon: Download,
      run: () => deeds.exportAs("srt"),
    },
    {
      ...open,
      id: "transcript.pieces",
      title: "transcript.seePieces",
      icon: ListChecks,
      guard: () => (transcripts.editor?.pieces.length ?? 0) > 0,
      run: (): void => {
        view.pieces = true;
      },
    },
    {
      ...listening,
      id: "transcript.play",
      title: "transcript.play",
      shortcut: "Control+Space",
      run: deeds.toggle,
    },
    {
      ...listening,
      id: "transcript.nextLine",
      title: "transcript.nextLine",
      shortcut: "Alt+ArrowDown",
      run: () => deeds.stepLine(1),
    },
    {
      ...listening,
      id: "transcript.previousLine",
      title: "transcript.previousLine",
      shortcut: "Alt+ArrowUp",
      run: () => deeds.stepLine(-1),
    },
    {
      ...listening,
      id: "transcript.back",
      title: "transcript.back",
      shortcut: "Alt+ArrowLeft",
      run: () => deeds.by(-LITTLE),
    },
    {
      ...listening,
      id: "transcript.forward",
      title: "transcript.forward",
      shortcut: "Alt+ArrowRight",
      run: () => deeds.by(LITTLE),
    },
    {
      ...listening,
      id: "transcript.slower",
      title: "transcript.slower",
      shortcut: "Alt+Comma",
      run: () => player.stepRate(-1),
    },
    {
      ...listening,
      id: "transcript.faster",
      title: "transcript.faster",
      shortcut: "Alt+Period",
      run: () => player.stepRate(1),
    },
  ];
}
