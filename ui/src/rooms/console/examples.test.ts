import { describe, expect, it } from "vitest";
import type { JsonValue } from "@/console-contract";
import { operationIds } from "@/i18n/console";
import { fakeChoices } from "@/platform/fake-console";
import { fakeOperations } from "@/platform/fake-schemas";
import { problemsOf } from "@/stores/console-check";
import { isObject, SchemaBook } from "@/stores/console-shape";
import { fileMark } from "@/stores/console-values";
import { essentialsOf, exampleOf, examples, textNamed, type Given } from "./examples";

/** All that examples may wish for. */
const given: Given = {
  model: (kind) => fakeChoices.find((choice) => choice.kind === kind)?.id ?? "",
  setting: (_model, _place, usual) => usual,
  file: (kind) => fileMark({ item: `item-${kind}` }, kind),
  last: (_operation, key) => (key === "id" || key === "token" ? "0d7c5a52" : `a-${key}`),
  nonce: (bytes) => "0f".repeat(bytes),
  day: () => "2026-11-28",
};

/** The schemas of the back end, generated from its request types; absent where only the fake is at hand. */
const generated = Object.values(
  import.meta.glob<{ default: JsonValue }>("../../test/operation-schemas.json", { eager: true }),
)[0]?.default;

function schemasOf(found: JsonValue): Map<string, JsonValue> {
  if (Array.isArray(found)) {
    return new Map(
      found.flatMap((entry) =>
        isObject(entry) && typeof entry["id"] === "string" ? [[entry["id"], entry["schema"] ?? true]] : [],
      ),
    );
  }
  return new Map(Object.entries(isObject(found) ? found : {}));
}

const sources: [string, Map<string, JsonValue>][] = [
  ["the fake", new Map(fakeOperations.map((operation) => [operation.id, operation.schema]))],
  ...(generated === undefined
    ? []
    : [["the back end", schemasOf(generated)] as [string, Map<string, JsonValue>]]),
];

describe("examples", () => {
  it("are there for each of the 51 operations, as are words", () => {
    const ids = fakeOperations.map((operation) => operation.id).sort();
    expect(ids).toHaveLength(51);
    expect(Object.keys(examples).sort()).toEqual(ids);
    expect([...operationIds].sort()).toEqual(ids);
  });

  describe.each(sources)("against the schemas of %s", (_name, schemas) => {
    it.each([...schemas.keys()])("%s can be sent as it is", (id) => {
      const book = new SchemaBook(schemas.get(id) ?? false);
      const value = exampleOf(id, given);
      expect(problemsOf(book, value)).toEqual([]);
      // Also what a schema leaves open is a field that it names.
      const root = book.shape(book.root);
      const names = root.is === "object" ? root.fields.map((field) => field.name) : [];
      expect(Object.keys(value).filter((name) => !names.includes(name))).toEqual([]);
    });
  });

  it("leave out what they can't be given", () => {
    const nothing: Given = { ...given, file: () => undefined, last: () => undefined };
    expect(exampleOf("editImage", nothing)).toEqual({
      prompt: expect.any(String) as string,
      model: "fake-retouch",
    });
    expect(exampleOf("deleteApiKey", nothing)).toEqual({});
    expect(essentialsOf("upscaleImage")).toEqual(["image", "scale"]);
  });

  it("find a value wherever an answer has it", () => {
    expect(textNamed("slug", { data: [{ name: "x" }, { slug: "casanova" }] })).toBe("casanova");
    expect(textNamed("queue_id", { queue_id: "", more: [{ queue_id: "q" }] })).toBe("q");
    expect(textNamed("id", [1, "id", null])).toBeUndefined();
  });
});
