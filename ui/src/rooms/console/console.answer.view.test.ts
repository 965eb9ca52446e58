import { describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { fakeError } from "@/platform/fake-data";
import { consoleRoom } from "@/stores/console.svelte";
import { view } from "./view.svelte";
import { ask, beginAndEnd, called, fill, form, open, result } from "./test/stage";

beginAndEnd();

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

  it("is a picture, a sound, or a film", async () => {
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
    await expect.element(result().getByRole("slider", { name: "Place in the film" })).toBeVisible();
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
    await expect.element(result().getByText(/ends in x7Qp2A and is kept where your keys are/)).toBeVisible();
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
