/** Colours of a picture, to choose a background from. */

type Bucket = { count: number; red: number; green: number; blue: number };

/** Colours nearer than this look the same in a small field. */
const APART = 48;
const OPAQUE = 200;

export function hexOf(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** A colour as it was typed, `#abc`, `ABCDEF`, as `#rrggbb`; null when it is none. */
export function readHex(text: string): string | null {
  const match = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  const digits = match?.[1]?.toLowerCase();
  if (digits === undefined) return null;
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`;
}

/** The colours a picture has most of and that differ, from its pixels as RGBA; what is see-through has none. */
export function mainColours(pixels: Uint8ClampedArray, most: number): readonly string[] {
  const buckets = new Map<number, Bucket>();
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    if ((pixels[at + 3] ?? 0) < OPAQUE) continue;
    const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    const bucket = buckets.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bucket.count += 1;
    bucket.red += red;
    bucket.green += green;
    bucket.blue += blue;
    buckets.set(key, bucket);
  }
  const chosen: (readonly [number, number, number])[] = [];
  const ordered = [...buckets.values()].sort((one, other) => other.count - one.count);
  for (const { count, red, green, blue } of ordered) {
    if (chosen.length === most) break;
    const colour = [red / count, green / count, blue / count] as const;
    const differs = chosen.every(
      (other) => Math.hypot(colour[0] - other[0], colour[1] - other[1], colour[2] - other[2]) >= APART,
    );
    if (differs) chosen.push(colour);
  }
  return chosen.map((colour) => hexOf(...colour));
}
