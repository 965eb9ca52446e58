/** Shapes of pictures: the ratios people choose from, and the sizes in pixels they stand for. */

export const COMMON_RATIOS = ["1:1", "3:2", "2:3", "16:9", "9:16"] as const;
/** The longest side that Venice paints, in pixels. */
export const LARGEST_SIDE = 1280;
/** A side shorter than this, in pixels, is no picture. */
const SMALLEST_SIDE = 64;
/** About how many pixels a picture has whatever its shape, so that no shape is a worse bargain. */
const USUAL_AREA = 1024 * 1024;
/** The most pixels an upscaled picture may have. */
const UPSCALE_LIMIT = 16_777_216;

/** "16:9" as width / height; null when it is no ratio ("auto"). */
export function ratioValue(ratio: string): number | null {
  const match = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(ratio.trim());
  if (match === null) return null;
  const value = Number(match[1]) / Number(match[2]);
  return Number.isFinite(value) && value > 0 ? value : null;
}

export type Size = { readonly width: number; readonly height: number };

/** The size for a ratio whose sides can be divided by `divisor`: first the truest shape, then about one megapixel. */
export function sizeFor(ratio: string, divisor: number): Size {
  const wanted = ratioValue(ratio) ?? 1;
  const step = Math.max(1, Math.round(divisor));
  const longest = Math.max(step, Math.floor(LARGEST_SIDE / step) * step);
  let best: Size = { width: step, height: step };
  let bestScore = Number.POSITIVE_INFINITY;
  for (let long = step; long <= longest; long += step) {
    const exactShort = wanted >= 1 ? long / wanted : long * wanted;
    const short = Math.max(step, Math.round(exactShort / step) * step);
    const [width, height] = wanted >= 1 ? [long, short] : [short, long];
    const shape = Math.abs(Math.log(width / height / wanted));
    const area = Math.abs(Math.log((width * height) / USUAL_AREA));
    const score = shape * 6 + area;
    if (score < bestScore) {
      bestScore = score;
      best = { width, height };
    }
  }
  return best;
}

/** The common ratio closest to a size, for a recipe that only knows the size. */
export function nearestRatio(width: number, height: number, ratios: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const ratio of ratios) {
    const value = ratioValue(ratio);
    if (value === null) continue;
    const distance = Math.abs(Math.log(width / height / value));
    if (distance < bestDistance) {
      bestDistance = distance;
      best = ratio;
    }
  }
  return best;
}

/** What an upscale of a picture will measure. */
export function upscaled(source: Size, scale: number): Size & { readonly tooLarge: boolean } {
  const width = source.width * scale;
  const height = source.height * scale;
  return { width, height, tooLarge: width * height > UPSCALE_LIMIT };
}

/** A side as a model takes it: the nearest multiple of its divisor, within its limits. */
export function snapped(side: number, divisor: number): number {
  const step = Math.max(1, Math.round(divisor));
  const least = Math.ceil(SMALLEST_SIDE / step) * step;
  const most = Math.max(step, Math.floor(LARGEST_SIDE / step) * step);
  return Math.min(most, Math.max(least, Math.round(side / step) * step));
}

/** "3:2" as "2:3", where that is among the ratios. */
export function swappedRatio(ratio: string | null, ratios: readonly string[]): string | null {
  const turned = ratio?.split(":").reverse().join(":") ?? "";
  return turned !== ratio && ratios.includes(turned) ? turned : null;
}
