/** Painting a mask: the tools, strokes under way, steps back and forth. Knows pixels of the picture and no screen. */
import type { Size } from "@/stores/pictures-shapes";
import { History } from "./history";
import { drawStroke, fillShape, softenMask, type Point, type Touch } from "./raster";
import { bytesOf, joined, TiledMask, type Area, type TileChange } from "./tiles";

export const tools = ["brush", "eraser", "lasso", "rectangle"] as const;
export type Tool = (typeof tools)[number];

export const LEAST_SIZE = 1;
export const MOST_FEATHER = 200;
const MOST_SIZE = 2000;
/** Bytes that may be kept for going back. */
const STEPS = 96 * 1024 * 1024;
/** A pen that hardly touches still paints this part of the size. */
const LIGHTEST = 0.2;

export class MaskPainter {
  readonly mask: TiledMask;
  readonly mostSize: number;
  tool = $state<Tool>("brush");
  /** Across, in pixels of the picture. */
  size = $state(40);
  /** Which part of the brush is full, in percent. */
  hardness = $state(80);
  /** How far the edges of lasso and rectangle fade, in pixels of the picture. */
  feather = $state(0);
  /** Lasso and rectangle take away instead of marking. */
  takesAway = $state(false);
  /** Where the brush is; null while it is nowhere over the picture. */
  cursor = $state.raw<Point | null>(null);
  /** The shape that is being drawn. */
  outline = $state.raw<readonly Point[]>([]);
  /** A stroke or a shape is under way. */
  drawing = $state(false);
  /** How much of the picture is marked, 0 to 1. */
  covered = $state(0);
  canUndo = $state(false);
  canRedo = $state(false);
  /** Something was painted since the mask was read or kept. */
  changed = $state(false);

  /** Is told where the mask looks different now. */
  onpaint: (area: Area) => void = () => undefined;
  readonly #history = new History<TileChange>(STEPS, bytesOf);
  #last: Touch | null = null;
  #touched: Area | null = null;

  constructor(picture: Size) {
    this.mask = new TiledMask(picture.width, picture.height);
    const side = Math.max(picture.width, picture.height);
    this.mostSize = Math.min(MOST_SIZE, Math.max(20, side));
    this.size = Math.min(this.mostSize, Math.max(8, Math.round(side / 14)));
  }

  get #paints(): boolean {
    return this.tool === "brush" || this.tool === "eraser";
  }

  /** Begins a stroke or a shape. `line`: a straight stroke from where the last one ended. */
  down(at: Point, pressure = 1, line = false): void {
    if (this.drawing) return;
    this.cursor = at;
    this.drawing = true;
    this.mask.begin();
    if (!this.#paints) {
      this.outline = [at];
      return;
    }
    const touch = this.#touch(at, pressure);
    this.#stroke(line && this.#last !== null ? this.#last : touch, touch);
  }

  move(at: Point, pressure = 1): void {
    this.cursor = at;
    if (!this.drawing) return;
    if (this.#paints) {
      const touch = this.#touch(at, pressure);
      const from = this.#last ?? touch;
      // What moved less than a pixel can't be seen.
      if (Math.hypot(touch.x - from.x, touch.y - from.y) >= 0.5) this.#stroke(from, touch);
      return;
    }
    const first = this.outline[0] ?? at;
    if (this.tool === "lasso") {
      const last = this.outline.at(-1) ?? first;
      if (Math.hypot(at.x - last.x, at.y - last.y) >= 1) this.outline = [...this.outline, at];
    } else this.outline = [first, { x: at.x, y: first.y }, at, { x: first.x, y: at.y }];
  }

  /** Ends what is under way. */
  up(): void {
    if (!this.drawing) return;
    this.drawing = false;
    if (!this.#paints) {
      const outline = this.outline;
      this.outline = [];
      const area = fillShape(this.mask, outline, this.feather, this.takesAway);
      this.#touched = joined(this.#touched, area);
    }
    this.#settle(this.mask.commit());
  }

  /** Takes back what is under way. Answers whether something was. */
  cancel(): boolean {
    if (!this.drawing) return false;
    this.drawing = false;
    this.outline = [];
    this.mask.abandon();
    if (this.#touched !== null) this.onpaint(this.#touched);
    this.#touched = null;
    return true;
  }

  invert(): void {
    this.#whole(() => this.mask.map((value) => 255 - value));
  }

  clear(): void {
    this.#whole(() => this.mask.map(() => 0));
  }

  /** All edges fade as far as `feather` says. */
  soften(): void {
    this.#whole(() => softenMask(this.mask, this.feather));
  }

  undo(): boolean {
    if (this.cancel()) return true;
    return this.#swap(this.#history.undo());
  }

  redo(): boolean {
    return !this.drawing && this.#swap(this.#history.redo());
  }

  /** Takes over a mask that was kept: what `fill` paints is where going back ends. */
  read(fill: (mask: TiledMask) => void): void {
    this.mask.begin();
    fill(this.mask);
    this.mask.commit();
    this.covered = this.mask.covered;
    this.onpaint(this.mask.whole);
  }

  kept(): void {
    this.changed = false;
  }

  /** A step larger or smaller: small sizes by pixels, large ones by a part of themselves. */
  resize(by: 1 | -1): void {
    const step = Math.max(1, Math.round(this.size * 0.12));
    this.size = Math.min(this.mostSize, Math.max(LEAST_SIZE, this.size + by * step));
  }

  harden(by: 1 | -1): void {
    this.hardness = Math.min(100, Math.max(0, this.hardness + by * 10));
  }

  /** Moves the brush without a pointer; a stroke under way goes along. */
  nudge(dx: number, dy: number): void {
    const from = this.cursor ?? { x: this.mask.width / 2, y: this.mask.height / 2 };
    const at = {
      x: Math.min(this.mask.width, Math.max(0, from.x + dx)),
      y: Math.min(this.mask.height, Math.max(0, from.y + dy)),
    };
    if (this.drawing) this.move(at);
    else this.cursor = at;
  }

  #touch(at: Point, pressure: number): Touch {
    const part = LIGHTEST + (1 - LIGHTEST) * Math.min(1, Math.max(0, pressure));
    return { ...at, radius: (this.size / 2) * part };
  }

  #stroke(from: Touch, to: Touch): void {
    const area = drawStroke(this.mask, from, to, this.hardness / 100, this.tool === "eraser");
    this.#last = to;
    this.#touched = joined(this.#touched, area);
    this.onpaint(area);
  }

  #whole(change: () => void): void {
    this.cancel();
    this.mask.begin();
    change();
    this.#touched = this.mask.whole;
    this.#settle(this.mask.commit());
  }

  #settle(step: TileChange | null): void {
    const area = this.#touched;
    this.#touched = null;
    if (area !== null) this.onpaint(area);
    if (step === null) return;
    this.#history.push(step);
    this.#tell();
  }

  #swap(step: TileChange | null): boolean {
    if (step === null) return false;
    this.mask.swap(step);
    this.onpaint(this.mask.areaOf(step));
    this.#tell();
    return true;
  }

  #tell(): void {
    this.changed = true;
    this.covered = this.mask.covered;
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
  }
}
