/** Values of a form: where they are, how they begin, which alternative they are, and the files in them. */
import type { FileRef, JsonObject, JsonValue, SentFile } from "@/console-contract";
import { isObject, type SchemaBook, type ShapeOf } from "./console-shape";

/** The way to a value: names of fields and numbers of entries. */
export type Path = readonly (string | number)[];

/** A path as a JSON pointer. */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

export function pathOf(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function child(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof step === "number" ? value[step] : undefined;
  return isObject(value) ? value[String(step)] : undefined;
}

export function valueAt(value: JsonValue | undefined, path: Path): JsonValue | undefined {
  return path.reduce(child, value);
}

/** The same value with another one in its place; undefined takes away what is there. */
export function withValue(
  value: JsonValue | undefined,
  path: Path,
  next: JsonValue | undefined,
): JsonValue | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return next;
  const inner = withValue(child(value, step), rest, next);
  if (typeof step === "number" && !isObject(value)) {
    const entries = Array.isArray(value) ? [...value] : [];
    if (inner === undefined) entries.splice(step, 1);
    else entries[step] = inner;
    return entries;
  }
  const fields: JsonObject = isObject(value) ? { ...value } : {};
  if (inner === undefined) Reflect.deleteProperty(fields, String(step));
  else fields[String(step)] = inner;
  return fields;
}

/** A file that stands in a form until it is sent. */
export type FileMark = { $file: FileRef | null; name: string };

export function isFileMark(value: JsonValue | undefined): value is JsonObject & FileMark {
  return isObject(value) && "$file" in value && typeof value["name"] === "string";
}

export function fileMark(file: FileRef | null, name: string): JsonObject {
  return { $file: file, name };
}

type Split = { request: JsonValue; files: Record<string, FileRef>; names: Record<string, string> };

/** What is sent: the request with nothing in the places of its files, and the files beside it. */
export function split(value: JsonValue): Split {
  const files: Record<string, FileRef> = {};
  const names: Record<string, string> = {};
  const walk = (node: JsonValue, path: Path): JsonValue => {
    if (isFileMark(node)) {
      const pointer = pointerOf(path);
      names[pointer] = node.name;
      if (node.$file !== null) files[pointer] = node.$file;
      return "";
    }
    if (Array.isArray(node)) return node.map((entry, index) => walk(entry, [...path, index]));
    if (!isObject(node)) return node;
    return Object.fromEntries(
      Object.entries(node).map(([name, entry]) => [name, walk(entry, [...path, name])]),
    );
  };
  return { request: walk(value, []), files, names };
}

/** A request of the history as a form holds it. A file that is gone leaves its name. */
export function joined(request: JsonValue, files: Readonly<Record<string, SentFile>>): JsonValue {
  let value: JsonValue = request;
  for (const [pointer, sent] of Object.entries(files)) {
    value = withValue(value, pathOf(pointer), fileMark(sent.file, sent.name)) ?? null;
  }
  return value;
}

/** A form as it may be written down: without secrets, and without files that nobody knows after a restart. */
export function keepable(book: SchemaBook, value: JsonValue): JsonValue {
  const walk = (node: JsonValue, schema: JsonValue): JsonValue | undefined => {
    const shape = book.shape(schema);
    if (isFileMark(node)) return node.$file !== null && "item" in node.$file ? node : undefined;
    if (shape.is === "text" && shape.secret) return undefined;
    if (shape.is === "choice") {
      const chosen = chosenOf(book, shape, node);
      const alternative = shape.alternatives[chosen];
      return alternative ? walk(node, alternative.node) : node;
    }
    if (Array.isArray(node)) {
      const items = shape.is === "list" ? shape.items : true;
      return node.map((entry) => walk(entry, items)).filter((entry) => entry !== undefined);
    }
    if (!isObject(node)) return node;
    const nodeOf = (name: string): JsonValue => {
      if (shape.is === "map") return shape.values;
      return shape.is === "object" ? (shape.fields.find((field) => field.name === name)?.node ?? true) : true;
    };
    const kept = Object.entries(node).map(([name, entry]) => [name, walk(entry, nodeOf(name))] as const);
    return Object.fromEntries(kept.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
  };
  return walk(value, book.root) ?? {};
}

/** What a value begins as; undefined where there is nothing to begin with. */
export function startOf(book: SchemaBook, node: JsonValue): JsonValue | undefined {
  const shape = book.shape(node);
  switch (shape.is) {
    case "fixed":
      return shape.value;
    case "object": {
      const fields: JsonObject = {};
      for (const field of shape.fields) {
        if (!field.required) continue;
        const value = startOf(book, field.node);
        if (value !== undefined) fields[field.name] = value;
      }
      return fields;
    }
    case "list":
      return Array.from({ length: shape.least }, () => entryOf(book, shape.items));
    case "map":
      return {};
    case "choice": {
      const first = shape.alternatives[0];
      return first ? startOf(book, first.node) : undefined;
    }
    default:
      return undefined;
  }
}

/** What a new entry of a list begins as: there has to be something. */
export function entryOf(book: SchemaBook, node: JsonValue): JsonValue {
  const start = startOf(book, node);
  if (start !== undefined) return start;
  const shape = book.shape(node);
  switch (shape.is) {
    case "number":
      return shape.least ?? 0;
    case "flag":
      return false;
    case "options":
      return shape.options[0]?.value ?? null;
    case "any":
      return null;
    case "choice": {
      const first = shape.alternatives[0];
      return first ? entryOf(book, first.node) : null;
    }
    default:
      return "";
  }
}

/** How well a value fits a schema by its looks; below 0: it doesn't. Half-filled values still fit. */
function likeness(book: SchemaBook, node: JsonValue, value: JsonValue): number {
  const shape = book.shape(node);
  if (value === null) return shape.nullable || shape.is === "any" ? 1 : -1;
  switch (shape.is) {
    case "object": {
      if (!isObject(value) || isFileMark(value)) return -1;
      let score = 1;
      for (const field of shape.fields) {
        const inner = value[field.name];
        const kind = book.shape(field.node);
        if (inner === undefined) {
          if (field.required) score -= 0.1;
          continue;
        }
        if (kind.is === "fixed" && kind.value !== inner) return -1;
        score += kind.is === "fixed" ? 4 : likeness(book, field.node, inner) < 0 ? 0 : 1;
      }
      const known = new Set(shape.fields.map((field) => field.name));
      return score - Object.keys(value).filter((name) => !known.has(name)).length * 0.5;
    }
    case "list": {
      if (!Array.isArray(value)) return -1;
      const [first] = value;
      if (first === undefined) return 1;
      const items = likeness(book, shape.items, first);
      return items < 0 ? 0.2 : 1 + items;
    }
    case "map":
      return isObject(value) && !isFileMark(value) ? 0.5 : -1;
    case "choice":
      return Math.max(-1, ...shape.alternatives.map((one) => likeness(book, one.node, value)));
    case "options":
      return shape.options.some((option) => option.value === value) ? 3 : -1;
    case "fixed":
      return shape.value === value ? 4 : -1;
    case "text":
      return isFileMark(value) ? (shape.file === null ? -1 : 2) : typeof value === "string" ? 1 : -1;
    case "number":
      return typeof value === "number" ? (shape.whole && !Number.isInteger(value) ? 0 : 1) : -1;
    case "flag":
      return typeof value === "boolean" ? 1 : -1;
    case "any":
      return 0;
  }
}

/** Which alternative a value is, by number; the first where nobody can tell. */
export function chosenOf(book: SchemaBook, shape: ShapeOf<"choice">, value: JsonValue | undefined): number {
  if (value === undefined) return 0;
  let best = 0;
  let most = -1;
  for (const [index, alternative] of shape.alternatives.entries()) {
    const score = likeness(book, alternative.node, value);
    if (score > most) [best, most] = [index, score];
  }
  return best;
}

/** Whether a value could be this one of the alternatives. */
export function mayBe(book: SchemaBook, node: JsonValue, value: JsonValue | undefined): boolean {
  return value === undefined || likeness(book, node, value) >= 0;
}
