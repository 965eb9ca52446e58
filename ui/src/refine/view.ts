/** How a picture lies in its frame: which of its pixels are seen, and how large. */
import type { Size } from "@/stores/pictures-shapes";
import type { Point } from "./raster";

/** A pixel of the picture measures `scale` of the frame's; its top left corner lies at x, y. */
export type View = { readonly scale: number; readonly x: number; readonly y: number };

export const CLOSEST = 32;
/** Room left around a picture that is shown whole. */
const MARGIN = 24;
/** So much of the picture stays in the frame however it is pushed about. */
const STAYS = 48;

export function fitted(picture: Size, frame: Size): View {
  const scale = Math.min(
    1,
    Math.max(1, frame.width - 2 * MARGIN) / picture.width,
    Math.max(1, frame.height - 2 * MARGIN) / picture.height,
  );
  return centred(picture, frame, scale);
}

export function centred(picture: Size, frame: Size, scale: number): View {
  return {
    scale,
    x: (frame.width - picture.width * scale) / 2,
    y: (frame.height - picture.height * scale) / 2,
  };
}

/** Larger or smaller, with what lies under `at` staying there. */
export function zoomedTo(view: View, at: Point, scale: number): View {
  const factor = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
}

/** Within what makes sense: never smaller than half of whole, never lost outside the frame. */
export function within(view: View, picture: Size, frame: Size): View {
  const least = fitted(picture, frame).scale / 2;
  const scale = Math.min(CLOSEST, Math.max(least, view.scale));
  const keep = (at: number, side: number, space: number): number => {
    const stays = Math.min(STAYS, side);
    return Math.min(space - stays, Math.max(stays - side, at));
  };
  return {
    scale,
    x: keep(view.x, picture.width * scale, frame.width),
    y: keep(view.y, picture.height * scale, frame.height),
  };
}

export function toPicture(view: View, at: Point): Point {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}

export function toFrame(view: View, at: Point): Point {
  return { x: at.x * view.scale + view.x, y: at.y * view.scale + view.y };
}
