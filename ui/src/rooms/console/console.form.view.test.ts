import { describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { JsonObject, JsonValue, OperationView } from "@/console-contract";
import { type FakeOptions } from "@/platform/fake";
import { fakeOperations } from "@/platform/fake-operations";
import { consoleRoom } from "@/stores/console.svelte";
import { fileMark } from "@/stores/console-values";
import { ask, beginAndEnd, called, fake, fill, form, open, result } from "./test/stage";
import { fakeId } from "@/platform/fake-data";

beginAndEnd();

/** An operation of our own, with one field of each kind. */
function withSchema(schema: JsonValue): FakeOptions {
  const operation: OperationView = {
    ...(fakeOperations.find((one) => one.id === "webScrape") ?? fakeOperations[0]!),
    id: "webScrape",
    paid: false,
    schema,
  };
  return {
    over: { listOperations: () => Promise.resolve({ status: "ok", data: [operation] }) },
  };
}

describe("the list", () => {
  it("finds by id, path and words of both languages, and says so when there is nothing", async () => {
    await open("createChatCompletion");
    const search = page.getByRole("textbox", { name: "Find an operation" }).or(page.getByRole("searchbox"));
    const options = () => page.getByRole("option").elements().length;
    expect(options()).toBe(51);
    for (const [words, count] of [
      ["getTee", 2],
      ["/crypto", 2],
      ["抠图", 1],
      ["recording said", 1],
    ] as const) {
      await search.fill(words);
      await expect.poll(options, { message: words }).toBe(count);
    }
    await search.fill("nothing like it");
    await expect.element(page.getByText("No such operation")).toBeVisible();
  });

  it("goes by arrows and by letters", async () => {
    await open("createChatCompletion");
    await page.getByRole("option", { name: "Chat (paid, streams)" }).click();
    await userEvent.keyboard("{ArrowDown}");
    expect(consoleRoom.selected).toBe("createResponse");
    await userEvent.keyboard("{End}");
    expect(consoleRoom.selected).toBe("getTeeSignature");
    await userEvent.keyboard("spe");
    expect(consoleRoom.selected).toBe("createSpeech");
    await expect.element(page.getByRole("heading", { name: "Speak a text", level: 2 })).toBeVisible();
  });

  it("is in the palette, an operation each", async () => {
    await open("listModels");
    await userEvent.keyboard("{Control>}k{/Control}");
    // It is fetched when it is first called.
    const field = page.getByRole("combobox", { name: "Find or do anything" });
    await expect.element(field, { timeout: 15_000 }).toHaveFocus();
    await userEvent.keyboard("cut out a picture");
    await page.getByRole("option", { name: "Ask: Cut out a picture" }).click();
    await expect.poll(() => consoleRoom.selected).toBe("backgroundRemoveImage");
  });
});

describe("the form", () => {
  const kinds: JsonObject = {
    type: "object",
    required: ["name", "size"],
    properties: {
      name: { type: "string", maxLength: 5 },
      size: { type: "integer", minimum: 2, maximum: 9 },
      words: { type: ["string", "null"], "x-multiline": true },
      known: { type: ["string", "null"], "x-known": ["red", "green"] },
      pick: { enum: ["one", "two"] },
      on: { type: ["boolean", "null"], default: true },
      list: { type: "array", items: { type: "string" } },
      map: { type: "object", additionalProperties: { type: "integer" } },
      inner: { anyOf: [{ type: "object", properties: { deep: { type: "number" } } }, { type: "null" }] },
      either: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }, { type: "null" }] },
      any: true,
      file: { type: "string", default: "", "x-file": "image" },
    },
  };

  it("fills each kind of field, and is the same request as JSON", async () => {
    await open("webScrape", withSchema(kinds));
    const field = (name: string) => form().getByRole("textbox", { name, exact: true });
    await field("name").fill("Doge");
    await field("size").fill("3");
    await page.getByRole("button", { name: /More fields/ }).click();
    await field("words").fill("two\nlines");
    const known = form().getByRole("combobox", { name: "known" });
    await known.click();
    await userEvent.keyboard("blue{Enter}");
    await form()
      .getByRole("combobox", { name: /pick/ })
      .or(form().getByRole("button", { name: /pick/ }))
      .first()
      .click();
    await page.getByRole("option", { name: "two" }).click();
    await form().getByRole("radiogroup", { name: "on" }).getByRole("radio", { name: "false" }).click();
    await form().getByRole("button", { name: "Add to list" }).first().click();
    await field("list 1").fill("b");
    await form().getByRole("button", { name: "Add to list" }).first().click();
    await field("list 2").fill("a");
    await form().getByRole("button", { name: "Move list 2 up" }).click();
    await field("New name in map").fill("left");
    await userEvent.keyboard("{Enter}");
    await field("left").fill("7");
    await form().getByRole("button", { name: "Add to inner" }).click();
    await field("deep").fill("1.05");
    await form()
      .getByRole("radiogroup", { name: /either/ })
      .getByRole("radio", { name: "List" })
      .click();
    await form().getByRole("button", { name: "Add to either" }).first().click();
    await field("either 1").fill("x");
    await field("any").fill('{"free": [1]}');
    await form().getByRole("button", { name: "Choose a file…" }).click();
    await expect.element(form().getByText("rialto.jpg")).toBeVisible();
    const whole = {
      name: "Doge",
      size: 3,
      words: "two\nlines",
      known: "blue",
      pick: "two",
      on: false,
      list: ["a", "b"],
      map: { left: 7 },
      inner: { deep: 1.05 },
      either: ["x"],
      any: { free: [1] },
      file: fileMark({ picked: "picked-image" }, "rialto.jpg"),
    };
    expect(consoleRoom.draft?.value).toEqual(whole);

    await form().getByRole("radio", { name: "JSON", exact: true }).click();
    const json = form().getByRole("textbox", { name: "JSON" });
    expect(JSON.parse((json.element() as HTMLTextAreaElement).value)).toEqual(whole);
    await json.fill(JSON.stringify({ ...whole, size: 4, either: "words", list: ["only"] }));
    await form().getByRole("radio", { name: "Form" }).click();
    await expect.element(field("size")).toHaveValue("4");
    await page.getByRole("button", { name: /More fields/ }).click();
    await expect.element(field("either")).toHaveValue("words");
    await ask().click();
    await expect.poll(() => called("webScrape").length).toBe(1);
    const [request, goesWith] = called("webScrape")[0] ?? [];
    expect(request).toMatchObject({ size: 4, either: "words", list: ["only"], file: "" });
    expect(goesWith).toMatchObject({ files: { "/file": { picked: "picked-image" } }, expected: null });
  });

  it("says in words what can't be sent, and doesn't send it", async () => {
    await open("webScrape", withSchema(kinds));
    await expect.element(page.getByText("Still needed: name, size, file")).toBeVisible();
    await expect.element(ask()).toBeDisabled();
    await form().getByRole("textbox", { name: "name", exact: true }).fill("too long");
    await form().getByRole("textbox", { name: "size", exact: true }).fill("12");
    await expect.element(form().getByText("At most 5 characters.").first()).toBeVisible();
    await expect.element(form().getByText("At most 9.").first()).toBeVisible();
    await form().getByRole("textbox", { name: "size", exact: true }).fill("1.5x");
    await expect.element(form().getByText("This has to be: Number.")).toBeVisible();
    await form().getByRole("radio", { name: "JSON", exact: true }).click();
    await form().getByRole("textbox", { name: "JSON" }).fill('{"name": ');
    await expect.element(page.getByText(/This is not JSON yet: look at line 1/)).toBeVisible();
    await expect.element(page.getByText("The JSON is not whole yet.")).toBeVisible();
    await expect.element(form().getByRole("radio", { name: "Form" })).toBeDisabled();
    expect(called("webScrape")).toHaveLength(0);
  });

  it("keeps what a list's entries are about when one goes", async () => {
    await open("createChatCompletion");
    await fill().click();
    await expect.element(form().getByText("messages 2", { exact: true })).toBeVisible();
    await form().getByRole("button", { name: "Remove messages 1" }).click();
    expect(consoleRoom.draft?.at(["messages"])).toMatchObject([{ role: "user" }]);
    await form()
      .getByRole("radiogroup", { name: /content/ })
      .getByRole("radio", { name: "List" })
      .click();
    await form().getByRole("button", { name: "Add to content" }).first().click();
    expect(consoleRoom.draft?.at(["messages", 0, "content"])).toEqual([{ type: "text" }]);
  });

  it("takes a file that is dropped, and one of the library", async () => {
    await open("upscaleImage");
    fake().emit({ type: "drag", over: true });
    await expect.element(page.getByText("Drop a file into the form")).toBeVisible();
    fake().emit({
      type: "dropped",
      files: [{ handle: "picked-9", name: "burano.png", bytes: 9, is_folder: false }],
      x: 1,
      y: 1,
    });
    await expect.element(form().getByText("burano.png")).toBeVisible();
    await form().getByRole("button", { name: "Take the file away" }).click();
    await form().getByRole("button", { name: "From the Library…" }).click();
    await page.getByRole("dialog").getByRole("listitem").first().getByRole("button").click();
    await ask().click();
    await expect
      .poll(() => called("upscaleImage")[0]?.[1])
      .toMatchObject({ files: { "/image": { item: fakeId(0) } } });
  });

  it("takes ids for its example from the last answer, or says where they come from", async () => {
    await open("retrieveVideo");
    await fill().click();
    await expect.element(page.getByText(/Ask for “Order a film” first/)).toBeVisible();
    await form().getByRole("button", { name: "Order a film" }).click();
    await fill().click();
    await ask().click();
    await expect.element(result().getByText("HTTP 200")).toBeVisible();
    consoleRoom.select("retrieveVideo");
    await fill().click();
    await expect.element(page.getByText(/From your last “Order a film”/)).toBeVisible();
    await expect.element(ask()).toBeEnabled();
  });
});
