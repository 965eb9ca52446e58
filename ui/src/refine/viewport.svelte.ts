import type { Size } from "@/stores/pictures-shapes";
import type { Point } from "./raster";
import { centred, fitted, toFrame, toPicture, within, zoomedTo, type View } from "./view";

/** So much of the frame's edge is kept free when the view follows something. */
const EDGE = 40;

/** What is seen of a picture in its frame. Until it is zoomed or moved, all of it, however the frame changes. */
export class Viewport {
  readonly #picture: () => Size;
  frame = $state.raw<Size>({ width: 0, height: 0 });
  /** The space bar is held: what is dragged now is the view. */
  isHeld = $state(false);
  #own = $state.raw<View | null>(null);

  readonly picture: Size = $derived.by(() => this.#picture());
  readonly view: View = $derived.by(() =>
    this.#own === null ? fitted(this.picture, this.frame) : within(this.#own, this.picture, this.frame),
  );
  readonly isFitted: boolean = $derived.by(() => this.#own === null);

  constructor(picture: () => Size) {
    this.#picture = picture;
  }

  get #middle(): Point {
    return { x: this.frame.width / 2, y: this.frame.height / 2 };
  }

  fit(): void {
    this.#own = null;
  }

  /** A pixel of the picture as large as one of the screen. */
  actual(): void {
    const scale = 1 / (typeof devicePixelRatio === "number" ? devicePixelRatio : 1);
    this.#own = this.isFitted
      ? centred(this.picture, this.frame, scale)
      : zoomedTo(this.view, this.#middle, scale);
  }

  zoom(factor: number, at: Point = this.#middle): void {
    const asked = zoomedTo(this.view, at, this.view.scale * factor);
    const { scale } = within(asked, this.picture, this.frame);
    this.#own = within(zoomedTo(this.view, at, scale), this.picture, this.frame);
  }

  pan(dx: number, dy: number): void {
    const { scale, x, y } = this.view;
    this.#own = within({ scale, x: x + dx, y: y + dy }, this.picture, this.frame);
  }

  /** Moves the view as little as it takes to show a point of the picture. */
  follow(point: Point): void {
    const at = toFrame(this.view, point);
    const by = (place: number, space: number): number => {
      const edge = Math.min(EDGE, space / 4);
      return place < edge ? edge - place : place > space - edge ? space - edge - place : 0;
    };
    const [dx, dy] = [by(at.x, this.frame.width), by(at.y, this.frame.height)];
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  toPicture(at: Point): Point {
    return toPicture(this.view, at);
  }

  toFrame(at: Point): Point {
    return toFrame(this.view, at);
  }
}
