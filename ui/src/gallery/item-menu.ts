/** The menu of a picture; the same wherever it is shown. */
import ClipboardCopy from "@lucide/svelte/icons/clipboard-copy";
import AudioLines from "@lucide/svelte/icons/audio-lines";
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import BookOpenText from "@lucide/svelte/icons/book-open-text";
import Copy from "@lucide/svelte/icons/copy";
import Dices from "@lucide/svelte/icons/dices";
import Brush from "@lucide/svelte/icons/brush";
import Crop from "@lucide/svelte/icons/crop";
import Expand from "@lucide/svelte/icons/expand";
import FileDown from "@lucide/svelte/icons/file-down";
import FileOutput from "@lucide/svelte/icons/file-output";
import FolderOpen from "@lucide/svelte/icons/folder-open";
import Heart from "@lucide/svelte/icons/heart";
import ImageUpscale from "@lucide/svelte/icons/image-upscale";
import Paintbrush from "@lucide/svelte/icons/paintbrush";
import Palette from "@lucide/svelte/icons/palette";
import Repeat2 from "@lucide/svelte/icons/repeat-2";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Scissors from "@lucide/svelte/icons/scissors";
import SquareSplitHorizontal from "@lucide/svelte/icons/square-split-horizontal";
import SquareStack from "@lucide/svelte/icons/square-stack";
import TagIcon from "@lucide/svelte/icons/tag";
import TextQuote from "@lucide/svelte/icons/text-quote";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Wallpaper from "@lucide/svelte/icons/wallpaper";
import type { ItemView } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { t } from "@/i18n/index.svelte";
import type { Shown } from "@/stores/item-list";
import { choosers } from "./choosers.svelte";
import { canCompare, comparing } from "./compare/comparing.svelte";
import { pictures } from "@/stores/pictures.svelte";
import { route } from "@/stores/route.svelte";
import { refining } from "@/stores/refining.svelte";
import { beginFilmWith, filmWith, formOf, useRequestOf } from "./forms";
import * as doing from "./item-actions";
import { markAll, restoreAll, trashAll } from "./item-bulk";
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
    { label: t("image.cutOut"), icon: Scissors, shortcut: "O", run: () => doing.startFrom(item, "cut_out") },
    { label: t("watch.useIt"), icon: Clapperboard, run: () => void beginFilmWith(item) },
    { label: t("refine.markMenu"), icon: Brush, shortcut: "M", run: () => doing.mark(item) },
    { label: t("refine.cropMenu"), icon: Crop, shortcut: "K", run: () => refining.open("crop", item) },
    ...(item.has_alpha
      ? [
          {
            label: t("refine.backgroundMenu"),
            icon: Wallpaper,
            shortcut: "G",
            run: () => refining.open("background", item),
          },
        ]
      : []),
  ];
}

/** What other rooms do with a sound, or with a film and its sound. */
function soundEntries(item: ItemView): readonly MenuEntry[] {
  const { id } = item;
  const form = formOf(item);
  return [
    { label: t("watch.filmWith"), icon: Clapperboard, run: () => void filmWith(item) },
    ...(form === null
      ? []
      : [
          {
            label: t("image.useRecipe"),
            icon: BookOpenText,
            shortcut: "R",
            run: () => void useRequestOf(form, { item: id }),
          },
        ]),
    {
      label: t("library.editSound"),
      icon: AudioLines,
      run: () => route.go("voice", { tab: "record", item: id }),
    },
    {
      label: t("library.transcribe"),
      icon: TextQuote,
      run: () => route.go("voice", { tab: "transcribe", item: id }),
    },
  ];
}

/** What its recipe is good for. */
function recipeEntries(item: ItemView): readonly MenuEntry[] {
  const style: MenuEntry = {
    label: t("image.useAsStyle"),
    icon: Palette,
    disabled: (pictures.makeModel?.max_style_references ?? 0) === 0,
    run: () => {
      doing.followStyle(item);
      route.go("image");
    },
  };
  return [
    ...(doing.wasAskedFor(item)
      ? [
          {
            label: t("image.again"),
            icon: Repeat2,
            shortcut: "A",
            run: () => void doing.makeAgain(item, "again"),
          },
        ]
      : []),
    ...(item.origin === "made"
      ? [
          {
            label: t("image.vary"),
            icon: Dices,
            shortcut: "V",
            run: () => void doing.makeAgain(item, "vary"),
          },
        ]
      : []),
    {
      label: t("image.useRecipe"),
      icon: BookOpenText,
      shortcut: "R",
      run: () => void doing.useRecipeOf(item),
    },
    style,
  ];
}

/**
 * `chosen` are the selected pictures as far as they are loaded, `shown` the list that the large view steps through, `ids` all
 * that are selected.
 */
export function itemMenu(
  chosen: readonly ItemView[],
  shown: Shown,
  ids: readonly string[] = chosen.map((entry) => entry.id),
): readonly MenuEntry[] {
  const [item] = chosen;
  if (item === undefined) return [];
  const one = ids.length === 1;
  const trashed = item.trashed_at !== null;
  if (trashed) {
    return [
      { label: t("library.restore"), icon: RotateCcw, run: () => void restoreAll(ids) },
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
    run: () => (one ? void doing.toggleFavourite(chosen) : markAll(ids, !allFavourites)),
  };
  const places: readonly MenuEntry[] = choosers.shown
    ? [
        {
          label: t("boards.toBoard"),
          icon: SquareStack,
          shortcut: "B",
          run: () => choosers.ask("board", ids),
        },
        { label: t("boards.tagIt"), icon: TagIcon, shortcut: "T", run: () => choosers.ask("tag", ids) },
      ]
    : [];
  const trash: MenuEntry = {
    label: t("library.trashIt"),
    icon: Trash2,
    shortcut: "Delete",
    danger: true,
    run: () => void trashAll(ids),
  };
  if (!one) {
    return [
      { heading: t("library.selected", { count: ids.length }) },
      ...(chosen.length === ids.length && canCompare(chosen)
        ? [
            {
              label: t("compare.these"),
              icon: SquareSplitHorizontal,
              shortcut: "C",
              run: () => void comparing.show(chosen, shown),
            },
          ]
        : []),
      favourite,
      ...places,
      {
        label: t("transfer.exportSeveral"),
        detail: t("transfer.dragHint"),
        icon: FileDown,
        shortcut: "$mod+E",
        run: () => doing.exportMany(ids, chosen),
      },
      "rule",
      trash,
    ];
  }
  return [
    { label: t("library.open"), icon: Expand, shortcut: "Enter", run: () => viewer.show(item, shown) },
    ...(item.kind === "picture" ? pictureEntries(item) : soundEntries(item)),
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
    ...(item.kind === "picture" ? (["rule", ...recipeEntries(item)] as const) : []),
    "rule",
    favourite,
    ...places,
    "rule",
    {
      label: t("library.exportRecipe"),
      icon: FileDown,
      shortcut: "$mod+E",
      run: () => void doing.exportItem(item, true),
    },
    {
      label: t("transfer.exportAs"),
      detail: t("transfer.dragHint"),
      icon: FileOutput,
      shortcut: "$mod+Shift+E",
      run: () => doing.exportMany(ids, chosen),
    },
    ...(item.kind === "picture"
      ? [{ label: t("library.copy"), icon: Copy, shortcut: "$mod+C", run: () => void doing.copyItem(item) }]
      : []),
    ...(item.prompt !== null && item.prompt !== ""
      ? [
          {
            label: t("library.copyPrompt"),
            icon: ClipboardCopy,
            run: () => void doing.copyText(item.prompt ?? ""),
          },
        ]
      : []),
    { label: t("library.showInFolder"), icon: FolderOpen, run: () => void doing.showInFolder(item) },
    "rule",
    trash,
  ];
}
