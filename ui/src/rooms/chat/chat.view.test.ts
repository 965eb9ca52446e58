import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "@/App.svelte";
import type { MessageDraft } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { chat } from "@/stores/chat.svelte";
import { answers } from "@/stores/chat-answers.svelte";
import { notices } from "@/stores/notices.svelte";
import { pictures } from "@/stores/pictures.svelte";
import { route } from "@/stores/route.svelte";
import { expectAccessible, themes } from "@/test/axe";
import { about, view } from "./view.svelte";

let fake: Fake;

/** Opens the window at the room, whatever an earlier test left behind. */
async function open(options: FakeOptions = {}): Promise<void> {
  location.hash = "#/chat";
  route.query = {};
  fake = fakePlatform({
    jobs: [],
    pace: 0,
    ...options,
    settings: { welcome_done: true, language: "en", ...options.settings },
  });
  usePlatform(fake);
  chat.started = false;
  chat.jump = null;
  chat.search.type("");
  chat.list.shelf = { kind: "all" };
  chat.list.rows = [];
  chat.open.begin({ ...chat.open.settings, model: "" });
  chat.composer.take(null);
  Object.assign(view, {
    list: false,
    settings: false,
    characters: false,
    prompts: false,
    models: false,
    library: false,
    naming: null,
  });
  Object.assign(about, { picture: null, again: null, folder: null, forget: null });
  const { container } = await render(App);
  container.style.cssText = "position: fixed; inset: 0";
  await expect.element(field()).toBeVisible();
  await pictures.load();
}
const called = (name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const field = () => page.getByRole("textbox", { name: "Message", exact: true });
const messages = () => page.getByRole("region", { name: "Messages" });
const list = () => page.getByRole("region", { name: "Conversations" });
const button = (name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" });
const lastArticle = () => messages().getByRole("article").last();
const drafts = (): MessageDraft[] => called("sendTurn").map(([draft]) => draft as MessageDraft);

async function say(text: string): Promise<void> {
  await field().fill(text);
  await userEvent.keyboard("{Enter}");
}

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  for (const { id } of notices.list) notices.dismiss(id);
  cleanup();
});

describe("talking", () => {
  it("sends at the price that was asked for, and shows the answer as it comes", async () => {
    await open({ pace: -1, chat: { answer: "The **tide** turns at ten." } });
    await field().fill("When does the tide turn?");
    await expect.element(page.getByText(/≈.\$0\.\d+/).first()).toBeVisible();
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => called("sendTurn").length).toBe(1);
    const [draft, expected] = called("sendTurn")[0] ?? [];
    expect(draft).toMatchObject({ turn: { kind: "say", text: "When does the tide turn?" } });
    expect(expected).toMatchObject({ account: "sandbox" });
    await expect.element(field()).toHaveValue("");
    fake.chat.advance(2);
    await expect.element(lastArticle().getByText(/thinking for/)).toBeVisible();
    await expect.element(button("Stop")).toBeVisible();
    fake.chat.finish();
    await expect.element(lastArticle().getByText("tide", { exact: true })).toBeVisible();
    await expect.element(lastArticle().getByText(/\d+ in \(\d+ cached\) · \d+ out/)).toBeVisible();
    await expect.element(button("Send")).toBeVisible();
    // The conversation goes to the top of the list, and its cost is in the bar.
    await expect.element(page.getByTitle("What this conversation has cost")).toBeVisible();
  });

  it("is stopped by Escape, keeps what had come, and goes on", async () => {
    await open({
      pace: -1,
      chat: { answer: "One two three four five six seven eight nine ten eleven twelve." },
    });
    await say("Count");
    await expect.poll(() => chat.open.writing).not.toBeNull();
    fake.chat.advance(13);
    await expect.element(lastArticle().getByText(/One two/)).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.poll(() => called("stopTurn").length).toBe(1);
    await expect.element(lastArticle().getByText("Stopped. What had come is kept.")).toBeVisible();
    await lastArticle()
      .getByRole("button", { name: /^Continue/ })
      .click();
    await expect.poll(() => drafts().at(-1)?.turn).toEqual({ kind: "continue" });
    fake.chat.finish();
    await expect.element(lastArticle().getByText(/One two[\s\S]*with the tide/)).toBeVisible();
  });

  it("keeps what had come of an answer that broke off, and says what to do", async () => {
    await open();
    await say("Tell me [[cut]]");
    await expect.element(lastArticle().getByText("The answer broke off in the middle.")).toBeVisible();
    await expect.element(lastArticle().getByText(/What had come before is kept above/)).toBeVisible();
    await expect.element(lastArticle().getByRole("button", { name: /^Try again/ })).toBeVisible();
  });

  it("offers the replacement of a model that is offline, before anything is sent", async () => {
    await open();
    chat.open.change({ model: "fake-old-text" });
    await field().fill("Hello");
    await expect.element(page.getByText("This model is offline just now.")).toBeVisible();
    await button("Use GLM 5.2 instead").click();
    await expect.poll(() => chat.open.settings.model).toBe("fake-glm");
    await expect.element(button("Send")).toBeEnabled();
    expect(called("sendTurn")).toHaveLength(0);
  });

  it("stays at the end while an answer is written, unless one has scrolled up", async () => {
    const answer = Array.from({ length: 120 }, (_, index) => `Line ${index}.`).join("\n\n");
    await open({ pace: -1, chat: { answer } });
    await say("Tell me much");
    await expect.poll(() => chat.open.writing).not.toBeNull();
    const region = messages().element() as HTMLElement;
    const below = (): number => region.scrollHeight - region.clientHeight - region.scrollTop;
    fake.chat.advance(50);
    await expect.element(messages().getByText("Line 20.")).toBeVisible();
    await expect.poll(() => region.scrollHeight).toBeGreaterThan(region.clientHeight + 400);
    await expect.poll(below).toBeLessThan(4);
    region.dispatchEvent(new WheelEvent("wheel", { deltaY: -300, bubbles: true }));
    region.scrollTop -= 300;
    await expect.element(button("To the end")).toBeVisible();
    const { scrollTop } = region;
    fake.chat.finish();
    await expect.poll(() => chat.open.writing).toBeNull();
    await expect.poll(below).toBeGreaterThan(600);
    expect(Math.abs(region.scrollTop - scrollTop)).toBeLessThan(4);
    await button("To the end").click();
    await expect.poll(below).toBeLessThan(4);
    await expect.element(messages().getByText("Line 119.")).toBeInViewport();
  });

  it("follows an answer that was being written when the room was left", async () => {
    await open({ pace: -1, chat: { answer: "It goes on and on and on and on." } });
    await say("Go on");
    await expect.poll(() => chat.open.writing).not.toBeNull();
    fake.chat.advance(14);
    const id = chat.open.writing ?? "";
    route.go("settings");
    await expect.element(page.getByRole("tab", { name: "Spending" })).toBeVisible();
    answers.drop(id);
    route.go("chat");
    await expect.element(lastArticle().getByText(/It goes on/)).toBeVisible();
    await expect.poll(() => called("followTurn").length).toBe(1);
    fake.chat.finish();
    await expect.element(lastArticle().getByText("It goes on and on and on and on.")).toBeVisible();
  });
});

describe("branches", () => {
  it("are walked by arrows", async () => {
    await open();
    await expect.element(lastArticle().getByText("2 of 2")).toBeVisible();
    await lastArticle().getByRole("button", { name: "Version before" }).click();
    await expect.element(lastArticle().getByText(/That is all I see/)).toBeVisible();
    await expect.element(lastArticle().getByText("1 of 2")).toBeVisible();
    await lastArticle().getByRole("button", { name: "Next version" }).click();
    await expect.element(lastArticle().getByText("Low Water, Coral Row")).toBeVisible();
  });

  it("begin where an earlier message is said again", async () => {
    await open();
    await field().fill("half a thought");
    await messages().getByRole("article").first().hover();
    await messages().getByRole("button", { name: "Edit and say again" }).click();
    await expect
      .element(field())
      .toHaveValue("Five short titles for this print. No clichés about love or time.");
    await expect.element(page.getByText(/a new branch begins there/)).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await expect.element(field()).toHaveValue("half a thought");
    await messages().getByRole("button", { name: "Edit and say again" }).click();
    await say("Three titles.");
    await expect.poll(() => drafts().at(-1)?.parent).toBeNull();
    await expect.element(messages().getByRole("article").first().getByText("2 of 2")).toBeVisible();
    // What was being typed comes back.
    await expect.element(field()).toHaveValue("half a thought");
  });

  it("begin with another answer, by the same model or another, at the price that is shown", async () => {
    await open();
    await lastArticle().getByRole("button", { name: "Answer again" }).click();
    const again = page.getByRole("menuitem", { name: /Again with GLM 5\.2.*≈.\$/ });
    await expect.element(again).toBeVisible();
    await page.getByRole("menuitem", { name: "Again with another model…" }).click();
    await page
      .getByRole("dialog")
      .getByRole("option", { name: /Omnibus/ })
      .click();
    const take = page.getByRole("dialog").getByRole("button", { name: /Again with Omnibus.*≈.\$/ });
    await expect.element(take).toBeEnabled();
    await take.click();
    await expect
      .poll(() => drafts().at(-1))
      .toMatchObject({ turn: { kind: "answer" }, settings: { model: "fake-omni" } });
    await expect.element(lastArticle().getByText("3 of 3")).toBeVisible();
    await expect.element(lastArticle().getByText("Omnibus", { exact: true })).toBeVisible();
    // The conversation itself stays with its model.
    expect(chat.open.settings.model).toBe("fake-glm");
  });
});

describe("the composer", () => {
  it("refuses what the model can't take, and what is too large, before it is sent", async () => {
    await open();
    fake.emit({
      type: "dropped",
      files: [{ handle: "picked-song.mp3", name: "song.mp3", bytes: 9, is_folder: false }],
      x: 1,
      y: 1,
    });
    await expect.element(page.getByText("This model can’t hear")).toBeVisible();
    await field().fill("What is this?");
    await expect.element(button("Send")).toBeDisabled();
    await page.getByRole("button", { name: /^Take .* off$/ }).click();
    await expect.element(button("Send")).toBeEnabled();
    fake.emit({
      type: "dropped",
      files: [{ handle: "picked-large", name: "scan.tiff", bytes: 26e6, is_folder: false }],
      x: 1,
      y: 1,
    });
    await expect.element(page.getByText("scan.tiff is too large to send.")).toBeVisible();
    for (let count = 0; count < 5; count += 1)
      fake.emit({
        type: "dropped",
        files: [{ handle: `picked-${count}.png`, name: "a.png", bytes: 9, is_folder: false }],
        x: 1,
        y: 1,
      });
    await expect.element(page.getByText("This model sees 4 pictures at once")).toBeVisible();
    await expect.element(button("Send")).toBeDisabled();
  });

  it("offers only what the model can do", async () => {
    await open();
    await expect.element(button("Web")).toBeVisible();
    await expect.element(button("Thinking")).toBeVisible();
    await userEvent.keyboard("{Control>}m{/Control}");
    await page.getByRole("option", { name: /Traghetto/ }).click();
    await expect.element(button(/^Model: Traghetto 3B/)).toBeVisible();
    await expect.element(button("Web")).not.toBeInTheDocument();
    await expect.element(button("Thinking")).not.toBeInTheDocument();
  });

  it("completes commands, brings a search in as an attachment and makes pictures", async () => {
    await open();
    await field().click();
    await userEvent.keyboard("/s");
    await expect
      .element(page.getByRole("option", { name: /search/ }))
      .toHaveAttribute("aria-selected", "true");
    await userEvent.keyboard("{Tab}acqua alta");
    await expect.element(field()).toHaveValue("/search acqua alta");
    await expect.element(button("Search the web")).toBeEnabled();
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => called("runErrand")[0]?.[1]).toEqual({ kind: "search", query: "acqua alta" });
    await expect.element(button("Attachment acqua alta")).toBeVisible();
    await say("What of tomorrow?");
    await expect
      .poll(() => drafts()[0]?.turn)
      .toMatchObject({ kind: "say", attachments: [expect.any(String)] });
    await expect.poll(() => chat.open.writing).toBeNull();
    await say("/image a gondola in fog");
    await expect.poll(() => called("makePicturesHere").length).toBe(1);
    expect(called("makePicturesHere")[0]?.[0]).toMatchObject({
      said: "/image a gondola in fog",
      request: { prompt: "a gondola in fog", variants: 1 },
      expected: { account: "sandbox", amount: { amount: "0.01" } },
    });
    await expect
      .element(messages().getByRole("button", { name: "Look at “a gondola in fog”" }))
      .toBeVisible();
  });

  it("prices as one types, and says a price nobody knows as unknown", async () => {
    await open({ pace: -1 });
    const shown = (): string => document.querySelector(".row .cost")?.textContent.trim() ?? "";
    await field().fill("Short");
    await expect.poll(shown).toMatch(/≈.\$0\.00/);
    const before = shown();
    await field().fill("Long ".repeat(4000));
    await expect.poll(shown).not.toBe(before);
    chat.open.change({ model: "fake-old-text" });
    await expect.poll(shown).toMatch(/price unknown/);
  });

  it("says when the conversation is full, and knows the ways out", async () => {
    await open();
    chat.open.change({ model: "fake-tiny" });
    await field().fill("water ".repeat(3000));
    await expect.element(page.getByText("This conversation no longer fits into the model.")).toBeVisible();
    await expect.element(button("Send")).toBeDisabled();
    await field().fill("A short question");
    await expect.element(button("Send")).toBeEnabled();
    await button(/^About .* tokens$/).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Go on from a summary.*≈/ })
      .click();
    await expect.poll(() => drafts().at(-1)?.turn).toEqual({ kind: "summarise" });
    await expect
      .element(lastArticle().getByText("Summary of what went before", { exact: true }))
      .toBeVisible();
  });

  it("keeps what is typed with its conversation", async () => {
    await open();
    await field().fill("not yet sent");
    await list()
      .getByRole("button", { name: /Exposure for blue hour/ })
      .click();
    await expect.element(field()).toHaveValue("");
    await expect
      .poll(() =>
        called("changeConversations").some(([, patch]) => JSON.stringify(patch).includes("not yet sent")),
      )
      .toBe(true);
    await list()
      .getByRole("button", { name: /Titles for the lagoon/ })
      .click();
    await expect.element(field()).toHaveValue("not yet sent");
  });

  it("asks for the names in a saved prompt", async () => {
    await open();
    await button("Attach").click();
    await page.getByRole("menuitem", { name: "Saved prompt…" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Titles for a print/ })
      .click();
    await page.getByRole("textbox", { name: "count" }).fill("five");
    await page.getByRole("textbox", { name: "subject" }).fill("fog");
    await page.getByRole("button", { name: "Insert" }).click();
    await expect.element(field()).toHaveValue("Give me five titles for a print of fog. No clichés.");
  });
});

describe("the list", () => {
  it("begins a conversation by key, which is written down with its first letters", async () => {
    await open();
    const before = called("createConversation").length;
    await userEvent.keyboard("{Control>}n{/Control}");
    await expect.element(page.getByText("Talk about anything")).toBeVisible();
    expect(called("createConversation")).toHaveLength(before);
    await field().fill("Hello");
    await expect.poll(() => called("createConversation").length).toBe(before + 1);
    await expect.element(list().getByRole("button", { name: /New conversation now/ })).toBeVisible();
    // An empty one leaves nothing behind.
    await field().fill("");
    await list()
      .getByRole("button", { name: /Exposure/ })
      .click();
    await expect.poll(() => called("deleteConversations").length).toBe(1);
  });

  it("searches titles and messages and jumps to the hit", async () => {
    await open({ chat: { conversations: "long" } });
    await page.getByRole("searchbox").fill("question 7:");
    await page.getByRole("searchbox").fill("Question 77:");
    const hit = list().getByRole("button", { name: /Two thousand messages.*Question 77:/ });
    await expect.element(hit).toBeVisible();
    await hit.click();
    const found = messages().getByText(/^Question 77:/);
    await expect.element(found).toBeVisible();
    await expect.element(found).toBeInViewport();
    // Only what is near the window is in the page.
    expect(document.querySelectorAll("[data-message]").length).toBeLessThan(60);
  });

  it("takes a conversation back out of the trash", async () => {
    await open();
    const row = list().getByRole("button", { name: /Exposure for blue hour/ });
    await expect.element(row).toBeVisible();
    (row.element() as HTMLElement).focus();
    await userEvent.keyboard("{Delete}");
    await expect.element(row).not.toBeInTheDocument();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.element(row).toBeVisible();
    expect(called("changeConversations").map(([, patch]) => patch)).toContainEqual({ trashed: false });
  });

  it("goes by keys alone: to a conversation, its name, the field, and back", async () => {
    await open();
    await page.getByRole("searchbox").click();
    await userEvent.keyboard("{ArrowDown}{Home}{ArrowDown}{ArrowDown}{Enter}");
    await expect.poll(() => chat.open.row?.title).toBe("Exposure for blue hour");
    await expect.element(field()).toHaveFocus();
    const row = list().getByRole("button", { name: /Exposure for blue hour/ });
    await expect.element(row).toBeVisible();
    (row.element() as HTMLElement).focus();
    await userEvent.keyboard("{F2}");
    await userEvent.keyboard("Blue hour{Enter}");
    await expect
      .poll(() => called("changeConversations").at(-1))
      .toEqual([[chat.open.id], { title: "Blue hour" }]);
    await expect.element(list().getByRole("button", { name: /^Blue hour/ })).toBeVisible();
    await userEvent.keyboard("/");
    await expect.element(field()).toHaveFocus();
    await userEvent.keyboard("{ArrowUp}");
    await expect.element(page.getByText(/a new branch begins there/)).toBeVisible();
  });

  it("makes folders, moves into them, exports and imports", async () => {
    await open();
    await list()
      .getByRole("button", { name: /Names for a palette/ })
      .click({ button: "right" });
    await page.getByRole("menuitemradio", { name: "Lagoon series" }).click();
    await expect.poll(() => called("changeConversations").at(-1)?.[1]).toEqual({ folder: "folder-1" });
    await page.getByRole("button", { name: "Shown: All conversations" }).click();
    await page.getByRole("menuitemradio", { name: /Lagoon series/ }).click();
    await expect
      .poll(
        () =>
          list()
            .getByRole("button", { name: /palette|Storyboard/ })
            .elements().length,
      )
      .toBe(2);
    await page.getByRole("button", { name: "More of this conversation" }).click();
    await page.getByRole("menuitem", { name: "Export as Markdown…" }).click();
    await expect.poll(() => called("exportConversations").length).toBe(1);
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Import conversations…" }).click();
    await expect.poll(() => chat.open.row?.title).toBe("Brought back");
  });
});

describe("characters", () => {
  it("are found, read about and talked with", async () => {
    await open();
    view.characters = true;
    await page.getByRole("button", { name: "history" }).click();
    await expect.element(page.getByRole("button", { name: /Nonna/ })).not.toBeInTheDocument();
    await page.getByRole("button", { name: "history" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Alan Watts/ })
      .click();
    await expect.element(page.getByText("He made me look at the river for an hour.")).toBeVisible();
    await page.getByRole("button", { name: "Talk" }).click();
    await expect.element(page.getByRole("heading", { name: "Alan Watts" })).toBeVisible();
    await say("Hello");
    await expect
      .poll(() => called("createConversation").at(-1)?.[0])
      .toMatchObject({ character: "alan-watts" });
    await expect.element(lastArticle().getByText("Alan Watts", { exact: true })).toBeVisible();
  });
});

describe("settings", () => {
  it("are the conversation's, show the model's own and check a schema", async () => {
    await open();
    await userEvent.keyboard("{Control>}{Shift>}s{/Shift}{/Control}");
    await expect.element(page.getByLabelText("Temperature")).toHaveAttribute("placeholder", "0.7");
    await page.getByLabelText("Temperature").fill("0.3");
    await page.getByRole("button", { name: "Put in an example" }).click();
    await expect.element(page.getByText("Answers will be JSON of this schema.")).toBeVisible();
    await expect
      .poll(() => called("changeConversations").at(-1)?.[1])
      .toMatchObject({ settings: { temperature: 0.3, response_schema: { type: "object" } } });
    const schema = page.getByLabelText("Answer as JSON of this schema");
    await schema.fill('{"type":"object","properties":{"a":{"type":"string"}}}');
    await expect.element(page.getByText(/additionalProperties/)).toBeVisible();
    await page.getByRole("button", { name: "Mend it" }).click();
    await expect.element(page.getByText("Answers will be JSON of this schema.")).toBeVisible();
    await page.getByRole("button", { name: "Presets" }).click();
    await page.getByRole("menuitem", { name: /^Precise/ }).click();
    await expect.element(page.getByLabelText("System prompt")).toHaveValue("Answer in one paragraph.");
    await expect.element(page.getByLabelText("Temperature")).toHaveValue(0.2);
  });
});

describe.each(themes)("the room, %s", (theme) => {
  it("is accessible: talking, in trouble, with everything open, and empty", async () => {
    await open({ settings: { theme } });
    await userEvent.keyboard("{Control>}{Shift>}s{/Shift}{/Control}");
    await say("Hello [[INFERENCE_FAILED]]");
    await expect.element(lastArticle().getByRole("alert")).toBeVisible();
    await field().fill("/");
    await expectAccessible(document.documentElement);
    await field().fill("");
    await page.getByRole("searchbox").fill("houses");
    await expect.element(list().getByText("In messages")).toBeVisible();
    await expectAccessible(document.documentElement);
    view.characters = true;
    await expect.element(page.getByRole("button", { name: /Alan Watts/ }).first()).toBeVisible();
    await expectAccessible();
    cleanup();
    await open({ settings: { theme }, chat: { conversations: "none" } });
    await expect.element(page.getByRole("button", { name: /^Try: / })).toBeVisible();
    await userEvent.keyboard("{Control>}m{/Control}");
    await expect.element(page.getByRole("option", { name: /Omnibus/ })).toBeVisible();
    await expectAccessible();
  });
});

describe("a small window", () => {
  it("turns the list into a sheet, and cuts nothing off", async () => {
    await page.viewport(960, 640);
    await open();
    await expect.element(list()).not.toBeInTheDocument();
    await page.getByRole("button", { name: "Show conversations" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Exposure/ })
      .click();
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    await userEvent.keyboard("{Control>}{Shift>}s{/Shift}{/Control}");
    await expect.element(page.getByLabelText("Temperature")).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(960);
    const send = button("Send").element().getBoundingClientRect();
    expect(send.right).toBeLessThanOrEqual(960);
    expect(send.bottom).toBeLessThanOrEqual(640);
  });
});

describe("teaching", () => {
  it("runs an example in the sandbox, and only there by itself", async () => {
    await open({ chat: { conversations: "none" } });
    await page.getByRole("button", { name: /^Try: / }).click();
    await expect.poll(() => drafts().length).toBe(1);
    await expect.element(lastArticle().getByText(/GLM 5\.2/)).toBeVisible();
  });

  it("says why nothing can be listed", async () => {
    await open({
      over: {
        listModelChoices: () =>
          Promise.resolve({ status: "error", error: fakeError("network_down", { retryable: true }) }),
      },
    });
    await expect.element(page.getByText("The models can’t be listed.")).toBeVisible();
    await expect.element(button("Try again").first()).toBeVisible();
  });
});
