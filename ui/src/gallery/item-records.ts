/** The actions on the pictures that are selected in a room: what its menu offers, with keys and in the palette. */
import ArrowRightToLine from "@lucide/svelte/icons/arrow-right-to-line";
import ClipboardCopy from "@lucide/svelte/icons/clipboard-copy";
import BookOpenText from "@lucide/svelte/icons/book-open-text";
import Copy from "@lucide/svelte/icons/copy";
import Dices from "@lucide/svelte/icons/dices";
import Brush from "@lucide/svelte/icons/brush";
import Crop from "@lucide/svelte/icons/crop";
import Expand from "@lucide/svelte/icons/expand";
import FileDown from "@lucide/svelte/icons/file-down";
import FileOutput from "@lucide/svelte/icons/file-output";
import Heart from "@lucide/svelte/icons/heart";
import ImageUpscale from "@lucide/svelte/icons/image-upscale";
import Paintbrush from "@lucide/svelte/icons/paintbrush";
import Repeat2 from "@lucide/svelte/icons/repeat-2";
import Scissors from "@lucide/svelte/icons/scissors";
import SquareSplitHorizontal from "@lucide/svelte/icons/square-split-horizontal";
import SquareStack from "@lucide/svelte/icons/square-stack";
import Star from "@lucide/svelte/icons/star";
import Tag from "@lucide/svelte/icons/tag";
import Trash2 from "@lucide/svelte/icons/trash-2";
import ThumbsDown from "@lucide/svelte/icons/thumbs-down";
import type { Action } from "@/actions/registry.svelte";
import type { ItemView } from "@/bindings";
import type { Shown } from "@/stores/item-list";
import { refining } from "@/stores/refining.svelte";
import Wallpaper from "@lucide/svelte/icons/wallpaper";
import { formOf, useRequestOf } from "./forms";
import * as doing from "./item-actions";
import { markAll, rateAll, trashAll } from "./item-bulk";
import { choosers } from "./choosers.svelte";
import { canCompare, comparing } from "./compare/comparing.svelte";
import { triage } from "./triage.svelte";
import { hasBefore, viewer } from "./viewer.svelte";

type Records = {
  readonly room: "image" | "film" | "music" | "library";
  /** What is selected, as far as it is loaded. */
  readonly chosen: () => readonly ItemView[];
  /** All of it by id, for what is done to many at once. */
  readonly ids: () => readonly string[];
  /** The list that the large view steps through. */
  readonly shown: () => Shown;
  /** Goes to the next picture; without it a rating stays where it is. */
  readonly next?: () => void;
  /** Those it was made together with: one that was made from nothing is compared with them. */
  readonly together?: () => readonly ItemView[];
};

/** Text that is marked is what Ctrl+C is about. */
function nothingMarked(): boolean {
  return (
    getSelection()?.isCollapsed !== false &&
    !(document.activeElement instanceof HTMLInputElement) &&
    !(document.activeElement instanceof HTMLTextAreaElement)
  );
}

/** Space presses the button that has the keyboard; elsewhere it opens what is selected. */
function onNoControl(): boolean {
  const current = document.activeElement;
  return current === null || current === document.body || current.closest("[role=grid]") !== null;
}

export function itemRecords({ room, chosen, ids, shown, next, together }: Records): readonly Action[] {
  const kept = () => chosen().filter((item) => item.trashed_at === null);
  const some = () => ids().length > 0;
  const many = () => ids().length > 1;
  const one = () => {
    const [first] = kept();
    return first !== undefined && !many() ? first : null;
  };
  const withOne = (run: (item: ItemView) => void) => () => {
    const item = one();
    if (item !== null) run(item);
  };
  const base = { group: room, room } as const;
  const isOne = () => one() !== null;
  // Without a next one a rating stays, whatever is wished.
  const rate = (stars: number, other = false): void => {
    if (many()) rateAll(ids(), stars);
    else if (next === undefined) void doing.rate(kept(), stars);
    else void triage.rate(kept(), stars, next, other);
  };
  const goingOn = (): readonly Action[] => [
    ...([1, 2, 3, 4, 5] as const).map((stars): Action => ({
      ...base,
      id: `${room}.item.rateOther${String(stars)}`,
      title: `boards.rateOther${stars}`,
      icon: Star,
      shortcut: `Shift+Digit${String(stars)}`,
      hidden: true,
      guard: some,
      run: () => rate(stars, true),
    })),
    {
      ...base,
      id: `${room}.advance`,
      title: "boards.switchAdvance",
      icon: ArrowRightToLine,
      shortcut: "n",
      run: () => triage.switchAdvance(),
    },
  ];
  const alike = () => (one() === null ? chosen() : (together?.() ?? []));
  const isPicture = () => one()?.kind === "picture";
  const formNow = () => {
    const item = one();
    return item === null ? null : formOf(item);
  };
  const wasAskedFor = () => {
    const item = one();
    return item !== null && doing.wasAskedFor(item);
  };
  return [
    {
      ...base,
      id: `${room}.item.open`,
      title: "library.open",
      icon: Expand,
      guard: isOne,
      run: withOne((item) => viewer.show(item, shown())),
    },
    {
      ...base,
      id: `${room}.item.look`,
      title: "boards.look",
      icon: Expand,
      shortcut: "Space",
      hidden: true,
      guard: () => isOne() && onNoControl(),
      run: withOne((item) => viewer.show(item, shown())),
    },
    {
      ...base,
      id: `${room}.item.edit`,
      title: "library.editIt",
      icon: Paintbrush,
      shortcut: "e",
      guard: isPicture,
      run: withOne((item) => doing.startFrom(item, "edit")),
    },
    {
      ...base,
      id: `${room}.item.upscale`,
      title: "library.upscaleIt",
      icon: ImageUpscale,
      shortcut: "u",
      guard: isPicture,
      run: withOne((item) => doing.startFrom(item, "upscale")),
    },
    {
      ...base,
      id: `${room}.item.cutOut`,
      title: "library.cutOutIt",
      icon: Scissors,
      shortcut: "o",
      guard: isPicture,
      run: withOne((item) => doing.startFrom(item, "cut_out")),
    },
    {
      ...base,
      id: `${room}.item.mark`,
      title: "refine.markIt",
      icon: Brush,
      shortcut: "m",
      guard: isPicture,
      run: withOne((item) => doing.mark(item)),
    },
    {
      ...base,
      id: `${room}.item.crop`,
      title: "refine.cropIt",
      icon: Crop,
      shortcut: "k",
      guard: isPicture,
      run: withOne((item) => refining.open("crop", item)),
    },
    {
      ...base,
      id: `${room}.item.background`,
      title: "refine.backgroundIt",
      icon: Wallpaper,
      shortcut: "g",
      guard: () => one()?.has_alpha === true,
      run: withOne((item) => refining.open("background", item)),
    },
    {
      ...base,
      id: `${room}.item.compare`,
      title: "compare.action",
      icon: SquareSplitHorizontal,
      shortcut: "c",
      guard: () => {
        const item = one();
        return (item !== null && hasBefore(item)) || canCompare(alike());
      },
      run: (): void => {
        const item = one();
        if (item !== null && hasBefore(item)) void doing.compare(item, shown());
        else comparing.show(alike(), shown());
      },
    },
    {
      ...base,
      id: `${room}.item.again`,
      title: "image.again",
      icon: Repeat2,
      shortcut: "a",
      guard: wasAskedFor,
      run: withOne((item) => void doing.makeAgain(item, "again")),
    },
    {
      ...base,
      id: `${room}.item.vary`,
      title: "image.vary",
      icon: Dices,
      shortcut: "v",
      guard: () => one()?.origin === "made" && isPicture(),
      run: withOne((item) => void doing.makeAgain(item, "vary")),
    },
    {
      ...base,
      id: `${room}.item.recipe`,
      title: "image.useRecipe",
      icon: BookOpenText,
      shortcut: "r",
      guard: () => isPicture() || formNow() !== null,
      run: withOne((item) => {
        const form = formOf(item);
        if (form === null) void doing.useRecipeOf(item);
        else void useRequestOf(form, { item: item.id });
      }),
    },
    {
      ...base,
      id: `${room}.item.favourite`,
      title: "library.favourite",
      icon: Heart,
      shortcut: "f",
      guard: some,
      run: () =>
        many()
          ? markAll(ids(), kept().length === 0 || !kept().every((item) => item.favourite))
          : doing.toggleFavourite(kept()),
    },
    {
      ...base,
      id: `${room}.item.toBoard`,
      title: "boards.toBoard",
      icon: SquareStack,
      shortcut: "b",
      guard: some,
      run: () => choosers.ask("board", ids()),
    },
    {
      ...base,
      id: `${room}.item.tag`,
      title: "boards.tagIt",
      icon: Tag,
      shortcut: "t",
      guard: some,
      run: () => choosers.ask("tag", ids()),
    },
    {
      ...base,
      id: `${room}.item.export`,
      title: "library.exportRecipe",
      icon: FileDown,
      shortcut: "$mod+e",
      guard: some,
      run: (): void => {
        const item = one();
        if (item === null) doing.exportMany(ids(), kept());
        else void doing.exportItem(item, true);
      },
    },
    {
      ...base,
      id: `${room}.item.exportAs`,
      title: "transfer.exportAs",
      icon: FileOutput,
      shortcut: "$mod+Shift+e",
      guard: some,
      run: () => doing.exportMany(ids(), kept()),
    },
    {
      ...base,
      id: `${room}.item.copy`,
      title: "library.copy",
      icon: Copy,
      shortcut: "$mod+c",
      guard: () => isPicture() && nothingMarked(),
      run: withOne((item) => void doing.copyItem(item)),
    },
    {
      ...base,
      id: `${room}.item.trash`,
      title: "library.trashIt",
      icon: Trash2,
      shortcut: "Delete",
      guard: some,
      run: () => trashAll(ids()),
    },
    {
      ...base,
      id: `${room}.item.reject`,
      title: "boards.reject",
      icon: ThumbsDown,
      shortcut: "x",
      guard: some,
      run: () => trashAll(ids()),
    },
    {
      ...base,
      id: `${room}.item.copyPrompt`,
      title: "library.copyPrompt",
      icon: ClipboardCopy,
      guard: () => (one()?.prompt ?? "") !== "",
      run: withOne((item) => void doing.copyText(item.prompt ?? "")),
    },
    ...([1, 2, 3, 4, 5] as const).map((stars): Action => ({
      ...base,
      id: `${room}.item.rate${String(stars)}`,
      title: `library.rate${stars}`,
      icon: Star,
      shortcut: String(stars),
      guard: some,
      run: () => rate(stars),
    })),
    {
      ...base,
      id: `${room}.item.rate0`,
      title: "library.rate0",
      icon: Star,
      shortcut: "0",
      guard: some,
      run: () => rate(0),
    },
    ...(next === undefined ? [] : goingOn()),
  ];
}
