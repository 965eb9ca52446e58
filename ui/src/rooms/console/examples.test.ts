import { describe, expect, it } from "vitest";
import { operationIds } from "@/i18n/console";
import { fakeChoices } from "@/platform/fake-console";
import { fakeOperations } from "@/platform/fake-operations";
import { problemsOf } from "@/stores/console-check";
import { SchemaBook } from "@/stores/console-shape";
import { fileMark } from "@/stores/console-values";
import { docsOf } from "./docs";
import { essentialsOf, exampleOf, examples, textNamed, type Given } from "./examples";

/** All that examples may wish for. */
const given: Given = {
  model: (kind) => fakeChoices.find((choice) => choice.kind === kind)?.id ?? "",
  setting: (_model, _place, usual) => usual,
  file: (kind) => fileMark({ item: `item-${kind}` }, kind),
  last: (_operation, key) => (key === "id" || key === "token" ? "0d7c5a52" : `a-${key}`),
  nonce: (bytes) => "0f".repeat(bytes),
  day: () => "2026-11-28",
  wallet: () => "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
};

describe("examples", () => {
  it("are there for each of the 51 operations, as are words", () => {
    const ids = fakeOperations.map((operation) => operation.id).sort();
    expect(ids).toHaveLength(51);
    expect(Object.keys(examples).sort()).toEqual(ids);
    expect([...operationIds].sort()).toEqual(ids);
  });

  it("have a page of Venice's, but for the two that its description leaves out", () => {
    const without = fakeOperations.filter((operation) => docsOf(operation) === null);
    expect(without.map((operation) => operation.id)).toEqual(["getTeeAttestation", "getTeeSignature"]);
    // A path with a hole in it is no page.
    expect(
      fakeOperations.map((operation) => docsOf(operation) ?? "").filter((page) => page.includes("{")),
    ).toEqual([]);
  });

  it.each(fakeOperations)("of $id can be sent as it is", ({ id, schema }) => {
    const book = new SchemaBook(schema);
    const value = exampleOf(id, given);
    expect(problemsOf(book, value)).toEqual([]);
    // Also what a schema leaves open is a field that it names.
    const root = book.shape(book.root);
    const names = root.is === "object" ? root.fields.map((field) => field.name) : [];
    expect(Object.keys(value).filter((name) => !names.includes(name))).toEqual([]);
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
