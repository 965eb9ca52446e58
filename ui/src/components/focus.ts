/** More frames than a row needs to be measured. */
const FRAMES = 20;

/**
 * Puts the keys on what `find` finds. A row that has just been mounted in a long list is hidden until its height is known,
 * and what is hidden takes no focus: until it does it is tried with each frame, as long as `find` finds it.
 */
export async function focusOnceSeen(find: () => HTMLElement | null | undefined): Promise<void> {
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const element = find();
    element?.focus();
    if (element == null || document.activeElement === element) return;
    await new Promise((go) => requestAnimationFrame(go));
  }
}

/**
 * What had the keys is taken out of a list: they go on in the row that has its place now, or in the last; where none is left, at
 * `otherwise`. Called when it's gone; whoever has the keys by then keeps them.
 */
export async function goOnBeside(
  rows: () => Iterable<Element> | undefined,
  place: number,
  otherwise: () => HTMLElement | null | undefined,
  button = "button",
): Promise<void> {
  // A dialog that closes gives the keys back to what it was opened from, some frames later: to nothing, where that is gone.
  for (let frame = 0; frame < FRAMES; frame += 1) {
    if (document.activeElement === null || document.activeElement === document.body) {
      const left = [...(rows() ?? [])];
      const row = left[Math.min(place, left.length - 1)];
      (row?.querySelector<HTMLElement>(button) ?? otherwise())?.focus();
    }
    await new Promise((go) => requestAnimationFrame(go));
  }
}
