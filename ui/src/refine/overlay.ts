/** The mask as it lies over the picture on the screen. */
import { TILE, type Area, type TiledMask } from "./tiles";
import type { View } from "./view";

export const tints = ["lagoon", "ochre", "stripes"] as const;
export type Tint = (typeof tints)[number];

/** Two colours in slanted stripes: what hides the one shows the other. */
const COLOURS: Record<Tint, readonly [readonly number[], readonly number[]]> = {
  lagoon: [
    [20, 190, 176],
    [10, 140, 132],
  ],
  ochre: [
    [255, 150, 40],
    [214, 104, 16],
  ],
  stripes: [
    [12, 16, 17],
    [250, 250, 248],
  ],
};
const STRIPE = 6;

/** The two colours at each of the 256 strengths, as the four bytes of a pixel, in whatever order the machine has them. */
function pixelsOf(tint: Tint, strength: number): Uint32Array {
  const bytes = new Uint8ClampedArray(2 * 256 * 4);
  for (const [which, colour] of COLOURS[tint].entries()) {
    for (let value = 1; value < 256; value++) {
      bytes.set([...colour, value * strength], (which * 256 + value) * 4);
    }
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Writes the part `area` of the screen as RGBA. `view` says how the mask lies there, `strength` (0 to 1) how much its
 * full parts hide.
 */
export function paintOverlay(
  mask: TiledMask,
  view: View,
  area: Area,
  tint: Tint,
  strength: number,
  into: Uint8ClampedArray,
): void {
  const width = area.right - area.left;
  const screen = new Uint32Array(into.buffer, into.byteOffset, into.byteLength / 4).fill(0);
  const colours = pixelsOf(tint, strength);
  // The pixel of the mask below each column of the screen.
  const below = new Int32Array(width);
  for (let x = 0; x < width; x++) below[x] = Math.floor((area.left + x + 0.5 - view.x) / view.scale);
  let first = 0;
  let end = width;
  while (first < end && (below[first] ?? 0) < 0) first++;
  while (end > first && (below[end - 1] ?? 0) >= mask.width) end--;
  for (let y = area.top; y < area.bottom; y++) {
    const at = Math.floor((y + 0.5 - view.y) / view.scale);
    if (at < 0 || at >= mask.height) continue;
    const row = Math.floor(at / TILE);
    const line = (at % TILE) * TILE;
    const start = (y - area.top) * width;
    for (let x = first; x < end;) {
      const column = Math.floor((below[x] ?? 0) / TILE);
      const next = (column + 1) * TILE;
      const tile = mask.tile(column, row);
      if (tile === 0) {
        while (x < end && (below[x] ?? 0) < next) x++;
        continue;
      }
      const offset = line - column * TILE;
      for (; x < end; x++) {
        const pixel = below[x] ?? 0;
        if (pixel >= next) break;
        const value = typeof tile === "number" ? tile : (tile[offset + pixel] ?? 0);
        if (value === 0) continue;
        const stripe = (((area.left + x + y) / STRIPE) | 0) & 1;
        screen[start + x] = colours[(stripe << 8) + value] ?? 0;
      }
    }
  }
}
