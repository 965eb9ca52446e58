/** The crop editor's state: how the picture is turned, what is kept of it, and how large the result is. */
import type { Adjustment, Crop } from "@/bindings";
import { ratioValue, type Size } from "@/stores/pictures-shapes";
import {
  adjustmentOf,
  cropOfRatio,
  flippedCrop,
  movedCrop,
  resizedCrop,
  turned,
  turnedCrop,
  turnedSize,
  UPRIGHT,
  wholeOf,
  type Handle,
  type Placing,
} from "./crop";

export const ratios = ["free", "original", "1:1", "3:2", "16:9", "4:5"] as const;
export type RatioChoice = (typeof ratios)[number];
/** Pixels; no side of a result is longer. */
export const LONGEST_SIDE = 16_384;

export class Cropping {
  readonly size: Size;
  placing = $state.raw<Placing>(UPRIGHT);
  crop: Crop = $state.raw({ x: 0, y: 0, width: 1, height: 1 });
  choice = $state<RatioChoice>("free");
  /** The ratio stands on end: 2:3 for 3:2. */
  upright = $state(false);
  /** The size at the end; null = as large as what is kept. */
  resize = $state.raw<Size | null>(null);
  /** Width and height change together. */
  locked = $state(true);

  /** The size of the turned picture. */
  readonly bounds: Size = $derived.by(() => turnedSize(this.size, this.placing.turn));
  readonly ratio: number | null = $derived.by(() => {
    if (this.choice === "free") return null;
    const value =
      this.choice === "original" ? this.size.width / this.size.height : (ratioValue(this.choice) ?? 1);
    return this.upright ? 1 / value : value;
  });
  readonly result: Size = $derived.by(() => this.resize ?? this.crop);
  readonly percent: number = $derived(Math.round((this.result.width / this.crop.width) * 1000) / 10);
  readonly adjustment: Adjustment | null = $derived.by(() =>
    adjustmentOf(this.placing, this.crop, this.resize, this.size),
  );
  /** The result has more pixels than what is kept of the picture. */
  readonly stretched: boolean = $derived(
    this.result.width > this.crop.width || this.result.height > this.crop.height,
  );

  constructor(size: Size) {
    this.size = size;
    this.crop = wholeOf(size);
  }

  reset(): void {
    this.placing = UPRIGHT;
    this.choice = "free";
    this.upright = false;
    this.locked = true;
    this.resize = null;
    this.crop = wholeOf(this.size);
  }

  move(dx: number, dy: number): void {
    this.#put(movedCrop(this.crop, dx, dy, this.bounds));
  }

  /** Puts the rectangle where it was at the start of a drag, moved or resized by so much. */
  drag(start: Crop, handle: Handle | null, dx: number, dy: number): void {
    this.#put(
      handle === null
        ? movedCrop(start, dx, dy, this.bounds)
        : resizedCrop(start, handle, dx, dy, this.bounds, this.ratio),
    );
  }

  stretch(handle: Handle, dx: number, dy: number): void {
    this.drag(this.crop, handle, dx, dy);
  }

  /** A new rectangle, in the ratio that is chosen. */
  draw(crop: Crop): void {
    this.#put(this.ratio === null ? crop : resizedCrop(crop, "se", 0, 0, this.bounds, this.ratio));
  }

  choose(choice: RatioChoice): void {
    this.choice = choice;
    if (this.ratio !== null) this.#put(cropOfRatio(this.crop, this.ratio, this.bounds));
  }

  standUp(): void {
    this.upright = !this.upright;
    if (this.ratio !== null) this.#put(cropOfRatio(this.crop, this.ratio, this.bounds));
  }

  turn(clockwise: boolean): void {
    const crop = turnedCrop(this.crop, this.bounds, clockwise);
    this.placing = turned(this.placing, clockwise);
    if (this.choice !== "free" && this.ratio !== 1) this.upright = !this.upright;
    if (this.resize !== null) this.resize = { width: this.resize.height, height: this.resize.width };
    this.crop = crop;
  }

  flip(horizontal: boolean): void {
    const { flipHorizontal, flipVertical, turn } = this.placing;
    this.crop = flippedCrop(this.crop, this.bounds, horizontal);
    this.placing = horizontal
      ? { turn, flipHorizontal: !flipHorizontal, flipVertical }
      : { turn, flipHorizontal, flipVertical: !flipVertical };
  }

  /** A number of the rectangle that was typed; it is fitted in. */
  type(field: "x" | "y" | "width" | "height", value: number): void {
    const whole = Math.round(value);
    if (field === "x") this.move(whole - this.crop.x, 0);
    else if (field === "y") this.move(0, whole - this.crop.y);
    // From the top left corner, so that only what was typed changes, and its partner of the ratio.
    else if (field === "width") this.#side(whole, true);
    else this.#side(whole, false);
  }

  resizeTo(field: "width" | "height", value: number): void {
    const side = Math.min(LONGEST_SIDE, Math.max(1, Math.round(value)));
    const shape = this.result.width / this.result.height;
    const next =
      field === "width"
        ? { width: side, height: this.locked ? Math.round(side / shape) : this.result.height }
        : { width: this.locked ? Math.round(side * shape) : this.result.width, height: side };
    this.#resize(next);
  }

  resizeBy(percent: number): void {
    const part = Math.max(0.1, percent) / 100;
    this.#resize({ width: Math.round(this.crop.width * part), height: Math.round(this.crop.height * part) });
  }

  /** Locking takes the shape of what is kept. */
  lock(locked: boolean): void {
    this.locked = locked;
    if (locked && this.resize !== null) this.resizeTo("width", this.resize.width);
  }

  #side(length: number, across: boolean): void {
    const room = across ? this.bounds.width - this.crop.x : this.bounds.height - this.crop.y;
    const side = Math.min(room, Math.max(1, length));
    const { x, y, width, height } = this.crop;
    if (this.ratio === null) {
      this.#put(across ? { x, y, width: side, height } : { x, y, width, height: side });
      return;
    }
    // Down to one pixel and up again, so that the ratio's partner follows from the new length.
    const other = across ? side / this.ratio : side * this.ratio;
    const space = across ? this.bounds.height - y : this.bounds.width - x;
    const fits = Math.min(1, space / other);
    const [along, aside] = [Math.max(1, Math.round(side * fits)), Math.max(1, Math.round(other * fits))];
    this.#put({ x, y, width: across ? along : aside, height: across ? aside : along });
  }

  #put(crop: Crop): void {
    this.crop = crop;
    // A size that was asked for keeps its width; the height follows what is kept.
    if (this.resize !== null && this.locked) {
      const { width } = this.resize;
      this.#resize({ width, height: Math.round((width * crop.height) / crop.width) });
    }
  }

  #resize(next: Size): void {
    const fits = Math.min(1, LONGEST_SIDE / next.width, LONGEST_SIDE / next.height);
    const size = {
      width: Math.max(1, Math.round(next.width * fits)),
      height: Math.max(1, Math.round(next.height * fits)),
    };
    this.resize = size.width === this.crop.width && size.height === this.crop.height ? null : size;
  }
}
