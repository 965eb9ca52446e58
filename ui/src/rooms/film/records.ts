/** What can be done in the Film room by key and from the palette. */
import ClipboardPaste from "@lucide/svelte/icons/clipboard-paste";
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import FilePlus2 from "@lucide/svelte/icons/file-plus-2";
import Film from "@lucide/svelte/icons/film";
import PanelRight from "@lucide/svelte/icons/panel-right";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import type { FilmMode } from "@/bindings";
import type { Action } from "@/actions/registry.svelte";
import { isUncovered, typing } from "@/gallery/keys";
import { t } from "@/i18n/index.svelte";
import { films } from "@/stores/films.svelte";
import { notices } from "@/stores/notices.svelte";
import { FILM_MODES } from "@/stores/film-form";

export function filmRecords(does: {
  readonly send: () => void;
  readonly paste: () => void;
  readonly choose: () => void;
  readonly details: () => void;
}): readonly Action[] {
  const base = { group: "film", room: "film" } as const;
  const mode = (wanted: FilmMode, index: number): Action => ({
    ...base,
    id: `film.mode.${wanted}`,
    title: `film.mode_${wanted}`,
    icon: Film,
    shortcut: `Alt+${String(index + 1)}`,
    guard: () => films.modes.includes(wanted),
    run: () => films.chooseMode(wanted),
  });
  return [
    {
      ...base,
      id: "film.send",
      title: "film.send",
      icon: Clapperboard,
      shortcut: "$mod+Enter",
      overDialogs: true,
      guard: () => films.ready && !films.sending && isUncovered(),
      run: does.send,
    },
    {
      ...base,
      id: "film.paste",
      title: "film.pasteIt",
      icon: ClipboardPaste,
      shortcut: "$mod+v",
      guard: () => !typing(),
      run: does.paste,
    },
    {
      ...base,
      id: "film.choose",
      title: "film.chooseFile",
      icon: FilePlus2,
      shortcut: "$mod+o",
      run: does.choose,
    },
    {
      ...base,
      id: "film.details",
      title: "film.details",
      icon: PanelRight,
      shortcut: "i",
      run: does.details,
    },
    {
      ...base,
      id: "film.reset",
      title: "film.reset",
      icon: RotateCcw,
      run: () => {
        const back = films.reset();
        notices.info(t("film.formReset"), back === null ? undefined : { label: t("common.undo"), run: back });
      },
    },
    ...FILM_MODES.map(mode),
  ];
}
