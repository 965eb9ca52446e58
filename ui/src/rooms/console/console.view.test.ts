import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "@/App.svelte";
import type { JsonObject, JsonValue, OperationView } from "@/console-contract";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { fakeOperations } from "@/platform/fake-operations";
import { usePlatform } from "@/platform/platform";
import { consoleRoom } from "@/stores/console.svelte";
import { fileMark } from "@/stores/console-values";
import { notices } from "@/stores/notices.svelte";
import { shell } from "@/stores/shell.svelte";
import { expectAccessible, themes } from "@/test/axe";
import { view } from "./view.svelte";

let fake: Fake;

/** Opens the window at an operation, whatever an earlier test left behind. */
async function open(operation: string, options: FakeOptions = {}): Promise<void> {
  location.hash = `#/console?operation=${operation}`;
  fake = fakePlatform({
    jobs: [],
    pace: 0,
    ...options,
    settings: { welcome_done: true, language: "en", ...options.settings },
  });
  usePlatform(fake);
  consoleRoom.loaded = false;
  consoleRoom.history.list = [];
  Object.assign(view, { json: false, tab: "answer", allCalls: false, example: null });
  const { container } = await render(App);
  container.style.cssText = "position: fixed; inset: 0";
  await expect.element(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
  consoleRoom.select(operation);
  consoleRoom.draft?.clear();
  await expect.poll(() => consoleRoom.selected).toBe(operation);
}
const called = (name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const ask = () => page.getByRole("button", { name: /^Ask/ });
const fill = () => page.getByRole("button", { name: "Fill with an example" }).first();
const form = () => page.getByRole("region", { name: "Request" });
const result = () => page.getByRole("region", { name: "Result" });

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

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  for (const { id } of notices.list) notices.dismiss(id);
  shell.paletteOpen = false;
  cleanup();
});

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
    fake.emit({ type: "drag", over: true });
    await expect.element(page.getByText("Drop a file into the form")).toBeVisible();
    fake.emit({ type: "dropped", files: [{ handle: "picked-9", name: "burano.png", bytes: 9 }], x: 1, y: 1 });
    await expect.element(form().getByText("burano.png")).toBeVisible();
    await form().getByRole("button", { name: "Take the file away" }).click();
    await form().getByRole("button", { name: "From the Library…" }).click();
    await page.getByRole("dialog").getByRole("listitem").first().getByRole("button").click();
    await ask().click();
    await expect
      .poll(() => called("upscaleImage")[0]?.[1])
      .toMatchObject({ files: { "/image": { item: "item-0" } } });
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

describe("the price", () => {
  it("is on the button, and says what is free and what is the most", async () => {
    await open("listModels");
    await expect.element(page.getByRole("button", { name: "Ask free" })).toBeEnabled();
    consoleRoom.select("createChatCompletion");
    await fill().click();
    await expect.element(page.getByRole("button", { name: /Ask up to ≈.\$0\.01/ })).toBeEnabled();
    await expect.element(page.getByText("Pretend money. Nothing leaves this computer.")).toBeVisible();
  });

  it("over the limit keeps from sending; an unknown one can be agreed to", async () => {
    let code = "limit_per_click";
    await open("webSearch", {
      over: {
        priceOperation: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: null,
              up_to: false,
              surcharge: false,
              account: "sandbox",
              pretend: false,
              problem: fakeError(code, { params: { price: "$2.00", limit: "$1.00" } }),
            },
          }),
      },
    });
    await form().getByRole("textbox", { name: "query" }).fill("fog");
    await expect.element(page.getByRole("alert")).toHaveTextContent(/over your limit|\$1\.00/);
    await expect.element(ask()).toBeDisabled();
    code = "price_unknown";
    await form().getByRole("textbox", { name: "query" }).fill("acqua alta");
    await page.getByRole("checkbox", { name: "Send it although nobody knows the price" }).click();
    await ask().click();
    await expect.poll(() => called("webSearch")[0]?.[1]).toMatchObject({ accept_unpriced: true });
  });
});

describe("the answer", () => {
  it("streams as it comes, with its thoughts folded and its events to be seen, and can be stopped", async () => {
    await open("createChatCompletion", { pace: 40 });
    await fill().click();
    await ask().click();
    await expect.element(result().getByText(/Thinking…/)).toBeVisible();
    await expect.element(result().getByText(/The fishermen came home/)).toBeVisible();
    await expect.element(result().getByText(/^Burano’s fishermen/)).toBeVisible();
    await expect
      .element(result().getByRole("button", { name: "Reasoning" }))
      .toHaveAttribute("aria-expanded", "false");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect.poll(() => consoleRoom.run?.state).toBe("failed");
    expect(called("cancelJob")).toHaveLength(1);
    await expect.element(result().getByText("What had come before is kept below.")).toBeVisible();
    await result().getByRole("radio", { name: "Events" }).click();
    await expect
      .element(
        result()
          .getByText(/reasoning_content/)
          .first(),
      )
      .toBeVisible();
  });

  it("is a tree to walk, search and copy from", async () => {
    await open("listModels");
    await ask().click();
    const tree = result().getByRole("tree");
    await expect.element(tree).toBeVisible();
    // Only what is in sight exists.
    await result().getByRole("button", { name: "Open all" }).click();
    await expect.poll(() => tree.getByRole("treeitem").elements().length).toBeLessThan(100);
    await result().getByRole("button", { name: "Close all" }).click();
    await expect.poll(() => tree.getByRole("treeitem").elements().length).toBe(3);
    (tree.element() as HTMLElement).focus();
    await userEvent.keyboard("{End}{ArrowRight}{ArrowRight}{ArrowRight}");
    await expect.element(tree.getByRole("treeitem", { selected: true })).toHaveAttribute("aria-level", "3");
    await userEvent.keyboard("{ArrowLeft}{ArrowLeft}{ArrowLeft}");
    await expect.element(tree.getByRole("treeitem", { selected: true })).toHaveAttribute("aria-level", "2");
    await result().getByPlaceholder("Find in the answer").fill("fake-model-119");
    await expect.element(result().getByText("1 of 1")).toBeVisible();
    await expect.element(tree.getByRole("treeitem", { selected: true })).toHaveTextContent("fake-model-119");
  });

  it("is a picture, a sound, or words about a film that can't be played", async () => {
    await open("generateImage");
    await fill().click();
    await ask().click();
    await expect.element(result().getByRole("button", { name: /Look at it large/ })).toBeVisible();
    consoleRoom.select("createSpeech");
    await fill().click();
    await ask().click();
    await expect.poll(() => document.querySelector("audio")?.readyState ?? 0).toBeGreaterThan(0);
    consoleRoom.select("retrieveVideo");
    consoleRoom.draft?.replace({ model: "m", queue_id: "q" });
    await ask().click();
    // What the fake calls a film is none.
    await expect.element(result().getByText(/install gstreamer1\.0-libav/)).toBeVisible();
  });

  it("is a table where it is one, and never shows a new key", async () => {
    await open("getBillingUsageHistory");
    consoleRoom.draft?.replace({ format: "csv" });
    await ask().click();
    await expect.element(result().getByRole("columnheader", { name: "amount" })).toBeVisible();
    await expect.element(result().getByText("40 rows")).toBeVisible();
    consoleRoom.select("createApiKey");
    await fill().click();
    await ask().click();
    await expect.element(result().getByText(/ends in x7Qp2A and is kept in your keychain/)).toBeVisible();
    await result().getByRole("button", { name: "Copy the key" }).click();
    await expect.poll(() => called("copySecret")).toEqual([["api-key-1"]]);
  });

  it.each([
    ["UNAUTHORIZED", "getApiKeys", /wants an admin key, and “Sandbox” has none/],
    ["GONE", "getBillingUsage", /closed this older list of charges for good/],
    ["X402_INVALID_SIGN_IN", "getX402Balance", /has expired.*another chain/],
    ["X402_WALLET_MISMATCH", "getX402Balance", /only ask about the wallet in use/],
    ["X402_INVALID_PAYMENT", "topUpX402Balance", /at least 5 US dollars/],
    ["needs_wallet", "getX402Transactions", /for wallets, and the account in use has none/],
    ["cut_off", "createChatCompletion", /broke off/],
    ["field_invalid", "createChatCompletion", /“model” can’t be sent like this: is empty/],
    ["unexpected_answer", "listModels", /not in Venice’s shape|isn’t|not/],
  ])("words %s", async (code, operation, words) => {
    const error = fakeError(code, {
      operation,
      request_id: "8f2c-MXP",
      params: { status: "410", said: "the server’s own words", field: "model", reason: "is empty" },
    });
    await open(operation, {
      over: { [operation]: () => Promise.resolve({ status: "error", error }) },
    });
    await fill().click();
    await expect.poll(() => view.filling).toBe(false);
    await ask().click();
    await expect.element(result().getByText(words).first()).toBeVisible();
    await expect.element(result().getByText(code)).toBeVisible();
    await expect.element(result().getByText("Request 8f2c-MXP")).toBeVisible();
    await expect.element(result().getByText("HTTP 410").first()).toBeVisible();
  });
});

describe("receipt and history", () => {
  it("explain what an answer says of itself, and bring a request back without sending it", async () => {
    await open("createSpeech");
    await fill().click();
    await ask().click();
    await expect.poll(() => consoleRoom.run?.row ?? null).not.toBeNull();
    await result().getByRole("tab", { name: "Receipt" }).click();
    await expect.element(result().getByText("498 of 500", { exact: false })).toBeVisible();
    await expect.element(result().getByText("By this Venice’s support finds the call.")).toBeVisible();
    await result()
      .getByRole("button", { name: /All headers/ })
      .click();
    await expect.element(result().getByText("x-venice-balance-usd")).toBeVisible();
    await result().getByRole("tab", { name: "History" }).click();
    consoleRoom.draft?.clear();
    await result().getByRole("button", { name: "Fill the form with it" }).click();
    await expect.poll(() => consoleRoom.draft?.at(["model"])).toBe("fake-voice");
    expect(called("createSpeech")).toHaveLength(1);
    await result().getByRole("tab", { name: "History" }).click();
    await result().getByRole("button", { name: "Forget all…" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Forget all" }).click();
    await expect.element(result().getByText("No calls yet")).toBeVisible();
    expect(called("forgetCalls")).toEqual([[null]]);
  });
});

describe.each(themes)("the Console, %s", (theme) => {
  it("passes axe with a form, JSON, a tree, a receipt and a history", async () => {
    await open("createChatCompletion", { settings: { theme } });
    await fill().click();
    await page.getByRole("button", { name: /More fields/ }).click();
    // The price comes a moment after what is typed.
    await expect.element(ask()).toBeEnabled();
    await expectAccessible(document.documentElement);
    await ask().click();
    await expect.poll(() => consoleRoom.run?.row ?? null).not.toBeNull();
    await expect.element(ask()).toBeEnabled();
    await expectAccessible(document.documentElement);
    await result().getByRole("radio", { name: "JSON" }).click();
    await form().getByRole("radio", { name: "JSON", exact: true }).click();
    await expectAccessible(document.documentElement);
    for (const tab of ["Receipt", "History"]) {
      await result().getByRole("tab", { name: tab }).click();
      await expectAccessible(document.documentElement);
    }
  });

  it("passes axe in Chinese with files, media and trouble", async () => {
    await open("editImage", { settings: { theme, language: "zh-CN" } });
    await expectAccessible(document.documentElement);
    await page.getByRole("button", { name: "填入示例" }).first().click();
    await page.getByRole("button", { name: /^请求/ }).click();
    await expect.element(page.getByRole("button", { name: /放大查看/ })).toBeVisible();
    await expectAccessible(document.documentElement);
    consoleRoom.draft?.set(["prompt"], "[[INSUFFICIENT_BALANCE]]");
    await expect.element(page.getByRole("button", { name: /^请求/ })).toBeEnabled();
    await expect.poll(() => consoleRoom.price.stale).toBe(false);
    await page.getByRole("button", { name: /^请求/ }).click();
    await expect.element(page.getByText("余额不足。")).toBeVisible();
    await expectAccessible(document.documentElement);
  });
});

describe("nothing is cut off", () => {
  it.each([
    [960, 640, "en"],
    [960, 640, "zh-CN"],
    [1280, 800, "en"],
  ] as const)("at %i x %i in %s", async (width, height, language) => {
    await page.viewport(width, height);
    await open("createChatCompletion", { settings: { language } });
    await page
      .getByRole("button", { name: /Fill with an example|填入示例/ })
      .first()
      .click();
    for (const operation of [
      "createChatCompletion",
      "getApiKeys",
      "queueVideo",
      "cryptoRpcProxy",
      "editImage",
    ]) {
      consoleRoom.select(operation);
      await expect.poll(() => document.querySelector("[data-request-fields]")).not.toBeNull();
      const more = page.getByRole("button", { name: /More fields|更多字段/ }).elements()[0];
      if (more instanceof HTMLElement) more.click();
      const beyond = [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100));
      expect(beyond, operation).toEqual([]);
      const panel = document.querySelector("[data-request-fields]")!;
      expect(panel.scrollWidth, operation).toBeLessThanOrEqual(panel.clientWidth + 1);
      const send = document.querySelector("[data-send]")!.getBoundingClientRect();
      expect(send.bottom, operation).toBeLessThan(innerHeight);
    }
  });

  it("the list of operations is a sheet where there is no room for it", async () => {
    await page.viewport(960, 640);
    await open("listModels");
    await page.getByRole("button", { name: "Operations" }).click();
    await page
      .getByRole("dialog")
      .getByRole("option", { name: /Search the web/ })
      .click();
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    expect(consoleRoom.selected).toBe("webSearch");
  });
});
