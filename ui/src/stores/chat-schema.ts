/** Checks a JSON schema for an answer as Venice wants it: strict, every field required, nothing beside them. */
import type { JsonValue } from "@/console-contract";

export type SchemaProblem =
  | { what: "not_json"; detail: string }
  | { what: "not_object" }
  | { what: "open"; at: string }
  | { what: "not_required"; at: string; field: string };

export type CheckedSchema =
  { status: "empty" } | { status: "ok"; schema: JsonValue } | { status: "wrong"; problem: SchemaProblem };

type Fields = { [key in string]: JsonValue };
const isFields = (value: JsonValue | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function problemIn(schema: JsonValue | undefined, at: string): SchemaProblem | null {
  if (!isFields(schema)) return null;
  const properties = schema["properties"];
  if (isFields(properties)) {
    if (schema["additionalProperties"] !== false) return { what: "open", at };
    const required = Array.isArray(schema["required"]) ? schema["required"] : [];
    for (const [field, inner] of Object.entries(properties)) {
      if (!required.includes(field)) return { what: "not_required", at, field };
      const found = problemIn(inner, `${at}/${field}`);
      if (found) return found;
    }
  }
  const parts: [string, JsonValue | undefined][] = [["items", schema["items"]]];
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    const list = schema[key];
    if (Array.isArray(list)) list.forEach((inner, index) => parts.push([`${key}/${index}`, inner]));
  }
  for (const key of ["$defs", "definitions"]) {
    const definitions = schema[key];
    if (isFields(definitions))
      for (const [name, inner] of Object.entries(definitions)) parts.push([`${key}/${name}`, inner]);
  }
  for (const [name, inner] of parts) {
    const found = problemIn(inner, `${at}/${name}`);
    if (found) return found;
  }
  return null;
}

export function checkSchema(text: string): CheckedSchema {
  if (text.trim() === "") return { status: "empty" };
  let schema: JsonValue;
  try {
    schema = JSON.parse(text) as JsonValue;
  } catch (problem) {
    const detail = problem instanceof Error ? problem.message : String(problem);
    return { status: "wrong", problem: { what: "not_json", detail } };
  }
  if (!isFields(schema) || schema["type"] !== "object")
    return { status: "wrong", problem: { what: "not_object" } };
  const problem = problemIn(schema, "");
  return problem === null ? { status: "ok", schema } : { status: "wrong", problem };
}

/** Closes a schema as Venice wants it: what was optional is required, and nothing may come beside. */
export function closeSchema(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closeSchema);
  if (!isFields(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closeSchema(value)]));
  const properties = schema["properties"];
  if (!isFields(properties)) return inner;
  return { ...inner, additionalProperties: false, required: Object.keys(properties) };
}
