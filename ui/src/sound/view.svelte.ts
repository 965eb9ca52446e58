/** Which part of a sound a waveform shows, in milliseconds over pixels. */

/** No closer than this: a stretch of the finest peaks is some pixels wide then. */
const CLOSEST = 1.6;

/** A part of a sound, in milliseconds. */
export type Part = { readonly from: number; readonly to: number };

export class WaveView {
  /** The whole length, in milliseconds. */
  length = $state(0);
  /** Of the canvas, in CSS pixels. */
  width = $state(0);
  /** Where what is shown begins. */
  from = $state(0);
  /** How often the whole is as long as what is shown. */
  zoom = $state(1);

  readonly span: number = $derived(this.length / this.zoom);
  readonly to: number = $derived(this.from + this.span);
  /** Milliseconds a pixel. */
  readonly scale: number = $derived(this.width > 0 ? this.span / this.width : 0);
  readonly whole: boolean = $derived(this.zoom <= 1);

  xOf(at: number): number {
    return this.scale > 0 ? (at - this.from) / this.scale : 0;
  }

  timeAt(x: number): number {
    return Math.min(this.length, Math.max(0, this.from + x * this.scale));
  }

  /** Another sound, or the same with another length. */
  show(length: number): void {
    if (length === this.length) return;
    this.length = length;
    this.from = 0;
    this.zoom = 1;
  }

  /** Comes closer or goes away; what is at `at` stays where it is. */
  zoomBy(factor: number, at: number = this.from + this.span / 2): void {
    const most = Math.max(1, this.length / (CLOSEST * Math.max(1, this.width)));
    const share = this.span > 0 ? (at - this.from) / this.span : 0;
    this.zoom = Math.min(most, Math.max(1, this.zoom * factor));
    this.scrollTo(at - share * this.span);
  }

  scrollTo(from: number): void {
    this.from = Math.min(Math.max(0, this.length - this.span), Math.max(0, from));
  }

  /** Sees to it that this place is shown. */
  reveal(at: number): void {
    if (at >= this.from && at <= this.to) return;
    this.scrollTo(at - this.span * 0.1);
  }

  fit(): void {
    this.zoom = 1;
    this.from = 0;
  }
}
