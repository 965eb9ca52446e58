/** What can be done in the Music room by key and from the palette. */
import Music from "@lucide/svelte/icons/music";
import PanelRight from "@lucide/svelte/icons/panel-right";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import type { MusicUse } from "@/bindings";
import type { Action } from "@/actions/registry.svelte";
import { isUncovered } from "@/gallery/keys";
import { t } from "@/i18n/index.svelte";
import { MUSIC_USES } from "@/stores/music-form";
import { music } from "@/stores/music.svelte";
import { notices } from "@/stores/notices.svelte";

export function musicRecords(does: {
  readonly send: () => void;
  readonly details: () => void;
}): readonly Action[] {
  const base = { group: "music", room: "music" } as const;
  const use = (wanted: MusicUse, index: number): Action => ({
    ...base,
    id: `music.use.${wanted}`,
    title: `music.use_${wanted}`,
    icon: Music,
    shortcut: `Alt+${String(index + 1)}`,
    guard: () => music.uses.includes(wanted),
    run: () => music.change({ use: wanted }),
  });
  return [
    {
      ...base,
      id: "music.send",
      title: "music.send",
      icon: Music,
      shortcut: "$mod+Enter",
      overDialogs: true,
      guard: () => music.ready && !music.sending && isUncovered(),
      run: does.send,
    },
    {
      ...base,
      id: "music.details",
      title: "music.details",
      icon: PanelRight,
      shortcut: "i",
      run: does.details,
    },
    {
      ...base,
      id: "music.reset",
      title: "music.reset",
      icon: RotateCcw,
      run: () => {
        const back = music.reset();
        notices.info(
          t("music.formReset"),
          back === null ? undefined : { label: t("common.undo"), run: back },
        );
      },
    },
    ...MUSIC_USES.map(use),
  ];
}
