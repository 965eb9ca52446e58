/** Peaks of waveforms, fetched in tiles that serve every place and size: nothing is asked for twice while one scrolls. */
import { SvelteMap } from "svelte/reactivity";
import { peaksAddress } from "./source";

/** The finest stretch there is, in milliseconds. */
const FINEST = 10;
/** Stretches of a tile. */
const TILE = 512;
/** So many are kept: a megabyte or so. */
const MOST = 1000;
/** What couldn't be had is asked for again after so long, in milliseconds: its file may be back. */
const AGAIN = 20_000;
/** A stretch is no narrower than this, in pixels. */
const NARROWEST = 2.5;

/** A stretch's lowest and highest, from -127 to 127. */
export type Stretch = readonly [number, number];

/** How long a stretch is where a pixel is so many milliseconds. Each is twice as long as the one before. */
export function stretchFor(scale: number): number {
  const wanted = scale * NARROWEST;
  return wanted <= FINEST ? FINEST : FINEST * 2 ** Math.ceil(Math.log2(wanted / FINEST));
}

export type Fetch = (address: string) => Promise<ArrayBuffer | null>;

const fetched: Fetch = async (address) => {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.arrayBuffer() : null;
  } catch {
    return null;
  }
};

export class PeakTiles {
  /** What has come; null stands for what could not be had. */
  readonly #tiles = new SvelteMap<string, Int8Array | null>();
  readonly #asked = new Set<string>();
  /** Since when what could not be had is missing. */
  readonly #missing = new Map<string, number>();
  readonly #fetch: Fetch;
  readonly #now: () => number;

  constructor(fetch: Fetch = fetched, now: () => number = () => performance.now()) {
    this.#fetch = fetch;
    this.#now = now;
  }

  /**
   * The stretches from one place to another. What isn't there yet is asked for, and is undefined until then, or a coarser
   * one stands for it.
   */
  between(item: string, length: number, from: number, to: number, stretch: number): (Stretch | undefined)[] {
    const first = Math.max(0, Math.floor(from / stretch));
    const last = Math.min(Math.ceil(length / stretch), Math.ceil(to / stretch));
    const found: (Stretch | undefined)[] = [];
    for (let index = first; index < last; index++) {
      found.push(this.#at(item, length, stretch, index) ?? this.#coarser(item, length, stretch, index));
    }
    return found;
  }

  #at(item: string, length: number, stretch: number, index: number): Stretch | undefined {
    const number = Math.floor(index / TILE);
    const key = keyOf(item, stretch, number);
    const tile = this.#tiles.get(key);
    if (tile) return pairAt(tile, index % TILE);
    const isMissing = tile === null && this.#now() - (this.#missing.get(key) ?? 0) < AGAIN;
    if (!isMissing) this.#ask(item, length, stretch, number, key);
    return undefined;
  }

  /** Of those that are here already. */
  #coarser(item: string, length: number, stretch: number, index: number): Stretch | undefined {
    for (let wider = stretch * 2; wider < length; wider *= 2) {
      const place = Math.floor((index * stretch) / wider);
      const tile = this.#tiles.get(keyOf(item, wider, Math.floor(place / TILE)));
      if (tile) return pairAt(tile, place % TILE);
    }
    return undefined;
  }

  #ask(item: string, length: number, stretch: number, number: number, key: string): void {
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    const from = number * TILE * stretch;
    const to = Math.min(length, from + TILE * stretch);
    const count = Math.max(1, Math.ceil((to - from) / stretch));
    void this.#fetch(peaksAddress(item, from, to, count)).then((bytes) => {
      this.#asked.delete(key);
      if (bytes === null) this.#missing.set(key, this.#now());
      else this.#missing.delete(key);
      this.#keep(key, bytes === null ? null : new Int8Array(bytes));
    });
  }

  #keep(key: string, tile: Int8Array | null): void {
    this.#tiles.set(key, tile);
    for (const oldest of this.#tiles.keys()) {
      if (this.#tiles.size <= MOST) break;
      this.#tiles.delete(oldest);
      this.#missing.delete(oldest);
    }
  }
}

function keyOf(item: string, stretch: number, number: number): string {
  return `${item} ${stretch} ${number}`;
}

function pairAt(tile: Int8Array, place: number): Stretch | undefined {
  const low = tile[place * 2];
  const high = tile[place * 2 + 1];
  return low === undefined || high === undefined ? undefined : [low, high];
}

export const peaks = new PeakTiles();
