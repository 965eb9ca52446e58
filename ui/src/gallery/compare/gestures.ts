/** Wheel, pinch, drag and double click on a picture, and the keys for those without a pointer. */
import type { Attachment } from "svelte/attachments";
import type { Point } from "./pan-zoom";
import type { Viewport } from "./viewport.svelte";

/** How much closer one pixel of the wheel brings; a pinch on a touchpad tells far smaller numbers. */
const WHEEL = 0.0018;
const PINCH = 0.01;
const LINE = 40;
/** How far an arrow key moves, of the pane. */
const STRIDE = 0.12;

type Wishes = {
  /** True when this press is for something else, such as the handle of a slider. */
  readonly taken?: (event: PointerEvent) => boolean;
};

function wheelFactor(event: WheelEvent): number {
  const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * LINE;
  return Math.exp(-pixels * (event.ctrlKey ? PINCH : WHEEL));
}

export function gestures(viewport: Viewport, { taken }: Wishes = {}): Attachment<HTMLElement> {
  return (element) => {
    const fingers = new Map<number, Point>();

    function pointOf(event: MouseEvent): Point {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    }
    function wheel(event: WheelEvent): void {
      event.preventDefault();
      viewport.zoomBy(wheelFactor(event), pointOf(event));
    }
    function press(event: PointerEvent): void {
      if (event.button !== 0 || taken?.(event) === true) return;
      element.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, pointOf(event));
      element.classList.toggle("grabbed", true);
    }
    function move(event: PointerEvent): void {
      const before = fingers.get(event.pointerId);
      if (before === undefined) return;
      const now = pointOf(event);
      fingers.set(event.pointerId, now);
      if (fingers.size === 1) {
        viewport.pan({ x: now.x - before.x, y: now.y - before.y });
        return;
      }
      const still = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (still !== undefined) viewport.pinch([before, still], [now, still]);
    }
    function release(event: PointerEvent): void {
      fingers.delete(event.pointerId);
      element.classList.toggle("grabbed", fingers.size > 0);
    }
    function twice(event: MouseEvent): void {
      if (event.target instanceof Element && event.target.closest("button") !== null) return;
      viewport.toggle(pointOf(event));
    }

    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("pointerdown", press);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", release);
    element.addEventListener("pointercancel", release);
    element.addEventListener("dblclick", twice);
    return () => {
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("pointerdown", press);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", release);
      element.removeEventListener("pointercancel", release);
      element.removeEventListener("dblclick", twice);
    };
  };
}

/**
 * Keys of looking closer: + and −, Z or Ctrl+0 and Ctrl+1, and the arrows while there is something beyond the edge. Plain
 * digits stay with the rating, as everywhere. True when the key was taken.
 */
export function zoomKey(event: KeyboardEvent, viewport: Viewport): boolean {
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "0") viewport.fit();
    else if (event.key === "1") viewport.actual();
    else return false;
    return true;
  }
  const strides: Readonly<Record<string, Point>> = {
    ArrowLeft: { x: 1, y: 0 },
    ArrowRight: { x: -1, y: 0 },
    ArrowUp: { x: 0, y: 1 },
    ArrowDown: { x: 0, y: -1 },
  };
  const stride = strides[event.key];
  if (stride !== undefined) {
    if (viewport.whole) return false;
    viewport.pan({ x: stride.x * STRIDE * viewport.width, y: stride.y * STRIDE * viewport.height });
    return true;
  }
  if (event.key === "+" || event.key === "=") viewport.step(1);
  else if (event.key === "-") viewport.step(-1);
  else if (event.key.toLowerCase() === "z") viewport.toggle();
  else return false;
  return true;
}
