/** Panes that look at pictures together: what one does, all follow. */
import {
  fitScale,
  panned,
  pinched,
  placeOf,
  stepped,
  toggled,
  WHOLE,
  zoomedTo,
  type Frame,
  type Look,
  type Place,
  type Point,
  type Size,
} from "./pan-zoom";

/** Where the panes look. */
export class PanZoom {
  look = $state.raw<Look>(WHOLE);
  /** Nothing is beyond an edge. */
  readonly whole: boolean = $derived(Math.abs(this.look.zoom - 1) < 0.01);

  reset(): void {
    this.look = WHOLE;
  }
}

/** One pane with its picture. */
export class Viewport {
  width = $state(0);
  height = $state(0);
  readonly #zoom: PanZoom;
  readonly #picture: () => Size;
  readonly #enlarge: boolean;

  /** With `enlarge` a small picture fills its pane, so that it can be compared with a large one. */
  constructor(zoom: PanZoom, picture: () => Size, enlarge: boolean) {
    this.#zoom = zoom;
    this.#picture = picture;
    this.#enlarge = enlarge;
  }

  readonly frame: Frame = $derived.by(() => {
    const pane = { width: this.width, height: this.height };
    const picture = this.#picture();
    return { pane, picture, fit: fitScale(picture, pane, this.#enlarge) };
  });
  readonly place: Place = $derived.by(() => placeOf(this.#zoom.look, this.frame));
  /** How large its pixels are shown: 1 is one CSS pixel for each. */
  readonly scale: number = $derived.by(() => this.frame.fit * this.#zoom.look.zoom);

  get whole(): boolean {
    return this.#zoom.whole;
  }

  zoomBy(factor: number, point?: Point): void {
    this.#to(zoomedTo(this.#zoom.look, this.frame, this.#zoom.look.zoom * factor, point));
  }

  step(by: 1 | -1): void {
    this.#to(stepped(this.#zoom.look, this.frame, by));
  }

  pan(by: Point): void {
    this.#to(panned(this.#zoom.look, this.frame, by));
  }

  pinch(before: readonly [Point, Point], now: readonly [Point, Point]): void {
    this.#to(pinched(this.#zoom.look, this.frame, before, now));
  }

  toggle(point?: Point): void {
    this.#to(toggled(this.#zoom.look, this.frame, point));
  }

  fit(): void {
    this.#zoom.reset();
  }

  actual(): void {
    this.#to(zoomedTo(this.#zoom.look, this.frame, 1 / this.frame.fit));
  }

  #to(look: Look): void {
    if (this.width > 0 && this.height > 0) this.#zoom.look = look;
  }
}
