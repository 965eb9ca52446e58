/** JSON Schemas as a form needs them: references followed, alternatives sorted out, each node one of a few kinds. */
import type { FileKind, JsonObject, JsonValue } from "@/console-contract";

/** What all shapes have in common. */
type Common = {
  /** The description in the schema, for the user. */
  readonly help: string | null;
  /** What is taken where nothing is sent. */
  readonly usual: JsonValue | undefined;
  /** null may be sent, too. */
  readonly nullable: boolean;
};

export type Field = {
  readonly name: string;
  readonly node: JsonValue;
  /** Without it nothing can be sent. */
  readonly required: boolean;
};

/** One of several things a value may be. */
export type Alternative = {
  readonly node: JsonValue;
  /** A name of its own in the schema; else the kind of value it is. */
  readonly name: string | null;
  readonly is: Shape["is"];
};

export type Shape = Common &
  (
    | { readonly is: "object"; readonly fields: readonly Field[]; readonly open: boolean }
    | { readonly is: "list"; readonly items: JsonValue; readonly least: number; readonly most: number | null }
    | { readonly is: "map"; readonly values: JsonValue }
    | { readonly is: "choice"; readonly alternatives: readonly Alternative[] }
    | {
        readonly is: "options";
        readonly options: readonly { readonly value: JsonValue; readonly help: string | null }[];
      }
    | { readonly is: "fixed"; readonly value: JsonValue }
    | {
        readonly is: "text";
        readonly known: readonly string[];
        readonly file: FileKind | null;
        /** The kinds of models to pick from. */
        readonly models: readonly string[] | null;
        readonly multiline: boolean;
        readonly secret: boolean;
        /** Characters. */
        readonly least: number | null;
        readonly most: number | null;
        readonly format: string | null;
        readonly pattern: string | null;
      }
    | {
        readonly is: "number";
        readonly whole: boolean;
        readonly least: number | null;
        readonly most: number | null;
      }
    | { readonly is: "flag" }
    | { readonly is: "any" }
  );

export type ShapeOf<K extends Shape["is"]> = Extract<Shape, { is: K }>;

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const FILE_KINDS: readonly JsonValue[] = ["image", "audio", "video", "document", "any"];
/** No reference is followed further than this. */
const DEEPEST = 32;

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
function texts(value: JsonValue | undefined): readonly string[] {
  return list(value).filter((entry) => typeof entry === "string");
}
function text(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
function amount(value: JsonValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** Two schemas that both have to hold, the second with the last word. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const properties = {
    ...(isObject(one["properties"]) ? one["properties"] : {}),
    ...(isObject(other["properties"]) ? other["properties"] : {}),
  };
  const required = [...new Set([...texts(one["required"]), ...texts(other["required"])])];
  return {
    ...one,
    ...other,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  };
}

function without(node: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([name]) => !names.includes(name)));
}

/** The one value a schema allows, or undefined. */
function onlyValue(node: JsonObject): JsonValue | undefined {
  if (node["const"] !== undefined) return node["const"];
  const values = list(node["enum"]);
  return values.length === 1 ? values[0] : undefined;
}

function isNull(node: JsonObject): boolean {
  return node["type"] === "null" || onlyValue(node) === null;
}

/** The help of a field, without the marks that its source has for names and links. */
function helpOf(schema: JsonObject): string | null {
  const help = text(schema["description"]);
  if (help === null) return null;
  return help
    .replaceAll(/[:,;]?\s+see \[`[^\]]+`\](?:\([^)]*\))?/g, "")
    .replaceAll(/\[`(?:\w+::)*([^`\]]+)`\](?:\([^)]*\))?/g, "$1")
    .replaceAll(/`([^`]+)`/g, "“$1”")
    .replaceAll(/\s*\n\s*/g, " ");
}

/** A schema whose nodes can be asked for their shapes. */
export class SchemaBook {
  readonly root: JsonValue;
  readonly #shapes = new WeakMap<object, Shape>();

  constructor(root: JsonValue) {
    this.root = root;
  }

  /** The shape of a node of this schema. */
  shape(node: JsonValue): Shape {
    if (typeof node !== "object" || node === null) return this.#read(node);
    const known = this.#shapes.get(node);
    if (known !== undefined) return known;
    const shape = this.#read(node);
    this.#shapes.set(node, shape);
    return shape;
  }

  /** A node with its references followed and its parts put together. */
  resolved(node: JsonValue, depth = 0): JsonObject {
    if (!isObject(node) || depth > DEEPEST) return {};
    const reference = text(node["$ref"]);
    const all = list(node["allOf"]);
    let found = without(node, "$ref", "allOf");
    for (const part of all) found = merged(this.resolved(part, depth + 1), found);
    if (reference !== null) found = merged(this.resolved(this.#target(reference), depth + 1), found);
    return found;
  }

  #target(reference: string): JsonValue {
    let at: JsonValue | undefined = this.root;
    for (const step of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) {
      const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
      at = isObject(at) ? at[name] : undefined;
    }
    return at ?? {};
  }

  #read(node: JsonValue): Shape {
    const schema = this.resolved(node);
    const common: Common = { help: helpOf(schema), usual: schema["default"], nullable: false };
    const alternatives = [...list(schema["anyOf"]), ...list(schema["oneOf"])];
    if (alternatives.length > 0) return this.#choice(schema, alternatives, common);
    const only = onlyValue(schema);
    if (only !== undefined) return { ...common, is: "fixed", value: only };
    const values = list(schema["enum"]);
    if (values.length > 0) {
      const options = values.filter((value) => value !== null).map((value) => ({ value, help: null }));
      return { ...common, nullable: options.length < values.length, is: "options", options };
    }
    const types = Array.isArray(schema["type"]) ? texts(schema["type"]) : [text(schema["type"]) ?? ""];
    const real = types.filter((type) => type !== "null");
    const nullable = real.length < types.length;
    if (real.length > 1) {
      const each = real.map((type) => ({ ...schema, type }));
      return { ...this.#choice(without(schema, "type"), each, common), nullable };
    }
    return this.#plain(real[0] ?? "", schema, { ...common, nullable });
  }

  #choice(schema: JsonObject, nodes: readonly JsonValue[], common: Common): Shape {
    const outer = without(schema, "anyOf", "oneOf");
    const real = nodes.filter((node) => !isNull(this.resolved(node)));
    const nullable = real.length < nodes.length;
    // Fields beside the alternatives belong to each of them.
    const beside = isObject(outer["properties"]) ? outer : null;
    const whole = (node: JsonValue): JsonObject =>
      beside === null ? this.resolved(node) : merged(without(beside, "description"), this.resolved(node));
    const [first] = real;
    if (real.length === 1 && first !== undefined) {
      return { ...this.shape(merged(this.resolved(first), outer)), nullable };
    }
    const found = real.map((node) => ({ node, schema: whole(node) }));
    const values = found.flatMap((entry) => {
      const value = onlyValue(entry.schema);
      if (value !== undefined) return [{ value, help: helpOf(entry.schema) }];
      return list(entry.schema["enum"]).map((each) => ({ value: each, help: null }));
    });
    if (
      found.every((entry) => onlyValue(entry.schema) !== undefined || list(entry.schema["enum"]).length > 0)
    ) {
      return { ...common, nullable, is: "options", options: values };
    }
    return {
      ...common,
      nullable,
      is: "choice",
      alternatives: found.map((entry) => this.#alternative(entry.node, entry.schema)),
    };
  }

  #alternative(node: JsonValue, schema: JsonObject): Alternative {
    const kindOf = (): Shape["is"] => this.shape(schema).is;
    return {
      node: schema,
      name: this.#nameOf(node, schema),
      // Asked for late: a schema may lead back to itself.
      get is() {
        return kindOf();
      },
    };
  }

  /** What an alternative is called: by the field that tells it from others, by its only field, or by its own name. */
  #nameOf(node: JsonValue, schema: JsonObject): string | null {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const names = Object.keys(properties);
    for (const name of ["type", "role", ...names]) {
      const value = properties[name] === undefined ? undefined : onlyValue(this.resolved(properties[name]));
      if (typeof value === "string") return value;
    }
    if (names.length === 1 && texts(schema["required"]).length === 1) return names[0] ?? null;
    const title = text(schema["title"]);
    if (title !== null) return title;
    const only = onlyValue(schema);
    if (only !== undefined) return JSON.stringify(only);
    if (schema["type"] !== "object" || !isObject(node)) return null;
    return text(node["$ref"])?.split("/").at(-1) ?? null;
  }

  #plain(type: string, schema: JsonObject, common: Common): Shape {
    switch (type) {
      case "object":
        return this.#object(schema, common);
      case "array": {
        const marks = Object.entries(schema).filter(([name]) => name.startsWith("x-"));
        const items = schema["items"] ?? true;
        return {
          ...common,
          is: "list",
          // What is said of the whole list is meant for each entry.
          items: marks.length > 0 ? { ...this.resolved(items), ...Object.fromEntries(marks) } : items,
          least: amount(schema["minItems"]) ?? 0,
          most: amount(schema["maxItems"]),
        };
      }
      case "string": {
        const file = schema["x-file"] ?? null;
        const models = schema["x-model"];
        return {
          ...common,
          is: "text",
          known: texts(schema["x-known"]),
          file: FILE_KINDS.includes(file) ? (file as FileKind) : null,
          models: typeof models === "string" ? [models] : Array.isArray(models) ? texts(models) : null,
          multiline: schema["x-multiline"] === true,
          secret: schema["x-secret"] === true,
          least: amount(schema["minLength"]),
          most: amount(schema["maxLength"]),
          format: text(schema["format"]),
          pattern: text(schema["pattern"]),
        };
      }
      case "integer":
      case "number":
        return {
          ...common,
          is: "number",
          whole: type === "integer",
          least: amount(schema["minimum"]),
          most: amount(schema["maximum"]),
        };
      case "boolean":
        return { ...common, is: "flag" };
      default:
        return isObject(schema["properties"]) ? this.#object(schema, common) : { ...common, is: "any" };
    }
  }

  #object(schema: JsonObject, common: Common): Shape {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const rest = schema["additionalProperties"];
    if (Object.keys(properties).length === 0) {
      if (isObject(rest) && Object.keys(rest).length > 0) return { ...common, is: "map", values: rest };
      if (rest === true || isObject(rest)) return { ...common, is: "map", values: true };
    }
    const required = texts(schema["required"]);
    return {
      ...common,
      is: "object",
      open: rest !== false,
      fields: Object.entries(properties).map(([name, node]) => ({
        name,
        node,
        required: required.includes(name) || this.#isFile(node),
      })),
    };
  }

  /**
   * Files are never marked as required in a schema, since they don't go with its JSON; an empty default gives them away.
   * Only the node itself is looked at: schemas may lead back to themselves.
   */
  #isFile(node: JsonValue): boolean {
    const { "x-file": kind, default: usual } = this.resolved(node);
    return kind !== undefined && (usual === "" || (Array.isArray(usual) && usual.length === 0));
  }
}
