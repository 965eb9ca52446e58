/** What can be done in the Library by key and from the palette. */
import ClipboardPaste from "@lucide/svelte/icons/clipboard-paste";
import Download from "@lucide/svelte/icons/download";
import FolderDown from "@lucide/svelte/icons/folder-down";
import PanelLeft from "@lucide/svelte/icons/panel-left";
import PanelRight from "@lucide/svelte/icons/panel-right";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Search from "@lucide/svelte/icons/search";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Undo2 from "@lucide/svelte/icons/undo-2";
import type { Action } from "@/actions/registry.svelte";
import { chosenIds, restoreAll, undoLast } from "@/gallery/item-bulk";
import { library } from "@/stores/library.svelte";
import { undos } from "@/stores/undo.svelte";

export type ImportSource = "files" | "folder" | "clipboard";

/** What is pasted there is text, and what is taken back is what was typed. */
function isWriting(): boolean {
  const at = document.activeElement;
  return at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement;
}

export function libraryRecords(does: {
  readonly bring: (from: ImportSource) => void;
  readonly search: () => void;
  readonly details: () => void;
  readonly emptyTrash: () => void;
  readonly boards: () => void;
}): readonly Action[] {
  const base = { group: "library", room: "library" } as const;
  const inTrash = () => library.filter.trashed;
  return [
    {
      ...base,
      id: "library.search",
      title: "library.focusSearch",
      icon: Search,
      shortcut: "$mod+f",
      run: does.search,
    },
    {
      ...base,
      id: "library.import",
      title: "library.import",
      icon: Download,
      shortcut: "$mod+o",
      keywords: ["photograph", "file", "照片"],
      run: () => does.bring("files"),
    },
    {
      ...base,
      id: "library.importFolder",
      title: "transfer.importFolder",
      icon: FolderDown,
      shortcut: "$mod+Shift+o",
      keywords: ["directory", "文件夹"],
      run: () => does.bring("folder"),
    },
    {
      ...base,
      id: "library.importPaste",
      title: "transfer.importPaste",
      icon: ClipboardPaste,
      shortcut: "$mod+v",
      guard: () => !isWriting(),
      run: () => does.bring("clipboard"),
    },
    {
      ...base,
      id: "library.details",
      title: "image.switchDetails",
      icon: PanelRight,
      shortcut: "i",
      run: does.details,
    },
    {
      ...base,
      id: "library.boards",
      title: "boards.switch",
      icon: PanelLeft,
      shortcut: "l",
      run: does.boards,
    },
    {
      ...base,
      id: "library.undo",
      title: "boards.undo",
      icon: Undo2,
      shortcut: "$mod+z",
      guard: () => undos.possible && !isWriting(),
      run: undoLast,
    },
    {
      ...base,
      id: "library.trash",
      title: "library.openTrash",
      icon: Trash2,
      run: () => library.ask({ trashed: !inTrash() }),
    },
    {
      ...base,
      id: "library.restore",
      title: "library.restore",
      icon: RotateCcw,
      guard: () => inTrash() && library.chosen().length > 0,
      run: () => restoreAll(chosenIds()),
    },
    {
      ...base,
      id: "library.emptyTrash",
      title: "library.emptyTrash",
      icon: Trash2,
      guard: () => inTrash() && library.total > 0,
      run: does.emptyTrash,
    },
  ];
}
