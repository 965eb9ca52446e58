/** Where the items of a lineage stand: generations from left to right, as few crossings as a few sweeps can bring. */
import type { ItemView, LineageLink, LineageTree } from "@/bindings";

export type LineageNode = {
  readonly id: string;
  /** null: it was made from this, but this is gone for good. */
  readonly item: ItemView | null;
  readonly column: number;
  /** In rows from the top; rows of neighbours are at least 1 apart. */
  readonly row: number;
};
export type LineageLayout = {
  readonly nodes: readonly LineageNode[];
  readonly links: readonly LineageLink[];
  readonly columns: number;
  readonly rows: number;
};

const SWEEPS = 4;

/** The generation of each: one after the latest of its parents. A circle, which should not be, ends the count. */
function columnsOf(
  ids: readonly string[],
  parents: ReadonlyMap<string, readonly string[]>,
  children: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const columns = new Map<string, number>();
  const waiting = new Map(ids.map((id) => [id, parents.get(id)?.length ?? 0]));
  let ready = ids.filter((id) => waiting.get(id) === 0);
  while (columns.size < ids.length) {
    if (ready.length === 0) ready = ids.filter((id) => !columns.has(id)).slice(0, 1);
    const next: string[] = [];
    for (const id of ready) {
      if (columns.has(id)) continue;
      const before = (parents.get(id) ?? []).map((parent) => columns.get(parent) ?? -1);
      columns.set(id, Math.max(-1, ...before) + 1);
      for (const child of children.get(id) ?? []) {
        const left = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, left);
        if (left <= 0 && !columns.has(child)) next.push(child);
      }
    }
    ready = next;
  }
  // What has no parents stands right before the first that was made from it.
  for (const id of ids) {
    if ((parents.get(id)?.length ?? 0) > 0) continue;
    const after = (children.get(id) ?? []).map((child) => columns.get(child) ?? 0);
    if (after.length > 0) columns.set(id, Math.max(0, Math.min(...after) - 1));
  }
  return columns;
}

/** Keeps the order and at least one row between neighbours, and moves the column to where it wants to be on the whole. */
function spread(wanted: readonly number[]): number[] {
  const rows: number[] = [];
  for (const row of wanted) rows.push(Math.max(row, (rows.at(-1) ?? -Infinity) + 1));
  const drift =
    rows.reduce((sum, row, index) => sum + row - (wanted[index] ?? row), 0) / Math.max(1, rows.length);
  return rows.map((row) => row - drift);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function layOut(tree: LineageTree): LineageLayout {
  const items = new Map(tree.items.map((item) => [item.id, item]));
  const gone = new Set(tree.links.map((link) => link.parent).filter((id) => !items.has(id)));
  const links = tree.links.filter((link) => items.has(link.child) && link.child !== link.parent);
  const ids = [...gone, ...items.keys()];
  const gather = (key: "child" | "parent", value: "child" | "parent"): Map<string, string[]> => {
    const found = new Map<string, string[]>();
    for (const link of links) {
      const list = found.get(link[key]) ?? [];
      if (!list.includes(link[value])) found.set(link[key], [...list, link[value]]);
    }
    return found;
  };
  const parents = gather("child", "parent");
  const children = gather("parent", "child");
  const columnOf = columnsOf(ids, parents, children);
  const columns: string[][] = [];
  for (const id of ids) (columns[columnOf.get(id) ?? 0] ??= []).push(id);
  const filled = columns.filter((column) => column.length > 0);
  const rows = new Map<string, number>();
  for (const column of filled) column.forEach((id, index) => rows.set(id, index));

  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    for (const column of forth ? filled : filled.toReversed()) {
      const near = forth ? parents : children;
      const pull = new Map(
        column.map((id) => [
          id,
          mean((near.get(id) ?? []).map((other) => rows.get(other) ?? 0)) ?? rows.get(id) ?? 0,
        ]),
      );
      column.sort((one, other) => (pull.get(one) ?? 0) - (pull.get(other) ?? 0));
      const placed = spread(column.map((id) => pull.get(id) ?? 0));
      column.forEach((id, index) => rows.set(id, placed[index] ?? index));
    }
  }
  const top = Math.min(...rows.values(), Infinity);
  const nodes = filled.flatMap((column, index) =>
    column.map((id) => ({
      id,
      item: items.get(id) ?? null,
      column: index,
      row: (rows.get(id) ?? 0) - (Number.isFinite(top) ? top : 0),
    })),
  );
  return {
    nodes,
    links,
    columns: filled.length,
    rows: nodes.length === 0 ? 0 : Math.max(...nodes.map((node) => node.row)) + 1,
  };
}

export type Towards = "left" | "right" | "up" | "down";

/** The node one comes to from another: along the links sideways, else the nearest of the generation; up and down within it. */
export function neighbourOf(layout: LineageLayout, from: string, towards: Towards): string | null {
  const here = layout.nodes.find((node) => node.id === from);
  if (here === undefined) return layout.nodes[0]?.id ?? null;
  const nearest = (list: readonly LineageNode[]): string | null =>
    list.toSorted((one, other) => Math.abs(one.row - here.row) - Math.abs(other.row - here.row))[0]?.id ??
    null;
  if (towards === "up" || towards === "down") {
    const way = towards === "up" ? -1 : 1;
    return nearest(
      layout.nodes.filter((node) => node.column === here.column && (node.row - here.row) * way > 0),
    );
  }
  const [own, other] = towards === "left" ? (["child", "parent"] as const) : (["parent", "child"] as const);
  const linked = new Set(layout.links.filter((link) => link[own] === from).map((link) => link[other]));
  const beside = here.column + (towards === "left" ? -1 : 1);
  return (
    nearest(layout.nodes.filter((node) => linked.has(node.id))) ??
    nearest(layout.nodes.filter((node) => node.column === beside))
  );
}
