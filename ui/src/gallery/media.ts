/** Addresses and placeholders of pictures. */
import { thumbHashToAverageRGBA, thumbHashToDataURL } from "thumbhash";
import type { ItemView } from "@/bindings";
import { app } from "@/stores/app.svelte";

const USUAL_RATIO = 1.5;

export type ThumbSize = "small" | "large";
/** The small thumbnail fits 420 × 240 pixels; a little beyond that it is still sharp enough. */
const SMALL = { width: 440, height: 252 } as const;

export function thumbAddress(item: string, size: ThumbSize): string {
  return `${app.state?.media_origin ?? ""}/thumb/${item}/${size}`;
}

/** The thumbnail of an item. A film may be given another one, which comes under another address. */
export function thumbOf(item: Pick<ItemView, "id" | "kind" | "thumbhash">, size: ThumbSize): string {
  const address = thumbAddress(item.id, size);
  if (item.kind !== "film" || item.thumbhash === null) return address;
  return `${address}?${encodeURIComponent(item.thumbhash)}`;
}

export function itemAddress(item: string): string {
  return `${app.state?.media_origin ?? ""}/item/${item}`;
}

/** Width by height to show an item at; sound has none of its own. */
export function ratioOf(item: ItemView): number {
  return item.width > 0 && item.height > 0 ? item.width / item.height : USUAL_RATIO;
}

/** `image/webp` as `WEBP`. */
export function formatOf(item: ItemView): string {
  return item.mime.replace(/^\w+\/(x-)?/, "").toUpperCase();
}

/** The thumbnail for a picture that is shown this large, in CSS pixels. */
export function sizeToShow(width: number, height: number): ThumbSize {
  const fits = width * devicePixelRatio <= SMALL.width && height * devicePixelRatio <= SMALL.height;
  return fits ? "small" : "large";
}

/** The least recently asked for go when there are too many. */
class Remembered<V> {
  readonly #kept = new Map<string, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    const value = this.#kept.get(key);
    if (value === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#kept.set(key, value);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
  }
}

const placeholders = new Remembered<string>(400);

/** A blurred picture of a few pixels, as an address; null when there is none or it can't be read. */
export function placeholder(thumbhash: string | null): string | null {
  if (thumbhash === null) return null;
  const kept = placeholders.get(thumbhash);
  if (kept !== undefined) return kept;
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0));
    if (bytes.length < 5) return null;
    const address = thumbHashToDataURL(bytes);
    placeholders.set(thumbhash, address);
    return address;
  } catch {
    return null;
  }
}

/** The mean colour of a picture, from the first bytes of its hash; null when there is none. */
export function colourOf(thumbhash: string | null): string | null {
  if (thumbhash === null || thumbhash.length < 8) return null;
  try {
    const start = Uint8Array.from(atob(thumbhash.slice(0, 8)), (letter) => letter.charCodeAt(0));
    const { r, g, b, a } = thumbHashToAverageRGBA(start);
    // What is partly transparent has the checkerboard's ground.
    if (a < 0.99) return null;
    return `rgb(${[r, g, b].map((part) => Math.round(part * 255)).join(" ")})`;
  } catch {
    return null;
  }
}

const shown = new Remembered<true>(600);

/** Whether a picture was shown a moment ago: then it comes without fading in. */
export function wasShown(address: string): boolean {
  return shown.get(address) === true;
}

export function nowShown(address: string): void {
  shown.set(address, true);
}

/** The picture of a character. */
export function characterAddress(slug: string): string {
  return `${app.state?.media_origin ?? ""}/character/${encodeURIComponent(slug)}`;
}
