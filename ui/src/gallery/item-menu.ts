/** The menu of a picture; the same wherever it is shown. */
import Copy from "@lucide/svelte/icons/copy";
import Expand from "@lucide/svelte/icons/expand";
import FileDown from "@lucide/svelte/icons/file-down";
import FileOutput from "@lucide/svelte/icons/file-output";
import FolderOpen from "@lucide/svelte/icons/folder-open";
import Heart from "@lucide/svelte/icons/heart";
import ImageUpscale from "@lucide/svelte/icons/image-upscale";
import Paintbrush from "@lucide/svelte/icons/paintbrush";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Scissors from "@lucide/svelte/icons/scissors";
import SquareSplitHorizontal from "@lucide/svelte/icons/square-split-horizontal";
import Trash2 from "@lucide/svelte/icons/trash-2";
import type { ItemView } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { t } from "@/i18n/index.svelte";
import * as doing from "./item-actions";
import { hasBefore, viewer } from "./viewer.svelte";

function pictureEntries(item: ItemView): readonly MenuEntry[] {
  return [
    { label: t("image.edit"), icon: Paintbrush, shortcut: "E", run: () => doing.startFrom(item, "edit") },
    {
      label: t("image.upscale"),
      icon: ImageUpscale,
      shortcut: "U",
      run: () => doing.startFrom(item, "upscale"),
    },
    { label: t("image.cutOut"), icon: Scissors, shortcut: "X", run: () => doing.startFrom(item, "cut_out") },
  ];
}

/** `chosen` are the selected pictures, `shown` the list that the large view steps through. */
export function itemMenu(chosen: readonly ItemView[], shown: readonly ItemView[]): readonly MenuEntry[] {
  const [item] = chosen;
  if (item === undefined) return [];
  const one = chosen.length === 1;
  const trashed = item.trashed_at !== null;
  if (trashed) {
    return [
      { label: t("library.restore"), icon: RotateCcw, run: () => void doing.restore(chosen) },
      {
        label: t("library.open"),
        icon: Expand,
        shortcut: "Enter",
        disabled: !one,
        run: () => viewer.show(item, shown),
      },
    ];
  }
  const allFavourites = chosen.every((entry) => entry.favourite);
  const favourite: MenuEntry = {
    label: t(allFavourites ? "library.unfavourite" : "library.favourite"),
    icon: Heart,
    shortcut: "F",
    run: () => void doing.toggleFavourite(chosen),
  };
  const trash: MenuEntry = {
    label: t("library.trashIt"),
    icon: Trash2,
    shortcut: "Delete",
    danger: true,
    run: () => void doing.trash(chosen),
  };
  if (!one) return [{ heading: t("library.selected", { count: chosen.length }) }, favourite, "rule", trash];
  return [
    { label: t("library.open"), icon: Expand, shortcut: "Enter", run: () => viewer.show(item, shown) },
    ...(item.kind === "picture" ? pictureEntries(item) : []),
    ...(hasBefore(item)
      ? [
          {
            label: t("image.compare"),
            icon: SquareSplitHorizontal,
            shortcut: "C",
            run: () => void doing.compare(item, shown),
          },
        ]
      : []),
    "rule",
    favourite,
    {
      label: t("library.exportRecipe"),
      icon: FileDown,
      shortcut: "$mod+E",
      run: () => void doing.exportItem(item, true),
    },
    { label: t("library.exportBare"), icon: FileOutput, run: () => void doing.exportItem(item, false) },
    ...(item.kind === "picture"
      ? [{ label: t("library.copy"), icon: Copy, shortcut: "$mod+C", run: () => void doing.copyItem(item) }]
      : []),
    { label: t("library.showInFolder"), icon: FolderOpen, run: () => void doing.showInFolder(item) },
    "rule",
    trash,
  ];
}
