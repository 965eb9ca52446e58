/** What can be done in the Image room by key and from the palette. */
import ClipboardPaste from "@lucide/svelte/icons/clipboard-paste";
import ImagePlus from "@lucide/svelte/icons/image-plus";
import ImageUpscale from "@lucide/svelte/icons/image-upscale";
import LayoutGrid from "@lucide/svelte/icons/layout-grid";
import Paintbrush from "@lucide/svelte/icons/paintbrush";
import PanelRight from "@lucide/svelte/icons/panel-right";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Scissors from "@lucide/svelte/icons/scissors";
import Sparkles from "@lucide/svelte/icons/sparkles";
import Wand from "@lucide/svelte/icons/wand-sparkles";
import type { Action } from "@/actions/registry.svelte";
import { isUncovered, typing } from "@/gallery/keys";
import { t } from "@/i18n/index.svelte";
import { notices } from "@/stores/notices.svelte";
import { pictures } from "@/stores/pictures.svelte";

export function imageRecords(does: {
  readonly send: () => void;
  readonly paste: () => void;
  readonly choose: () => void;
  readonly details: () => void;
}): readonly Action[] {
  const base = { group: "image", room: "image" } as const;
  return [
    {
      ...base,
      id: "image.send",
      title: "image.send",
      icon: Sparkles,
      shortcut: "$mod+Enter",
      overDialogs: true,
      guard: () => pictures.ready && !pictures.sending && isUncovered(),
      run: does.send,
    },
    {
      ...base,
      id: "image.paste",
      title: "image.pasteIt",
      icon: ClipboardPaste,
      shortcut: "$mod+v",
      guard: () => !typing(),
      run: does.paste,
    },
    {
      ...base,
      id: "image.choose",
      title: "image.choosePhotograph",
      icon: ImagePlus,
      shortcut: "$mod+o",
      run: does.choose,
    },
    {
      ...base,
      id: "image.details",
      title: "image.switchDetails",
      icon: PanelRight,
      shortcut: "i",
      run: does.details,
    },
    {
      ...base,
      id: "image.many",
      title: "batch.many",
      icon: LayoutGrid,
      shortcut: "Alt+m",
      run: () => pictures.change({ mode: "make", many: !pictures.fields.many }),
    },
    {
      ...base,
      id: "image.reset",
      title: "image.resetForm",
      icon: RotateCcw,
      run: () => {
        const back = pictures.reset();
        notices.info(
          t("image.formReset"),
          back === null ? undefined : { label: t("common.undo"), run: back },
        );
      },
    },
    {
      ...base,
      id: "image.mode.make",
      title: "image.modeMake",
      icon: Wand,
      shortcut: "Alt+1",
      run: () => pictures.change({ mode: "make" }),
    },
    {
      ...base,
      id: "image.mode.edit",
      title: "image.modeEdit",
      icon: Paintbrush,
      shortcut: "Alt+2",
      run: () => pictures.change({ mode: "edit" }),
    },
    {
      ...base,
      id: "image.mode.upscale",
      title: "image.modeUpscale",
      icon: ImageUpscale,
      shortcut: "Alt+3",
      run: () => pictures.change({ mode: "upscale" }),
    },
    {
      ...base,
      id: "image.mode.cutOut",
      title: "image.modeCutOut",
      icon: Scissors,
      shortcut: "Alt+4",
      run: () => pictures.change({ mode: "cut_out" }),
    },
  ];
}
