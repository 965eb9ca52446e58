/** Drawing stretches of a waveform, one bar for each. */
import type { Stretch } from "./peaks.svelte";

/** Soft speech is far below full scale; on a straight scale it would be a line. */
const CURVE = 0.7;

export type Bars = {
  readonly stretches: readonly (Stretch | undefined)[];
  /** Where the first of them begins, in CSS pixels. */
  readonly x: number;
  /** How wide each is, its gap included. */
  readonly pitch: number;
};

function reach(value: number, half: number): number {
  return Math.sign(value) * (Math.abs(value) / 127) ** CURVE * half;
}

/** Fits the canvas to its box, in the pixels of the screen, and draws on it anew. */
export function drawBars(canvas: HTMLCanvasElement, width: number, height: number, bars: Bars): void {
  const density = globalThis.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * density), Math.round(height * density)];
  // Setting a size, even the same, empties the canvas and takes its memory anew.
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  context.fillStyle = getComputedStyle(canvas).color;
  const middle = height / 2;
  const bar = Math.max(1, Math.min(3, bars.pitch - 1));
  context.beginPath();
  for (const [index, stretch] of bars.stretches.entries()) {
    const x = bars.x + index * bars.pitch;
    if (x < -bars.pitch || x > width) continue;
    const top = stretch ? Math.min(-0.5, -reach(stretch[1], middle - 1)) : -0.5;
    const bottom = stretch ? Math.max(0.5, -reach(stretch[0], middle - 1)) : 0.5;
    context.roundRect(x, middle + top, bar, bottom - top, bar / 2);
  }
  context.fill();
}
