import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "@/console-contract";
import { problemsOf } from "./console-check";
import { SchemaBook } from "./console-shape";
import {
  chosenOf,
  entryOf,
  fileMark,
  joined,
  keepable,
  pathOf,
  pointerOf,
  split,
  startOf,
  valueAt,
  withValue,
} from "./console-values";
import { fakeId } from "@/platform/fake-data";

/** Written as schemars writes schemas, with each kind of field there is. */
const schema: JsonObject = {
  $defs: {
    Part: {
      oneOf: [
        {
          type: "object",
          properties: { type: { type: "string", const: "text" }, text: { type: "string" } },
          required: ["type", "text"],
        },
        {
          type: "object",
          properties: { type: { type: "string", const: "image_url" } },
          required: ["type"],
          $ref: "#/$defs/Picture",
        },
      ],
    },
    Picture: { type: "object", properties: { url: { type: "string", default: "", "x-file": "image" } } },
    Effort: { oneOf: [{ const: "low", description: "Soon." }, { const: "high" }] },
    Node: { type: "object", properties: { next: { anyOf: [{ $ref: "#/$defs/Node" }, { type: "null" }] } } },
  },
  type: "object",
  properties: {
    prompt: { type: "string", minLength: 1, maxLength: 5, "x-multiline": true, description: "Words." },
    count: { type: ["integer", "null"], minimum: 1, maximum: 4, default: 1 },
    rate: { type: "number", maximum: 2 },
    safe: { type: ["boolean", "null"] },
    effort: { anyOf: [{ $ref: "#/$defs/Effort" }, { type: "null" }] },
    style: { type: "string", "x-known": ["a", "b"] },
    content: { anyOf: [{ type: "string" }, { type: "array", items: { $ref: "#/$defs/Part" } }] },
    images: {
      type: "array",
      items: { type: "string", "x-file": "any" },
      default: [],
      "x-file": "image",
      maxItems: 2,
    },
    notes: { type: "object", additionalProperties: { type: "string" } },
    extra: true,
    secret: { type: ["string", "null"], "x-secret": true },
    kind: { enum: ["one", "two"] },
    node: { $ref: "#/$defs/Node" },
    address: { type: "string", format: "uri" },
    when: { type: "string", format: "date-time" },
    code: { type: "string", pattern: "^[a-z]+$" },
  },
  required: ["prompt"],
  additionalProperties: false,
};
const book = new SchemaBook(schema);
const field = (name: string): JsonValue => (schema["properties"] as JsonObject)[name] ?? true;
const shape = (name: string) => book.shape(field(name));
const told = (value: JsonValue): string[] =>
  problemsOf(book, value).map((problem) => `${problem.at} ${problem.what} ${problem.limit}`.trim());

describe("shapes", () => {
  it("are read from each kind of schema", () => {
    expect(shape("prompt")).toMatchObject({ is: "text", multiline: true, least: 1, most: 5, help: "Words." });
    expect(shape("count")).toMatchObject({
      is: "number",
      whole: true,
      least: 1,
      most: 4,
      nullable: true,
      usual: 1,
    });
    expect(shape("safe")).toMatchObject({ is: "flag", nullable: true });
    expect(shape("effort")).toMatchObject({
      is: "options",
      nullable: true,
      options: [
        { value: "low", help: "Soon." },
        { value: "high", help: null },
      ],
    });
    expect(shape("style")).toMatchObject({ is: "text", known: ["a", "b"] });
    expect(shape("notes")).toMatchObject({ is: "map" });
    expect(shape("extra")).toMatchObject({ is: "any" });
    expect(shape("kind")).toMatchObject({ is: "options" });
    expect(shape("secret")).toMatchObject({ is: "text", secret: true });
  });

  it("name alternatives by what tells them apart, and follow references with fields beside them", () => {
    const parts = book.shape({ $ref: "#/$defs/Part" });
    if (parts.is !== "choice") throw new Error(parts.is);
    expect(parts.alternatives.map((one) => one.name)).toEqual(["text", "image_url"]);
    const picture = book.shape(parts.alternatives[1]?.node ?? true);
    expect(picture.is === "object" && picture.fields.map((one) => `${one.name} ${one.required}`)).toEqual([
      "url true",
      "type true",
    ]);
    const content = shape("content");
    expect(content.is === "choice" && content.alternatives.map((one) => one.is)).toEqual(["text", "list"]);
  });

  it("mark files as needed, which a schema can't, and give a list's mark to its entries", () => {
    const root = book.shape(schema);
    if (root.is !== "object") throw new Error(root.is);
    expect(root.fields.filter((one) => one.required).map((one) => one.name)).toEqual(["prompt", "images"]);
    const images = shape("images");
    expect(images.is === "list" && book.shape(images.items)).toMatchObject({ is: "text", file: "image" });
  });

  it("end where a schema leads back to itself", () => {
    expect(shape("node")).toMatchObject({ is: "object" });
    expect(startOf(book, field("node"))).toEqual({});
    expect(book.shape({ $ref: "#/nowhere" })).toMatchObject({ is: "any" });
  });
});

describe("values", () => {
  it("are found and changed in their place, and leave everything else as it was", () => {
    const before = { a: [{ b: 1 }, { b: 2 }], "x/y": { "~": 3 } };
    expect(pointerOf(["x/y", "~"])).toBe("/x~1y/~0");
    expect(valueAt(before, pathOf("/x~1y/~0"))).toBe(3);
    const after = withValue(before, ["a", 0, "b"], 9) as { a: JsonValue[] };
    expect(after).toEqual({ a: [{ b: 9 }, { b: 2 }], "x/y": { "~": 3 } });
    expect(after.a[1]).toBe(before.a[1]);
    expect(withValue(before, ["a", 0], undefined)).toMatchObject({ a: [{ b: 2 }] });
    expect(withValue(undefined, ["deep", 0, "name"], "x")).toEqual({ deep: [{ name: "x" }] });
    expect(withValue({ a: 1 }, ["a"], undefined)).toEqual({});
  });

  it("begin with what is fixed, and with something in each new entry of a list", () => {
    const parts = book.shape({ $ref: "#/$defs/Part" });
    expect(parts.is === "choice" && startOf(book, parts.alternatives[1]?.node ?? true)).toEqual({
      type: "image_url",
    });
    expect(entryOf(book, { type: "string" })).toBe("");
    expect(entryOf(book, { type: "integer", minimum: 3 })).toBe(3);
    expect(entryOf(book, { enum: ["one"] })).toBe("one");
  });

  it("are told to be the alternative they look like, half-filled ones too", () => {
    const content = shape("content");
    const parts = book.shape({ $ref: "#/$defs/Part" });
    if (content.is !== "choice" || parts.is !== "choice") throw new Error("no choice");
    expect(chosenOf(book, content, "words")).toBe(0);
    expect(chosenOf(book, content, [])).toBe(1);
    expect(chosenOf(book, parts, { type: "image_url" })).toBe(1);
    expect(chosenOf(book, parts, { type: "text", text: "x" })).toBe(0);
    expect(chosenOf(book, parts, undefined)).toBe(0);
  });

  it("are sent with nothing in the places of their files, and come back with them", () => {
    const value: JsonValue = {
      prompt: "x",
      images: [fileMark({ item: fakeId(1) }, "Canal"), "https://example.com/a.png"],
      content: [{ type: "image_url", url: fileMark({ picked: "p-1" }, "rialto.jpg") }],
    };
    const { request, files } = split(value);
    expect(request).toEqual({
      prompt: "x",
      images: ["", "https://example.com/a.png"],
      content: [{ type: "image_url", url: "" }],
    });
    expect(files).toEqual({ "/images/0": { item: fakeId(1) }, "/content/0/url": { picked: "p-1" } });
    const again = joined(request, {
      "/images/0": { name: "Canal", file: { item: fakeId(1) } },
      "/content/0/url": { name: "rialto.jpg", file: null },
    });
    expect(split(again).files).toEqual({ "/images/0": { item: fakeId(1) } });
    expect(told(again)).toEqual(["/content/0/url gone rialto.jpg"]);
  });

  it("are written down without secrets and without files nobody knows after a restart", () => {
    const value: JsonValue = {
      prompt: "x",
      secret: "key",
      notes: { a: "b" },
      images: [fileMark({ picked: "p" }, "a.png"), fileMark({ item: "i" }, "b")],
      content: [{ type: "image_url", url: fileMark({ picked: "p" }, "a.png") }],
    };
    expect(keepable(book, value)).toEqual({
      prompt: "x",
      notes: { a: "b" },
      images: [fileMark({ item: "i" }, "b")],
      content: [{ type: "image_url" }],
    });
  });
});

describe("problems", () => {
  const good: JsonObject = { prompt: "sea", images: [fileMark({ item: "i" }, "b")] };

  it("are none in a good request", () => {
    expect(told(good)).toEqual([]);
    expect(
      told({ ...good, count: null, effort: "low", content: [{ type: "text", text: "a" }], extra: [1] }),
    ).toEqual([]);
  });

  it.each<[JsonObject, string]>([
    [{ prompt: "" }, "/prompt missing"],
    [{ prompt: "too long" }, "/prompt long 5"],
    [{ prompt: 5 }, "/prompt kind text"],
    [{ count: 5 }, "/count most 4"],
    [{ count: 0 }, "/count least 1"],
    [{ count: 1.5 }, "/count whole"],
    [{ rate: "1." }, "/rate kind number"],
    [{ safe: "yes" }, "/safe kind flag"],
    [{ effort: "never" }, "/effort option low, high"],
    [{ images: ["", "", ""] }, "/images many 2"],
    [{ images: [""] }, "/images/0 missing"],
    [{ notes: { a: 1 } }, "/notes/a kind text"],
    [{ other: 1 }, "/other unknown other"],
    [{ content: [{ type: "text" }] }, "/content/0/text missing"],
    [{ content: 7 }, "/content kind text"],
    [{ kind: "three" }, "/kind option one, two"],
    [{ address: "example" }, "/address address"],
    [{ when: "later" }, "/when moment"],
    [{ code: "A1" }, "/code pattern ^[a-z]+$"],
    [{ style: null }, "/style kind text"],
  ])("%j is told", (wrong, problem) => {
    expect(told({ ...good, ...wrong })).toContain(problem);
  });

  it("are told of what is missing in the order of the form", () => {
    expect(told({})).toEqual(["/prompt missing", "/images missing"]);
  });
});
