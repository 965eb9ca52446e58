/** A JSON value as the lines of a tree: what is folded away has none. */
import type { JsonValue } from "@/console-contract";
import { isObject } from "@/stores/console-shape";
import { pointerOf, type Path } from "@/stores/console-values";

export type JsonRow = {
  /** A JSON pointer. */
  readonly id: string;
  readonly path: Path;
  /** The name of the field or the number of the entry; null at the root. */
  readonly name: string | null;
  readonly value: JsonValue;
  /** From 1. */
  readonly level: number;
  /** Among its siblings, from 1. */
  readonly place: number;
  readonly siblings: number;
  /** How many values it holds; null for one that holds none by its kind. */
  readonly children: number | null;
  readonly open: boolean;
};

function entriesOf(value: JsonValue): readonly [string | number, JsonValue][] | null {
  if (Array.isArray(value)) return value.map((entry, index) => [index, entry]);
  return isObject(value) ? Object.entries(value) : null;
}

/** The lines that are to be seen while these are open. */
export function rowsOf(root: JsonValue, open: ReadonlySet<string>): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const visit = (value: JsonValue, path: Path, level: number, place: number, siblings: number): void => {
    const id = pointerOf(path);
    const entries = entriesOf(value);
    const isOpen = entries !== null && open.has(id);
    rows.push({
      id,
      path,
      name: path.length === 0 ? null : String(path.at(-1)),
      value,
      level,
      place,
      siblings,
      children: entries?.length ?? null,
      open: isOpen,
    });
    if (!isOpen) return;
    for (const [index, [name, entry]] of entries.entries()) {
      visit(entry, [...path, name], level + 1, index + 1, entries.length);
    }
  };
  visit(root, [], 1, 1, 1);
  return rows;
}

/** What is open at first: the top, as far as it can be looked over. */
export function openAtFirst(root: JsonValue, most = 300): ReadonlySet<string> {
  const open = new Set<string>();
  let shown = 1;
  let next: { value: JsonValue; path: Path }[] = [{ value: root, path: [] }];
  while (next.length > 0) {
    const deeper: typeof next = [];
    for (const { value, path } of next) {
      const entries = entriesOf(value);
      if (entries === null || (path.length > 0 && shown + entries.length > most)) continue;
      open.add(pointerOf(path));
      shown += entries.length;
      for (const [name, entry] of entries) deeper.push({ value: entry, path: [...path, name] });
    }
    next = deeper;
  }
  return open;
}

/** Everything that can be opened, up to a limit that keeps the window quick. */
export function allOpen(root: JsonValue, most = 50_000): ReadonlySet<string> {
  const open = new Set<string>();
  const visit = (value: JsonValue, path: Path): void => {
    const entries = entriesOf(value);
    if (entries === null || open.size >= most) return;
    open.add(pointerOf(path));
    for (const [name, entry] of entries) visit(entry, [...path, name]);
  };
  visit(root, []);
  return open;
}

/** The paths of all values and names that hold the words, in the order of the tree; at most `most`. */
export function findIn(root: JsonValue, words: string, most = 1000): readonly Path[] {
  const sought = words.trim().toLocaleLowerCase();
  const found: Path[] = [];
  if (sought === "") return found;
  const visit = (value: JsonValue, path: Path): void => {
    if (found.length >= most) return;
    const entries = entriesOf(value);
    const text = entries === null ? String(value) : "";
    const name = path.at(-1);
    if (
      text.toLocaleLowerCase().includes(sought) ||
      (typeof name === "string" && name.toLocaleLowerCase().includes(sought))
    ) {
      found.push(path);
    }
    for (const [key, entry] of entries ?? []) visit(entry, [...path, key]);
  };
  visit(root, []);
  return found;
}

/** Every pointer on the way to a value, without its own. */
export function waysTo(path: Path): readonly string[] {
  return path.map((_step, index) => pointerOf(path.slice(0, index)));
}

/** A path as one writes it in a program: `data[0].id`. */
export function writtenPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (/^[A-Za-z_$][\w$]*$/.test(step)) return index === 0 ? step : `.${step}`;
      return `[${JSON.stringify(step)}]`;
    })
    .join("");
}
