/** Places in the text of a line. */

type OldDocument = { caretRangeFromPoint?: (x: number, y: number) => Range | null };

/** Where in a text something was pressed; null beside it. */
export function offsetAt(text: Node | null, x: number, y: number): number | null {
  if (text === null) return null;
  if ("caretPositionFromPoint" in document) {
    const place = document.caretPositionFromPoint(x, y);
    return place?.offsetNode === text ? place.offset : null;
  }
  const range = (document as OldDocument).caretRangeFromPoint?.(x, y);
  return range?.startContainer === text ? range.startOffset : null;
}
