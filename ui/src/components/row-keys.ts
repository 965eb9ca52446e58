/** What a list of rows tells of itself; the virtual list's handle. */
type Viewport = { getViewportSize(): number };

/**
 * The row that a key leads to from row `here` of `count` rows of one height, in pixels; null where the key leads nowhere. It may lie
 * before the first or after the last: whoever goes there stays inside.
 */
export function rowByKey(
  event: KeyboardEvent,
  here: number,
  count: number,
  list: Viewport | null,
  height: number,
): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
  const page = Math.max(1, Math.floor((list?.getViewportSize() ?? height) / height) - 1);
  const to: Record<string, number> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    PageDown: here + page,
    PageUp: here - page,
    Home: 0,
    End: count - 1,
  };
  return to[event.key] ?? null;
}
