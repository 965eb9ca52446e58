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
