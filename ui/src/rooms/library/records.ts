/** What can be done in the Library by key and from the palette. */
import Download from "@lucide/svelte/icons/download";
import PanelRight from "@lucide/svelte/icons/panel-right";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Search from "@lucide/svelte/icons/search";
import Trash2 from "@lucide/svelte/icons/trash-2";
import type { Action } from "@/actions/registry.svelte";
import { restore } from "@/gallery/item-actions";
import { library } from "@/stores/library.svelte";

export function libraryRecords(does: {
  readonly bring: () => void;
  readonly search: () => void;
  readonly details: () => void;
  readonly emptyTrash: () => void;
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
      run: does.bring,
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
      run: () => restore(library.chosen()),
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
