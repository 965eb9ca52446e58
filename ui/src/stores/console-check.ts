/** Whether a form's value is what its schema asks for, before it is sent. */
import type { JsonValue } from "@/console-contract";
import { isObject, type SchemaBook, type Shape, type ShapeOf } from "./console-shape";
import { chosenOf, isFileMark, pointerOf, type Path } from "./console-values";

/** What is wrong with a value; `limit` is what it should keep to. */
export type Problem = {
  /** Where, as a JSON pointer. */
  readonly at: string;
  readonly what:
    | "missing"
    | "unknown"
    | "kind"
    | "whole"
    | "least"
    | "most"
    | "short"
    | "long"
    | "few"
    | "many"
    | "option"
    | "address"
    | "moment"
    | "pattern"
    | "gone";
  readonly limit: string;
};

/** All that is wrong with a value, in the order of the form. */
export function problemsOf(book: SchemaBook, value: JsonValue): readonly Problem[] {
  const problems: Problem[] = [];
  visit(book, book.root, value, [], problems);
  return problems;
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    // A pattern of another dialect is for the server to judge.
    return true;
  }
}

function visit(book: SchemaBook, node: JsonValue, value: JsonValue, path: Path, into: Problem[]): void {
  const shape = book.shape(node);
  const say = (what: Problem["what"], limit: string | number = ""): void => {
    into.push({ at: pointerOf(path), what, limit: String(limit) });
  };
  if (value === null) {
    if (!shape.nullable && shape.is !== "any" && !(shape.is === "fixed" && shape.value === null))
      say("kind", shape.is);
    return;
  }
  if (isFileMark(value)) {
    if (shape.is === "choice") return visitChoice(book, shape, value, path, into);
    if (shape.is !== "text" || shape.file === null) say("kind", shape.is);
    else if (value.$file === null) say("gone", value.name);
    return;
  }
  switch (shape.is) {
    case "object":
      if (isObject(value)) visitObject(book, shape, value, path, into);
      else say("kind", shape.is);
      return;
    case "map":
      if (!isObject(value)) return say("kind", shape.is);
      for (const [name, entry] of Object.entries(value)) {
        visit(book, shape.values, entry, [...path, name], into);
      }
      return;
    case "list":
      if (!Array.isArray(value)) return say("kind", shape.is);
      if (value.length < shape.least) say("few", shape.least);
      if (shape.most !== null && value.length > shape.most) say("many", shape.most);
      for (const [index, entry] of value.entries()) {
        visit(book, shape.items, entry, [...path, index], into);
      }
      return;
    case "choice":
      return visitChoice(book, shape, value, path, into);
    case "options":
      if (!shape.options.some((option) => option.value === value))
        say("option", shape.options.map((option) => String(option.value)).join(", "));
      return;
    case "fixed":
      if (value !== shape.value) say("option", JSON.stringify(shape.value));
      return;
    case "text": {
      const found = textProblem(shape, value, path.length > 0);
      if (found !== null) say(...found);
      return;
    }
    case "number":
      if (typeof value !== "number") return say("kind", shape.is);
      if (shape.whole && !Number.isInteger(value)) say("whole");
      if (shape.least !== null && value < shape.least) say("least", shape.least);
      if (shape.most !== null && value > shape.most) say("most", shape.most);
      return;
    case "flag":
      if (typeof value !== "boolean") say("kind", shape.is);
      return;
    case "any":
      return;
  }
}

function visitObject(
  book: SchemaBook,
  shape: ShapeOf<"object">,
  value: Readonly<Record<string, JsonValue>>,
  path: Path,
  into: Problem[],
): void {
  for (const field of shape.fields) {
    const at = [...path, field.name];
    const inner = value[field.name];
    if (inner !== undefined) visit(book, field.node, inner, at, into);
    else if (field.required) into.push({ at: pointerOf(at), what: "missing", limit: "" });
  }
  if (shape.open) return;
  const known = new Set(shape.fields.map((field) => field.name));
  for (const name of Object.keys(value)) {
    if (!known.has(name)) into.push({ at: pointerOf([...path, name]), what: "unknown", limit: name });
  }
}

/** One alternative has to hold; what is wrong is told of the one it looks like. */
function visitChoice(
  book: SchemaBook,
  shape: ShapeOf<"choice">,
  value: JsonValue,
  path: Path,
  into: Problem[],
): void {
  const found = shape.alternatives.map(({ node }) => {
    const problems: Problem[] = [];
    visit(book, node, value, path, problems);
    return problems;
  });
  if (found.some((problems) => problems.length === 0)) return;
  into.push(...(found[chosenOf(book, shape, value)] ?? []));
}

function textProblem(
  shape: Extract<Shape, { is: "text" }>,
  value: JsonValue,
  inside: boolean,
): [Problem["what"], string | number] | null {
  if (typeof value !== "string") return ["kind", shape.is];
  if (value === "" && inside && (shape.file !== null || (shape.least ?? 0) > 0 || shape.models !== null))
    return ["missing", ""];
  const length = [...value].length;
  if (shape.least !== null && length < shape.least) return ["short", shape.least];
  if (shape.most !== null && length > shape.most) return ["long", shape.most];
  if (shape.format === "uri" && !URL.canParse(value)) return ["address", ""];
  if (shape.format === "date-time" && Number.isNaN(Date.parse(value))) return ["moment", ""];
  if (shape.pattern !== null && !matches(shape.pattern, value)) return ["pattern", shape.pattern];
  return null;
}
