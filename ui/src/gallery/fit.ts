/** How large a few equal pictures can hang together in a given space. */

export type Fitted = { readonly columns: number; readonly width: number; readonly height: number };

/**
 * The largest size at which `count` pictures of a ratio (width / height) fit into a space. Where that would make them
 * narrower than `least`, they hang two abreast and go on below the space.
 */
export function fitTogether(
  count: number,
  ratio: number,
  space: { readonly width: number; readonly height: number },
  gap: number,
  least: number,
): Fitted {
  let best: Fitted = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (space.width - gap * (columns - 1)) / columns;
    const byHeight = ((space.height - gap * (rows - 1)) / rows) * ratio;
    const width = Math.floor(Math.min(byWidth, byHeight));
    if (width > best.width) best = { columns, width, height: Math.round(width / ratio) };
  }
  if (best.width >= Math.max(1, Math.min(least, space.width))) return best;
  const columns = count > 1 && space.width >= 2 * least + gap ? 2 : 1;
  const width = Math.max(1, Math.floor((space.width - gap * (columns - 1)) / columns));
  return { columns, width, height: Math.round(width / ratio) };
}

/** In how many columns `count` panes show pictures of a ratio the largest, with `foot` pixels of words under each. */
export function columnsFor(
  count: number,
  ratio: number,
  space: { readonly width: number; readonly height: number },
  gap: number,
  foot: number,
): number {
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const across = (space.width - gap * (columns - 1)) / columns;
    const down = (space.height - gap * (rows - 1)) / rows - foot;
    const width = Math.min(across, down * ratio);
    if (width > best.width) best = { columns, width };
  }
  return best.columns;
}
