/** Paints strokes and shapes into a mask, pixel by pixel, so that a mask is the same on every machine. */
import { TILE, type Area, type Tile, type TiledMask } from "./tiles";

export type Point = { readonly x: number; readonly y: number };
/** Where the brush is and how large it is there, in pixels of the picture. */
export type Touch = Point & { readonly radius: number };

/** Sub-lines per line of pixels, for smooth edges. */
const SUB_LINES = 4;
/** Three passes of averages come close to a bell curve. */
const PASSES = 3;

function areaAround(points: readonly Point[], margin: number): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return {
    left: Math.floor(left - margin),
    top: Math.floor(top - margin),
    right: Math.ceil(right + margin) + 1,
    bottom: Math.ceil(bottom + margin) + 1,
  };
}

/**
 * Draws the brush from one touch to the next: full up to `hardness` (0 to 1) of its radius, then fading out. A stroke
 * only ever gains, so that it doesn't matter how many touches it is made of. Answers where it painted.
 */
export function drawStroke(mask: TiledMask, from: Touch, to: Touch, hardness: number, erase: boolean): Area {
  const area = areaAround([from, to], Math.max(from.radius, to.radius) + 1);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const grows = to.radius - from.radius;
  const done = erase ? 0 : 255;
  mask.paint(
    area,
    (pixels, part, left, top) => {
      for (let y = part.top; y < part.bottom; y++) {
        const py = y + 0.5 - from.y;
        const line = (y - top) * TILE - left;
        for (let x = part.left; x < part.right; x++) {
          const was = pixels[line + x] ?? 0;
          // Most of a stroke lies where it was a moment ago.
          if (was === done) continue;
          const px = x + 0.5 - from.x;
          const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
          const [ex, ey] = [px - along * dx, py - along * dy];
          const distance = ex * ex + ey * ey;
          const radius = from.radius + grows * along;
          const outer = radius + 0.5;
          if (distance >= outer * outer) continue;
          const width = Math.max(1, radius * (1 - hardness));
          const inner = outer - width;
          let value = 255;
          if (inner <= 0 || distance > inner * inner) {
            const part = Math.min(1, (outer - Math.sqrt(distance)) / width);
            value = Math.round(255 * (width > 1 ? part * part * (3 - 2 * part) : part));
          }
          if (erase) {
            if (255 - value < was) pixels[line + x] = 255 - value;
          } else if (value > was) pixels[line + x] = value;
        }
      }
    },
    done,
  );
  return area;
}

/**
 * Fills the shape that the points enclose; a loop that crosses itself is filled throughout. `feather` is how far its
 * edge fades to either side, in pixels. Answers where it painted.
 */
export function fillShape(mask: TiledMask, points: readonly Point[], feather: number, erase: boolean): Area {
  const area = areaAround(points, feather + 1);
  if (points.length < 3) return { ...area, right: area.left };
  inTiles(
    mask,
    area,
    feather,
    (patch, into) => scan(points, patch, into),
    (value, was) => (erase ? Math.min(was, 255 - value) : Math.max(was, value)),
  );
  return area;
}

/** Makes all edges of the mask fade over `feather` pixels to either side. */
export function softenMask(mask: TiledMask, feather: number): Area {
  const tiles: readonly Tile[] = mask.snapshot();
  inTiles(
    mask,
    mask.whole,
    feather,
    (patch, into) => {
      const side = patch.right - patch.left;
      const line = new Uint8Array(side);
      // Beyond the picture the mask goes on as at its edge: an edge of the picture is no edge of the mask.
      const before = Math.max(0, -patch.left);
      const end = Math.min(side, mask.width - patch.left);
      for (let y = patch.top; y < patch.bottom; y++) {
        mask.readRow(Math.min(mask.height - 1, Math.max(0, y)), patch.left, line, tiles);
        line.fill(line[before] ?? 0, 0, before);
        line.fill(line[end - 1] ?? 0, end);
        into.set(line, (y - patch.top) * side);
      }
    },
    (value) => value,
  );
  return mask.whole;
}

/**
 * Works through an area tile by tile, so that the memory it takes doesn't grow with it, and so that the tiles that are
 * all inside or all outside of an edge cost next to nothing.
 */
function inTiles(
  mask: TiledMask,
  area: Area,
  feather: number,
  source: (patch: Area, into: Uint8Array) => void,
  combine: (value: number, was: number) => number,
): void {
  const reach = Math.max(0, Math.round(feather / PASSES));
  const margin = reach * PASSES;
  const side = TILE + 2 * margin;
  const pixels = new Uint8Array(side * side);
  const other = reach > 0 ? new Uint8Array(side * side) : pixels;
  mask.paint(
    {
      left: Math.max(0, area.left),
      top: Math.max(0, area.top),
      right: Math.min(mask.width, area.right),
      bottom: Math.min(mask.height, area.bottom),
    },
    (tile, part, left, top) => {
      const patch = {
        left: left - margin,
        top: top - margin,
        right: left - margin + side,
        bottom: top - margin + side,
      };
      pixels.fill(0);
      source(patch, pixels);
      if (reach > 0 && !isUniform(pixels)) {
        for (let pass = 0; pass < PASSES; pass++) {
          blurAcross(pixels, other, side, reach);
          blurDown(other, pixels, side, reach);
        }
      }
      for (let y = part.top; y < part.bottom; y++) {
        let from = (y - patch.top) * side + part.left - patch.left;
        let to = (y - top) * TILE + part.left - left;
        for (let x = part.left; x < part.right; x++, from++, to++) {
          tile[to] = combine(pixels[from] ?? 0, tile[to] ?? 0);
        }
      }
    },
  );
}

function isUniform(pixels: Uint8Array): boolean {
  const first = pixels[0];
  for (const value of pixels) if (value !== first) return false;
  return true;
}

/** Each pixel the average of those up to `reach` away on its line; the lines go on beyond their ends as they end. */
function blurAcross(from: Uint8Array, to: Uint8Array, side: number, reach: number): void {
  const part = 1 / (2 * reach + 1);
  for (let start = 0; start < side * side; start += side) {
    const first = from[start] ?? 0;
    const last = from[start + side - 1] ?? 0;
    let sum = first * (reach + 1);
    for (let x = 1; x <= reach; x++) sum += from[start + x] ?? last;
    for (let x = 0; x < side; x++) {
      to[start + x] = sum * part + 0.5;
      sum +=
        (x + reach + 1 < side ? (from[start + x + reach + 1] ?? 0) : last) -
        (x - reach > 0 ? (from[start + x - reach] ?? 0) : first);
    }
  }
}

/** The same down the columns, all of them at once, as memory lies in lines. */
function blurDown(from: Uint8Array, to: Uint8Array, side: number, reach: number): void {
  const part = 1 / (2 * reach + 1);
  const lineAt = (y: number): number => Math.min(side - 1, Math.max(0, y)) * side;
  const sums = new Float64Array(side);
  for (let y = -reach; y <= reach; y++) {
    const line = lineAt(y);
    for (let x = 0; x < side; x++) sums[x] = (sums[x] ?? 0) + (from[line + x] ?? 0);
  }
  for (let y = 0; y < side; y++) {
    const start = y * side;
    const [comes, goes] = [lineAt(y + reach + 1), lineAt(y - reach)];
    for (let x = 0; x < side; x++) {
      const sum = sums[x] ?? 0;
      to[start + x] = sum * part + 0.5;
      sums[x] = sum + (from[comes + x] ?? 0) - (from[goes + x] ?? 0);
    }
  }
}

type Crossing = { x: number; winding: number };

/** How much of each pixel of a patch the shape covers. */
function scan(points: readonly Point[], patch: Area, into: Uint8Array): void {
  const width = patch.right - patch.left;
  // Those at the height of the patch; the level ones only count as near.
  const level = points
    .map((point, at) => [point, points[(at + 1) % points.length] ?? point] as const)
    .filter(
      ([one, other]) => Math.max(one.y, other.y) > patch.top && Math.min(one.y, other.y) < patch.bottom,
    );
  const near = level.some(
    ([one, other]) => Math.max(one.x, other.x) > patch.left && Math.min(one.x, other.x) < patch.right,
  );
  const edges = level.filter(([one, other]) => one.y !== other.y);
  if (!near) {
    // All of it is inside, or none.
    if (windingAt(edges, patch.left, (patch.top + patch.bottom) / 2) !== 0) into.fill(255);
    return;
  }
  const line = new Float32Array(width);
  for (let y = patch.top; y < patch.bottom; y++) {
    const here = edges.filter(
      ([one, other]) => Math.max(one.y, other.y) > y && Math.min(one.y, other.y) < y + 1,
    );
    if (here.length === 0) continue;
    line.fill(0);
    for (let sub = 0; sub < SUB_LINES; sub++) {
      const at = y + (sub + 0.5) / SUB_LINES;
      const crossings: Crossing[] = [];
      for (const [one, other] of here) {
        if (one.y <= at === other.y <= at) continue;
        const x = one.x + ((at - one.y) / (other.y - one.y)) * (other.x - one.x);
        crossings.push({ x: x - patch.left, winding: one.y < other.y ? 1 : -1 });
      }
      crossings.sort((one, other) => one.x - other.x);
      let winding = 0;
      for (const [index, crossing] of crossings.entries()) {
        winding += crossing.winding;
        const next = crossings[index + 1];
        if (winding !== 0 && next) addSpan(line, crossing.x, next.x);
      }
    }
    const start = (y - patch.top) * width;
    for (let x = 0; x < width; x++) {
      into[start + x] = Math.min(255, Math.round((255 * (line[x] ?? 0)) / SUB_LINES));
    }
  }
}

/** How often the edges go around a point. */
function windingAt(edges: readonly (readonly [Point, Point])[], x: number, y: number): number {
  let winding = 0;
  for (const [one, other] of edges) {
    if (one.y <= y === other.y <= y || Math.min(one.x, other.x) > x) continue;
    winding += one.y < other.y ? 1 : -1;
  }
  return winding;
}

function addSpan(line: Float32Array, from: number, to: number): void {
  const start = Math.max(0, from);
  const end = Math.min(line.length, to);
  for (let x = Math.floor(start); x < end; x++) {
    line[x] = (line[x] ?? 0) + Math.min(x + 1, end) - Math.max(x, start);
  }
}
