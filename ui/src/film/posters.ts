/** Has each film shown by a frame of its own: the first time somebody sees it, one is taken and kept. */
import type { ItemView } from "@/bindings";
import { keepPoster } from "@/stores/film-frames";
import { itemAddress } from "@/gallery/media";
import { grab } from "./grab";

/** Not the very first frame, which often is black. */
const AT = 1;
/** Nobody waits longer for a frame, in milliseconds. */
const PATIENCE = 20_000;
/** Posters are never shown larger, in pixels of the longer side. */
const LONGEST = 960;

/** Takes a frame out of a film; null when it doesn't come. */
async function frameOf(address: string): Promise<string | null> {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "auto";
  video.crossOrigin = "anonymous";
  const until = (event: "loadeddata" | "seeked"): Promise<boolean> =>
    new Promise((resolve) => {
      const limit = setTimeout(() => resolve(false), PATIENCE);
      const settle = (came: boolean) => (): void => {
        clearTimeout(limit);
        resolve(came);
      };
      video.addEventListener(event, settle(true), { once: true });
      video.addEventListener("error", settle(false), { once: true });
    });
  try {
    const loaded = until("loadeddata");
    video.src = address;
    if (!(await loaded) || video.videoWidth === 0) return null;
    const at = Math.min(AT, Number.isFinite(video.duration) ? video.duration / 3 : 0);
    if (at > 0) {
      const sought = until("seeked");
      video.currentTime = at;
      if (!(await sought)) return null;
    }
    return await grab(video, LONGEST);
  } catch {
    // What can't be decoded here is shown by its sign.
    return null;
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}

/** One film at a time: decoding takes a core. */
class Posters {
  readonly #asked = new Set<string>();
  #turn: Promise<void> = Promise.resolve();

  /** Has a poster made, once a session: what came to nothing isn't tried with each look. */
  want(film: Pick<ItemView, "id">): void {
    if (this.#asked.has(film.id)) return;
    this.#asked.add(film.id);
    this.#turn = this.#turn.then(async () => {
      const png = await frameOf(itemAddress(film.id));
      if (png !== null) await keepPoster(film.id, png);
    });
  }
}

export const posters = new Posters();
