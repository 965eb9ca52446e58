/**
 * The sums behind looking closer. Where one looks is said without pixels, so that pictures of different size and panes
 * of different shape can look at the same part.
 */
export type Size = { readonly width: number; readonly height: number };
export type Point = { readonly x: number; readonly y: number };

/** `zoom` times the size at which the picture fits; `x` and `y` are the middle of what is seen, 0 to 1 of the picture. */
export type Look = { readonly zoom: number; readonly x: number; readonly y: number };

/** A picture in its pane; `fit` is the scale at which it is seen whole. */
export type Frame = { readonly picture: Size; readonly pane: Size; readonly fit: number };

/** Where the picture lies in its pane, in CSS pixels. */
export type Place = Size & { readonly left: number; readonly top: number };

export const WHOLE: Look = { zoom: 1, x: 0.5, y: 0.5 };

/** Scales, of the picture's own pixels, that the keyboard steps through. */
const LEVELS = [0.125, 0.25, 0.5, 1, 2, 4, 8] as const;
const CLOSEST = 8;
/** However small the picture: at least this much closer than whole. */
const LEAST_CLOSEST = 4;
const ALIKE = 0.01;

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** The scale at which a picture is seen whole; without `enlarge` never larger than it is. */
export function fitScale(picture: Size, pane: Size, enlarge: boolean): number {
  if (picture.width <= 0 || picture.height <= 0 || pane.width <= 0 || pane.height <= 0) return 1;
  const scale = Math.min(pane.width / picture.width, pane.height / picture.height);
  return enlarge ? scale : Math.min(1, scale);
}

/** What is smaller than its room lies in the middle of it; what is larger leaves no gap at its edges. */
function within(at: number, length: number, room: number): number {
  if (length <= room) return 0.5;
  const half = room / 2 / length;
  return clamp(at, half, 1 - half);
}

export function placeOf({ zoom, x, y }: Look, { picture, pane, fit }: Frame): Place {
  const width = picture.width * fit * zoom;
  const height = picture.height * fit * zoom;
  return {
    width,
    height,
    left: pane.width / 2 - within(x, width, pane.width) * width,
    top: pane.height / 2 - within(y, height, pane.height) * height,
  };
}

/** Nothing closer than eight times the picture's own pixels, and nothing smaller than whole or those pixels themselves. */
function settled(look: Look, frame: Frame): Look {
  const zoom = clamp(look.zoom, Math.min(1, 1 / frame.fit), Math.max(LEAST_CLOSEST, CLOSEST / frame.fit));
  const { width, height } = placeOf({ ...look, zoom }, frame);
  return {
    zoom,
    x: within(look.x, width, frame.pane.width),
    y: within(look.y, height, frame.pane.height),
  };
}

/** To another zoom, so that what is under `point` of the pane stays there. */
export function zoomedTo(look: Look, frame: Frame, zoom: number, point?: Point): Look {
  const { pane } = frame;
  const { x, y } = point ?? { x: pane.width / 2, y: pane.height / 2 };
  const before = placeOf(look, frame);
  const { zoom: next } = settled({ ...look, zoom }, frame);
  const grown = next / look.zoom;
  const left = x - (x - before.left) * grown;
  const top = y - (y - before.top) * grown;
  return settled(
    {
      zoom: next,
      x: (pane.width / 2 - left) / (before.width * grown),
      y: (pane.height / 2 - top) / (before.height * grown),
    },
    frame,
  );
}

/** Moves the picture by pixels of the pane. */
export function panned(look: Look, frame: Frame, by: Point): Look {
  const { width, height } = placeOf(look, frame);
  const now = settled(look, frame);
  return settled({ zoom: look.zoom, x: now.x - by.x / width, y: now.y - by.y / height }, frame);
}

/** The next step closer or further away; the whole picture is one of the steps. */
export function stepped(look: Look, frame: Frame, by: 1 | -1): Look {
  const scale = look.zoom * frame.fit;
  const steps = [...LEVELS, frame.fit].sort((one, other) => one - other);
  const next =
    by > 0
      ? steps.find((step) => step > scale * (1 + ALIKE))
      : steps.findLast((step) => step < scale * (1 - ALIKE));
  if (next === undefined) return look;
  // Further away than whole only shows ground.
  return zoomedTo(look, frame, by < 0 && look.zoom > 1 ? Math.max(1, next / frame.fit) : next / frame.fit);
}

/** Between whole and the picture's own pixels; a picture that is whole at those comes closer. */
export function toggled(look: Look, frame: Frame, point?: Point): Look {
  if (Math.abs(look.zoom - 1) > ALIKE) return WHOLE;
  const actual = 1 / frame.fit;
  return zoomedTo(look, frame, Math.abs(actual - 1) > ALIKE ? actual : 2, point);
}

/** Two fingers: what was between them stays between them. */
export function pinched(
  look: Look,
  frame: Frame,
  before: readonly [Point, Point],
  now: readonly [Point, Point],
): Look {
  const middle = ([one, other]: readonly [Point, Point]): Point => ({
    x: (one.x + other.x) / 2,
    y: (one.y + other.y) / 2,
  });
  const apart = ([one, other]: readonly [Point, Point]): number =>
    Math.hypot(one.x - other.x, one.y - other.y);
  const [from, to] = [middle(before), middle(now)];
  const closer = zoomedTo(look, frame, (look.zoom * apart(now)) / Math.max(1, apart(before)), from);
  return panned(closer, frame, { x: to.x - from.x, y: to.y - from.y });
}
