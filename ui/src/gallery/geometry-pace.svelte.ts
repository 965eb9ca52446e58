/** How fast a wall goes by: too fast for pictures to be worth loading, or even for cells to be worth filling. */

/** Pixels a millisecond, from which and until which. */
const FAST = [3.2, 2.2] as const;
const FLYING = [12, 6] as const;
/** The speed is that of about so many milliseconds. */
const MEMORY = 80;
/** So long after the last step the wall stands still. */
const SETTLED = 100;

export class Pace {
  /** It moves at all. */
  moving = $state(false);
  /** No pictures are loaded. */
  fast = $state(false);
  /** Cells stay empty. */
  flying = $state(false);
  #speed = 0;
  #time = 0;
  #settling: ReturnType<typeof setTimeout> | undefined;

  /** The wall went by so many pixels. */
  step(pixels: number, now: number): void {
    const passed = Math.max(1, now - this.#time);
    this.#time = now;
    const weight = 1 - Math.exp(-passed / MEMORY);
    // A first step tells no speed: it may as well be a jump, to be shown at once.
    if (this.moving) this.#speed += (Math.abs(pixels) / passed - this.#speed) * weight;
    this.moving = true;
    this.fast = this.#speed > FAST[this.fast ? 1 : 0];
    this.flying = this.#speed > FLYING[this.flying ? 1 : 0];
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.settle(), SETTLED);
  }

  settle(): void {
    clearTimeout(this.#settling);
    this.#speed = 0;
    this.moving = false;
    this.fast = false;
    this.flying = false;
  }
}
