/** The actions on the pictures that are selected in a room: what its menu offers, with keys and in the palette. */
import Copy from "@lucide/svelte/icons/copy";
import Expand from "@lucide/svelte/icons/expand";
import FileDown from "@lucide/svelte/icons/file-down";
import Heart from "@lucide/svelte/icons/heart";
import ImageUpscale from "@lucide/svelte/icons/image-upscale";
import Paintbrush from "@lucide/svelte/icons/paintbrush";
import Scissors from "@lucide/svelte/icons/scissors";
import SquareSplitHorizontal from "@lucide/svelte/icons/square-split-horizontal";
import Star from "@lucide/svelte/icons/star";
import Trash2 from "@lucide/svelte/icons/trash-2";
import type { Action } from "@/actions/registry.svelte";
import type { ItemView } from "@/bindings";
import * as doing from "./item-actions";
import { hasBefore, viewer } from "./viewer.svelte";

type Records = {
  readonly room: "image" | "library";
  readonly chosen: () => readonly ItemView[];
  /** The list that the large view steps through. */
  readonly shown: () => readonly ItemView[];
};

/** Text that is marked is what Ctrl+C is about. */
function nothingMarked(): boolean {
  return (
    getSelection()?.isCollapsed !== false &&
    !(document.activeElement instanceof HTMLInputElement) &&
    !(document.activeElement instanceof HTMLTextAreaElement)
  );
}

export function itemRecords({ room, chosen, shown }: Records): readonly Action[] {
  const kept = () => chosen().filter((item) => item.trashed_at === null);
  const some = () => kept().length > 0;
  const one = () => {
    const [first, second] = kept();
    return first !== undefined && second === undefined ? first : null;
  };
  const withOne = (run: (item: ItemView) => void) => () => {
    const item = one();
    if (item !== null) run(item);
  };
  const base = { group: room, room } as const;
  const isOne = () => one() !== null;
  const isPicture = () => one()?.kind === "picture";
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
      shortcut: "x",
      guard: isPicture,
      run: withOne((item) => doing.startFrom(item, "cut_out")),
    },
    {
      ...base,
      id: `${room}.item.compare`,
      title: "image.compare",
      icon: SquareSplitHorizontal,
      shortcut: "c",
      guard: () => {
        const item = one();
        return item !== null && hasBefore(item);
      },
      run: withOne((item) => void doing.compare(item, shown())),
    },
    {
      ...base,
      id: `${room}.item.favourite`,
      title: "library.favourite",
      icon: Heart,
      shortcut: "f",
      guard: some,
      run: () => doing.toggleFavourite(kept()),
    },
    {
      ...base,
      id: `${room}.item.export`,
      title: "library.exportRecipe",
      icon: FileDown,
      shortcut: "$mod+e",
      guard: isOne,
      run: withOne((item) => void doing.exportItem(item, true)),
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
      run: () => doing.trash(kept()),
    },
    ...([1, 2, 3, 4, 5] as const).map((stars): Action => ({
      ...base,
      id: `${room}.item.rate${String(stars)}`,
      title: `library.rate${stars}`,
      icon: Star,
      shortcut: String(stars),
      guard: some,
      run: () => doing.rate(kept(), stars),
    })),
    {
      ...base,
      id: `${room}.item.rate0`,
      title: "library.rate0",
      icon: Star,
      shortcut: "0",
      guard: some,
      run: () => doing.rate(kept(), 0),
    },
  ];
}
