/**
 * The way from a wall's height to the page's. Browsers hold boxes of some 33 million pixels at most; a wall that is taller
 * scrolls through a box of less, moved on by an offset. Small steps are the same in both; far jumps keep their proportion.
 */
export const TALLEST = 16_000_000;
/** A step beyond so many viewports is a jump: to the place that the scroll bar shows. */
const JUMP = 4;

export class ScrollSpace {
  /** What the page's pixels lie above the wall's. */
  offset = $state(0);
  #total = 0;
  #viewport = 0;
  /** Where the page is to be scrolled to. */
  top = 0;
  readonly #tallest: number;

  constructor(tallest = TALLEST) {
    this.#tallest = tallest;
  }

  /** Of the box that scrolls. */
  get height(): number {
    return Math.min(this.#total, this.#tallest);
  }

  measure(total: number, viewport: number): void {
    this.#total = total;
    this.#viewport = viewport;
    if (total <= this.#tallest) this.offset = 0;
  }

  /** The place on the wall after the page has scrolled somewhere. */
  moved(top: number): number {
    const before = this.top;
    this.top = top;
    if (this.#total <= this.#tallest) return top;
    if (Math.abs(top - before) > this.#viewport * JUMP) {
      this.offset = Math.round((top / this.#roomInPage) * this.#room) - top;
    }
    const place = Math.max(0, Math.min(top + this.offset, this.#room));
    // At the page's edge and not at the wall's: small steps have drifted away from the proportion.
    if (top <= 0 || top >= this.#roomInPage) this.aim(place);
    return place;
  }

  /** Where the page has to be scrolled to for a place on the wall. */
  aim(y: number): number {
    const place = Math.max(0, Math.min(y, Math.max(0, this.#room)));
    if (this.#total <= this.#tallest) this.top = place;
    else {
      const top = Math.round((place / this.#room) * this.#roomInPage);
      // The page's edges are left to the wall's, so that there is always a step to go.
      const edges = [place > 0 ? 1 : 0, this.#roomInPage - (place < this.#room ? 1 : 0)] as const;
      this.top = Math.max(edges[0], Math.min(top, edges[1]));
      this.offset = place - this.top;
    }
    return this.top;
  }

  get #room(): number {
    return this.#total - this.#viewport;
  }

  get #roomInPage(): number {
    return this.height - this.#viewport;
  }
}
