import { describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { consoleRoom } from "@/stores/console.svelte";
import { expectAccessible, themes } from "@/test/axe";
import { ask, beginAndEnd, fill, form, open, result } from "./test/stage";

beginAndEnd();

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
