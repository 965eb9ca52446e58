import { describe, expect, it } from "vitest";
import { fakeChatModels } from "@/platform/fake-chat-data";
import { readModel, usualModel } from "./chat-models";
import { checkSchema, closeSchema } from "./chat-schema";
import { changedCount, EMPTY_SETTINGS, fitting, forNext } from "./chat-settings";
import { completions, filled, variablesOf, wishOf } from "./chat-slash";

describe("slash commands", () => {
  it.each([
    ["hello /search", { kind: "say" }],
    ["/search acqua alta", { kind: "search", query: "acqua alta" }],
    ["/read example.org/tides", { kind: "read", url: "https://example.org/tides" }],
    ["/read http://example.org", { kind: "read", url: "http://example.org" }],
    ["/image", { kind: "image", prompt: "" }],
    ["/image two\nlines", { kind: "image", prompt: "two\nlines" }],
    ["/imagine", { kind: "say" }],
    ["/etc/passwd", { kind: "say" }],
  ])("%j", (text, wish) => expect(wishOf(text)).toEqual(wish));

  it("complete while their name is typed, and no longer", () => {
    expect(completions("/")).toEqual(["search", "read", "image"]);
    expect(completions("/re")).toEqual(["read"]);
    expect(completions("/read ")).toBeNull();
    expect(completions("/x")).toBeNull();
    expect(completions("a/")).toBeNull();
  });
});

describe("saved prompts", () => {
  it("name what they ask for once, in order, and keep what isn't filled in", () => {
    const text = "{{count}} titles of {{ subject }}, {{count}} in all";
    expect(variablesOf(text)).toEqual(["count", "subject"]);
    expect(filled(text, { count: "3" })).toBe("3 titles of {{ subject }}, 3 in all");
  });
});

describe("models", () => {
  const models = fakeChatModels.map(readModel);
  it("are read from what Venice tells, and what it doesn't tell is absent", () => {
    expect(usualModel(models)?.id).toBe("fake-glm");
    expect(models[0]).toMatchObject({
      vision: true,
      mostImages: 4,
      efforts: ["none", "low", "medium", "high"],
      usual: { temperature: 0.7, top_p: 0.95 },
      context: 131_072,
    });
    expect(readModel({ ...fakeChatModels[0]!, spec: null })).toMatchObject({
      vision: false,
      context: null,
      usual: {},
    });
    expect(models.at(-1)).toMatchObject({ replacement: "fake-glm", retiresAt: "2026-12-15T00:00:00Z" });
  });

  it("take what they can use of settings", () => {
    const settings = { ...EMPTY_SETTINGS, reasoning_effort: "max", web_search: "on", x_search: true };
    expect(fitting(settings, models[0]!)).toMatchObject({
      reasoning_effort: null,
      web_search: "on",
      x_search: false,
    });
  });
});

describe("settings", () => {
  it("count what differs from the model's own", () => {
    expect(changedCount(EMPTY_SETTINGS)).toBe(0);
    expect(changedCount({ ...EMPTY_SETTINGS, temperature: 0, stop: ["x"], system_prompt: " " })).toBe(2);
  });
  it("go on to the next conversation, without whom and what it was about", () => {
    const last = { ...EMPTY_SETTINGS, temperature: 1, character: "nonna", response_schema: {} };
    expect(forNext(last)).toEqual({ ...EMPTY_SETTINGS, temperature: 1 });
  });
});

describe("a schema for the answer", () => {
  const open =
    '{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{}}}}}}';
  it("is as Venice wants it, or the first thing that isn't is named", () => {
    expect(checkSchema("  ")).toEqual({ status: "empty" });
    expect(checkSchema("{")).toMatchObject({ problem: { what: "not_json" } });
    expect(checkSchema('{"type":"array"}')).toMatchObject({ problem: { what: "not_object" } });
    expect(checkSchema(open)).toMatchObject({ problem: { what: "open", at: "" } });
    const closed = '{"type":"object","additionalProperties":false,"properties":{"a":{}}}';
    expect(checkSchema(closed)).toMatchObject({ problem: { what: "not_required", field: "a" } });
  });
  it("can be mended", () => {
    expect(checkSchema(JSON.stringify(closeSchema(JSON.parse(open) as never))).status).toBe("ok");
  });
});
