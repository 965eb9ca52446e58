/** Files that are dropped on the list of references rather than anywhere in the room. */

export function onReferences(drop: { readonly x: number | null; readonly y: number | null }): boolean {
  if (drop.x === null || drop.y === null) return false;
  return document.elementFromPoint(drop.x, drop.y)?.closest("[data-references]") != null;
}
