/** A mask at the full resolution of its picture: 0 stays, 255 may change, and what lies between is soft. */

export const TILE = 256;
const TILE_PIXELS = TILE * TILE;

/** Pixels; right and bottom are just outside. */
export type Area = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** A tile of one value throughout is kept as that number: most of a mask is empty or full. */
export type Tile = number | Uint8Array;

/** What a step replaced: tiles by their place. */
export type TileChange = Map<number, Tile>;

export function bytesOf(change: TileChange): number {
  let bytes = 0;
  for (const tile of change.values()) bytes += typeof tile === "number" ? 16 : tile.byteLength;
  return bytes;
}

export function isEmpty(area: Area): boolean {
  return area.right <= area.left || area.bottom <= area.top;
}

export function joined(one: Area | null, other: Area): Area {
  if (one === null) return other;
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/**
 * The mask in tiles that are copied when a step first touches them. So a mask of 33 megapixels costs what is painted
 * of it, and a step back costs the tiles it changed.
 */
export class TiledMask {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  #tiles: Tile[];
  /** The sum of each tile's pixels that lie in the picture. */
  readonly #sums: Float64Array;
  #step: TileChange | null = null;

  constructor(width: number, height: number) {
    this.width = Math.max(1, Math.round(width));
    this.height = Math.max(1, Math.round(height));
    this.columns = Math.ceil(this.width / TILE);
    this.rows = Math.ceil(this.height / TILE);
    this.#tiles = new Array<Tile>(this.columns * this.rows).fill(0);
    this.#sums = new Float64Array(this.#tiles.length);
  }

  get whole(): Area {
    return { left: 0, top: 0, right: this.width, bottom: this.height };
  }

  /** How much of the picture is marked, 0 to 1. */
  get covered(): number {
    let sum = 0;
    for (const part of this.#sums) sum += part;
    return sum / 255 / (this.width * this.height);
  }

  tile(column: number, row: number): Tile {
    return this.#tiles[row * this.columns + column] ?? 0;
  }

  at(x: number, y: number): number {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return 0;
    const tile = this.tile(Math.floor(x / TILE), Math.floor(y / TILE));
    return typeof tile === "number" ? tile : (tile[(y % TILE) * TILE + (x % TILE)] ?? 0);
  }

  /** The tiles as they are now; later steps leave them as they are. */
  snapshot(): readonly Tile[] {
    return [...this.#tiles];
  }

  begin(): void {
    this.#step = new Map();
  }

  /**
   * Hands each tile that `area` touches to `paint`, with the part of it that is meant, in pixels of the mask. Tiles
   * that are `already` throughout are left alone.
   */
  paint(
    area: Area,
    paint: (pixels: Uint8Array, part: Area, left: number, top: number) => void,
    already: number | null = null,
  ): void {
    const clipped = {
      left: Math.max(0, Math.floor(area.left)),
      top: Math.max(0, Math.floor(area.top)),
      right: Math.min(this.columns * TILE, Math.ceil(area.right)),
      bottom: Math.min(this.rows * TILE, Math.ceil(area.bottom)),
    };
    if (isEmpty(clipped)) return;
    const firstRow = Math.floor(clipped.top / TILE);
    const lastRow = Math.floor((clipped.bottom - 1) / TILE);
    const firstColumn = Math.floor(clipped.left / TILE);
    const lastColumn = Math.floor((clipped.right - 1) / TILE);
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        if (already !== null && this.#tiles[row * this.columns + column] === already) continue;
        const left = column * TILE;
        const top = row * TILE;
        const part = {
          left: Math.max(left, clipped.left),
          top: Math.max(top, clipped.top),
          right: Math.min(left + TILE, clipped.right),
          bottom: Math.min(top + TILE, clipped.bottom),
        };
        paint(this.#own(row * this.columns + column), part, left, top);
      }
    }
  }

  /** Gives every tile another value that only depends on what it was. */
  map(change: (value: number) => number): void {
    for (const [place, tile] of this.#tiles.entries()) {
      this.#remember(place);
      if (typeof tile === "number") this.#tiles[place] = change(tile);
      else {
        const pixels = tile.slice();
        for (let at = 0; at < TILE_PIXELS; at++) pixels[at] = change(pixels[at] ?? 0);
        this.#tiles[place] = pixels;
      }
    }
  }

  /** Ends a step: what it replaced, null when it changed nothing. */
  commit(): TileChange | null {
    const step = this.#step;
    this.#step = null;
    if (step === null) return null;
    for (const [place, before] of step) {
      const now = flattened(this.#tiles[place] ?? 0);
      if (same(before, now)) {
        this.#tiles[place] = before;
        step.delete(place);
      } else this.#put(place, now);
    }
    return step.size === 0 ? null : step;
  }

  /** Takes back a step under way. */
  abandon(): void {
    const step = this.#step;
    this.#step = null;
    if (step !== null) for (const [place, tile] of step) this.#tiles[place] = tile;
  }

  /** Puts the tiles of a change in place; the change then holds those it replaced. */
  swap(change: TileChange): void {
    for (const [place, tile] of change) {
      change.set(place, this.#tiles[place] ?? 0);
      this.#put(place, tile);
    }
  }

  /** Where the tiles of a change lie. */
  areaOf(change: TileChange): Area {
    let area: Area | null = null;
    for (const place of change.keys()) {
      const left = (place % this.columns) * TILE;
      const top = Math.floor(place / this.columns) * TILE;
      area = joined(area, { left, top, right: left + TILE, bottom: top + TILE });
    }
    return area ?? { left: 0, top: 0, right: 0, bottom: 0 };
  }

  /** Copies a row of the mask from `left` on; what lies outside it is 0. */
  readRow(y: number, left: number, into: Uint8Array, tiles: readonly Tile[] = this.#tiles): void {
    into.fill(0);
    if (y < 0 || y >= this.height) return;
    const row = Math.floor(y / TILE) * this.columns;
    const line = (y % TILE) * TILE;
    const end = Math.min(this.width, left + into.length);
    for (let x = Math.max(0, left); x < end;) {
      const column = Math.floor(x / TILE);
      const next = Math.min(end, (column + 1) * TILE);
      const tile = tiles[row + column] ?? 0;
      if (typeof tile === "number") into.fill(tile, x - left, next - left);
      else into.set(tile.subarray(line + x - column * TILE, line + next - column * TILE), x - left);
      x = next;
    }
  }

  #remember(place: number): boolean {
    if (this.#step === null) throw new Error("a step has to begin before the mask is painted");
    if (this.#step.has(place)) return false;
    this.#step.set(place, this.#tiles[place] ?? 0);
    return true;
  }

  /** The pixels of a tile, safe to be written in this step. */
  #own(place: number): Uint8Array {
    const tile = this.#tiles[place] ?? 0;
    if (!this.#remember(place) && typeof tile !== "number") return tile;
    const pixels = typeof tile === "number" ? new Uint8Array(TILE_PIXELS).fill(tile) : tile.slice();
    this.#tiles[place] = pixels;
    return pixels;
  }

  #put(place: number, tile: Tile): void {
    this.#tiles[place] = tile;
    const columns = Math.min(TILE, this.width - (place % this.columns) * TILE);
    const rows = Math.min(TILE, this.height - Math.floor(place / this.columns) * TILE);
    let sum = 0;
    if (typeof tile === "number") sum = tile * columns * rows;
    else {
      for (let y = 0; y < rows; y++) {
        for (let at = y * TILE, end = at + columns; at < end; at++) sum += tile[at] ?? 0;
      }
    }
    this.#sums[place] = sum;
  }
}

function flattened(tile: Tile): Tile {
  if (typeof tile === "number") return tile;
  const first = tile[0] ?? 0;
  for (let at = 1; at < TILE_PIXELS; at++) if (tile[at] !== first) return tile;
  return first;
}

function same(one: Tile, other: Tile): boolean {
  if (typeof one === "number" || typeof other === "number") return one === other;
  for (let at = 0; at < TILE_PIXELS; at++) if (one[at] !== other[at]) return false;
  return true;
}
