/** What is done with a frame of a film, wherever it is watched. Each says how it went. */
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import Flag from "@lucide/svelte/icons/flag";
import ImageDown from "@lucide/svelte/icons/image-down";
import ImagePlay from "@lucide/svelte/icons/image-play";
import type { ItemView } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { beginFilmWith, endFilmWith } from "@/gallery/forms";
import { complain } from "@/gallery/item-complain";
import "@/i18n/watch";
import { t } from "@/i18n/index.svelte";
import { keepFrame, keepPoster } from "@/stores/film-frames";
import { notices } from "@/stores/notices.svelte";
import { grab } from "./grab";
import type { Playback } from "./playback.svelte";

/** A poster is never shown larger than this, in pixels of its longer side. */
const POSTER = 960;

async function frameOf(playback: Playback, longest: number | null = null): Promise<string | null> {
  const video = playback.element;
  playback.pause();
  // The frame that was gone to, not the one that is still seen on the way there.
  await playback.arrived();
  let png: string | null = null;
  try {
    png = video === null ? null : await grab(video, longest);
  } catch {
    // A frame that can't be read back says so below.
  }
  if (png === null) notices.info(t("watch.cantGrab"));
  return png;
}

async function kept(film: ItemView, playback: Playback): Promise<ItemView | null> {
  const png = await frameOf(playback);
  if (png === null) return null;
  const answer = await keepFrame(film.id, playback.at, png);
  if (answer.status === "ok") return answer.data;
  complain(answer.error);
  return null;
}

/** Keeps the frame that is shown as a picture of the Library. */
export async function keepShown(film: ItemView, playback: Playback): Promise<void> {
  const picture = await kept(film, playback);
  if (picture !== null) {
    notices.success(t("watch.kept"), { label: t("watch.useIt"), run: () => void beginFilmWith(picture) });
  }
}

/** Keeps it, and begins a film with it. */
export async function beginWithShown(film: ItemView, playback: Playback): Promise<void> {
  const picture = await kept(film, playback);
  if (picture !== null) await beginFilmWith(picture);
}

async function endWithShown(film: ItemView, playback: Playback): Promise<void> {
  const picture = await kept(film, playback);
  if (picture !== null) await endFilmWith(picture);
}

async function posterOf(film: ItemView, playback: Playback): Promise<void> {
  const png = await frameOf(playback, POSTER);
  if (png === null) return;
  const answer = await keepPoster(film.id, png);
  if (answer.status === "error") complain(answer.error);
  else notices.success(t("watch.posterKept"));
}

/** What the frame that is shown is good for. */
export function frameEntries(film: ItemView, playback: Playback): readonly MenuEntry[] {
  return [
    {
      label: t("watch.keep"),
      icon: ImageDown,
      shortcut: "S",
      run: () => void keepShown(film, playback),
    },
    {
      label: t("watch.begin"),
      icon: Clapperboard,
      shortcut: "Shift+S",
      run: () => void beginWithShown(film, playback),
    },
    { label: t("watch.end"), icon: Flag, run: () => void endWithShown(film, playback) },
    { label: t("watch.poster"), icon: ImagePlay, run: () => void posterOf(film, playback) },
  ];
}

/** The keys of the player. True when one was taken. */
export function filmKey(event: KeyboardEvent, film: ItemView, playback: Playback): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const target = event.target instanceof Element ? event.target : null;
  const typed = "input, textarea, select, [contenteditable], [role=menu], [role=combobox], [role=listbox]";
  if (target?.closest(`${typed}, [aria-haspopup=listbox]`) != null) return false;
  // What lies over the player has the keys; what it lies in has not.
  const over = target?.closest("[role=dialog], [role=alertdialog]") ?? null;
  if (over !== null && !over.contains(playback.element)) return false;
  const key = event.key;
  // It presses the button that has the keyboard.
  if (key === " " && target?.closest("button, a, [role=checkbox], [role=switch]") != null) return false;
  // One that is held down steps on and on; anything else is one wish.
  if (event.repeat && !",.<>".includes(key)) return /^[ lms]$/i.test(key);
  if (key === " ") playback.toggle();
  else if (key === ",") playback.step(-1);
  else if (key === ".") playback.step(1);
  else if (key === "<") playback.stepSpeed(-1);
  else if (key === ">") playback.stepSpeed(1);
  else if (key.toLowerCase() === "l") playback.setLoop(!playback.loop);
  else if (key.toLowerCase() === "m") playback.mute(!playback.muted);
  else if (key === "s") void keepShown(film, playback);
  else if (key === "S") void beginWithShown(film, playback);
  else return false;
  return true;
}
