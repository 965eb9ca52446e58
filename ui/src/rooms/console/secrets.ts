/** What must not leave the form: signatures and tokens, which the schema marks as secret. */
import type { JsonObject, JsonValue, OperationView } from "@/console-contract";
import { isObject } from "@/stores/console-shape";

/** The variable of the shell that stands for a secret field: `$PAYMENT_SIGNATURE`. */
export function variableOf(field: string): string {
  return `$${field.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase()}`;
}

/** The secret fields of an operation. */
export function secretsOf(operation: OperationView): readonly string[] {
  const properties = isObject(operation.schema) ? operation.schema["properties"] : undefined;
  if (!isObject(properties)) return [];
  return Object.entries(properties)
    .filter(([, property]) => isObject(property) && property["x-secret"] === true)
    .map(([name]) => name);
}

/** The request with a variable in the place of each secret. */
export function withoutSecrets(operation: OperationView, value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const safe: JsonObject = { ...value };
  for (const name of secretsOf(operation)) if (safe[name] !== undefined) safe[name] = variableOf(name);
  return safe;
}
