/** The keys of the mask editor. */
import type { Tool } from "./painter.svelte";
import type { Point } from "./raster";

type Deed =
  "undo" | "redo" | "invert" | "clear" | "smaller" | "larger" | "softer" | "harder" | "hide" | "away";

const TOOLS: Readonly<Record<string, Tool>> = { b: "brush", e: "eraser", l: "lasso", r: "rectangle" };
const DEEDS: Readonly<Record<string, Deed>> = {
  i: "invert",
  delete: "clear",
  backspace: "clear",
  "[": "smaller",
  "]": "larger",
  "{": "softer",
  "}": "harder",
  h: "hide",
  x: "away",
};
const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** What a key does; null when it is none of the editor's. */
export function maskKeys(event: Key): { readonly tool?: Tool; readonly deed?: Deed } | null {
  const key = event.key.toLowerCase();
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return { deed: event.shiftKey ? "redo" : "undo" };
    return key === "y" ? { deed: "redo" } : null;
  }
  const tool = TOOLS[key];
  if (tool !== undefined) return { tool };
  const deed = DEEDS[key];
  return deed === undefined ? null : { deed };
}

/** How far an arrow key moves the brush: a quarter of its size, with Shift a pixel. */
export function maskStep(event: Key, size: number): Point | null {
  const way = WAYS[event.key];
  if (way === undefined || event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = event.shiftKey ? 1 : Math.max(2, Math.round(size / 4));
  return { x: way[0] * step, y: way[1] * step };
}
