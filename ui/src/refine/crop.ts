/** Crop rectangles: moved, resized and turned along with their picture. All in whole pixels of the turned picture. */
import type { Adjustment, Crop } from "@/bindings";
import type { Size } from "@/stores/pictures-shapes";

export type Turn = 0 | 90 | 180 | 270;
export type Placing = {
  readonly turn: Turn;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
};

export const UPRIGHT: Placing = { turn: 0, flipHorizontal: false, flipVertical: false };
export const handles = ["nw", "n", "ne", "e", "se", "s", "sw", "w"] as const;
export type Handle = (typeof handles)[number];

export function wholeOf(size: Size): Crop {
  return { x: 0, y: 0, width: size.width, height: size.height };
}

export function isWhole(crop: Crop, size: Size): boolean {
  return crop.x === 0 && crop.y === 0 && crop.width === size.width && crop.height === size.height;
}

/** The size of a picture once it is turned. */
export function turnedSize(size: Size, turn: Turn): Size {
  return turn === 90 || turn === 270 ? { width: size.height, height: size.width } : size;
}

/** A further quarter turn of what is seen. A picture is turned before it is flipped, so that its flips change places. */
export function turned(placing: Placing, clockwise: boolean): Placing {
  return {
    turn: ((placing.turn + (clockwise ? 90 : 270)) % 360) as Turn,
    flipHorizontal: placing.flipVertical,
    flipVertical: placing.flipHorizontal,
  };
}

/** A rectangle after a quarter turn of its picture, which measured `size` before. */
export function turnedCrop(crop: Crop, size: Size, clockwise: boolean): Crop {
  const { x, y, width, height } = crop;
  return clockwise
    ? { x: size.height - y - height, y: x, width: height, height: width }
    : { x: y, y: size.width - x - width, width: height, height: width };
}

export function flippedCrop(crop: Crop, size: Size, horizontal: boolean): Crop {
  return horizontal
    ? { ...crop, x: size.width - crop.x - crop.width }
    : { ...crop, y: size.height - crop.y - crop.height };
}

/**
 * Where the pixels of a picture of `size` go when it is turned and flipped, as the six numbers of a CSS matrix.
 */
export function matrixOf(
  placing: Placing,
  size: Size,
): readonly [number, number, number, number, number, number] {
  const { width, height } = size;
  const turns = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, 1, -1, 0, height, 0],
    180: [-1, 0, 0, -1, width, height],
    270: [0, -1, 1, 0, 0, width],
  } as const;
  let [a, b, c, d, e, f]: [number, number, number, number, number, number] = [...turns[placing.turn]];
  const after = turnedSize(size, placing.turn);
  if (placing.flipHorizontal) [a, c, e] = [-a, -c, after.width - e];
  if (placing.flipVertical) [b, d, f] = [-b, -d, after.height - f];
  return [a, b, c, d, e, f];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

export function movedCrop(crop: Crop, dx: number, dy: number, bounds: Size): Crop {
  return {
    ...crop,
    x: clamp(Math.round(crop.x + dx), 0, bounds.width - crop.width),
    y: clamp(Math.round(crop.y + dy), 0, bounds.height - crop.height),
  };
}

/** A handle was dragged; with a ratio (width / height) the other side follows. */
export function resizedCrop(
  crop: Crop,
  handle: Handle,
  dx: number,
  dy: number,
  bounds: Size,
  ratio: number | null,
): Crop {
  const [west, east] = [handle.includes("w"), handle.includes("e")];
  const [north, south] = [handle.includes("n"), handle.includes("s")];
  let left = crop.x;
  let top = crop.y;
  let right = crop.x + crop.width;
  let bottom = crop.y + crop.height;
  if (west) left = clamp(Math.round(left + dx), 0, right - 1);
  if (east) right = clamp(Math.round(right + dx), left + 1, bounds.width);
  if (north) top = clamp(Math.round(top + dy), 0, bottom - 1);
  if (south) bottom = clamp(Math.round(bottom + dy), top + 1, bounds.height);
  if (ratio === null) return { x: left, y: top, width: right - left, height: bottom - top };

  // What stays where it is: the side or corner opposite; along the other axis of a side, its middle.
  const middleX = (crop.x * 2 + crop.width) / 2;
  const middleY = (crop.y * 2 + crop.height) / 2;
  const spaceX = west
    ? crop.x + crop.width
    : east
      ? bounds.width - crop.x
      : 2 * Math.min(middleX, bounds.width - middleX);
  const spaceY = north
    ? crop.y + crop.height
    : south
      ? bounds.height - crop.y
      : 2 * Math.min(middleY, bounds.height - middleY);
  const wanted =
    !west && !east
      ? (bottom - top) * ratio
      : !north && !south
        ? right - left
        : Math.max(right - left, (bottom - top) * ratio);
  const exact = Math.min(wanted, spaceX, spaceY * ratio);
  const width = clamp(Math.round(exact), 1, Math.floor(spaceX));
  const height = clamp(Math.round(exact / ratio), 1, Math.floor(spaceY));
  return {
    x: west
      ? crop.x + crop.width - width
      : east
        ? crop.x
        : clamp(Math.round(middleX - width / 2), 0, bounds.width - width),
    y: north
      ? crop.y + crop.height - height
      : south
        ? crop.y
        : clamp(Math.round(middleY - height / 2), 0, bounds.height - height),
    width,
    height,
  };
}

/** The largest rectangle of a ratio, as near the middle of `crop` as it can lie. */
export function cropOfRatio(crop: Crop, ratio: number, bounds: Size): Crop {
  const width = clamp(Math.round(Math.min(bounds.width, bounds.height * ratio)), 1, bounds.width);
  const height = clamp(Math.round(Math.min(bounds.height, bounds.width / ratio)), 1, bounds.height);
  return movedCrop(
    {
      x: Math.round(crop.x + (crop.width - width) / 2),
      y: Math.round(crop.y + (crop.height - height) / 2),
      width,
      height,
    },
    0,
    0,
    bounds,
  );
}

/** A rectangle between two points that are dragged apart. */
export function cropBetween(
  one: { x: number; y: number },
  other: { x: number; y: number },
  bounds: Size,
): Crop {
  const left = clamp(Math.floor(Math.min(one.x, other.x)), 0, bounds.width - 1);
  const top = clamp(Math.floor(Math.min(one.y, other.y)), 0, bounds.height - 1);
  const right = clamp(Math.ceil(Math.max(one.x, other.x)), left + 1, bounds.width);
  const bottom = clamp(Math.ceil(Math.max(one.y, other.y)), top + 1, bounds.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** What is asked of the back end; null when nothing is changed. */
export function adjustmentOf(
  placing: Placing,
  crop: Crop,
  resize: Size | null,
  size: Size,
): Adjustment | null {
  const cut = isWhole(crop, turnedSize(size, placing.turn)) ? null : crop;
  const scaled =
    resize === null || (resize.width === crop.width && resize.height === crop.height)
      ? null
      : { width: resize.width, height: resize.height };
  const placed = placing.turn !== 0 || placing.flipHorizontal || placing.flipVertical;
  // Both flips without a turn, or with half of one, are the other half: nothing may be left of them.
  const halfTurn = placing.flipHorizontal && placing.flipVertical;
  if (cut === null && scaled === null && (!placed || (placing.turn === 180 && halfTurn))) return null;
  return {
    turn: placing.turn,
    flip_horizontal: placing.flipHorizontal,
    flip_vertical: placing.flipVertical,
    crop: cut,
    resize: scaled,
  };
}
