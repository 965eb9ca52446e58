/** What happens to words, money and messages when one goes elsewhere while something is on its way. */
import { afterEach, describe, expect, it } from "vitest";
import type { AttachmentView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { platform, usePlatform } from "@/platform/platform";
import { Chat } from "./chat.svelte";
import { readDraft } from "./chat-drafts";
import { events } from "./events";

const FOUND: AttachmentView = {
  id: "found",
  kind: "search",
  name: "tides",
  mime: "text/markdown",
  bytes: 900,
  item: null,
  url: null,
  cost: null,
  pretend: true,
  excerpt: "High water at 10:42.",
};

let stop: (() => void) | null = null;
let chat: Chat;
let fake: Fake;

async function started(options: FakeOptions = {}): Promise<{ here: string; there: string }> {
  fake = fakePlatform({ jobs: [], pace: -1, ...options });
  usePlatform(fake);
  const unheard = events.start(platform);
  chat = new Chat();
  stop = () => {
    chat.stop();
    unheard();
  };
  await chat.start();
  const here = chat.open.id ?? "";
  return { here, there: chat.list.rows.find((row) => row.id !== here)?.id ?? "" };
}

/** Lets a command wait until it is let go. */
function hold<Name extends keyof Fake["commands"]>(name: Name): () => void {
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const real = fake.commands[name] as (...given: unknown[]) => Promise<unknown>;
  fake.commands[name] = (async (...given: unknown[]) => {
    await gate;
    return real(...given);
  }) as never;
  return go;
}
/** Lets go by what is answered at once. */
const settle = (): Promise<void> => new Promise((go) => setTimeout(go, 5));
const called = (name: string): readonly (readonly unknown[])[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);
async function draftOf(conversation: string) {
  const answer = await fake.commands.getConversation(conversation);
  if (answer.status === "error") throw new Error(answer.error.message);
  return readDraft(answer.data.draft);
}

afterEach(() => {
  stop?.();
  stop = null;
});

describe("while a message is on its way", () => {
  it("leaves what waits in another conversation alone, and takes back what was sent", async () => {
    const { here, there } = await started();
    await chat.show(there);
    chat.composer.type("what waits there");
    await chat.show(here);
    const go = hold("sendTurn");
    chat.composer.type("asked here");
    const sending = chat.composer.send();
    await settle();
    await chat.show(there);
    go();
    expect(await sending).toBe(true);
    await settle();
    expect(chat.composer.text).toBe("what waits there");
    expect((await draftOf(there)).text).toBe("what waits there");
    expect((await draftOf(here)).text).toBe("");
    expect(chat.open.row?.id).toBe(there);
    await chat.show(here);
    expect(chat.composer.text).toBe("");
  });

  it("keeps what is typed after it", async () => {
    await started();
    const go = hold("sendTurn");
    chat.composer.type("asked");
    const sending = chat.composer.send();
    await settle();
    chat.composer.type("asked and the next thing");
    go();
    await sending;
    expect(chat.composer.text).toBe("and the next thing");
  });

  it("isn't sent when one has left before its price was known", async () => {
    const { here, there } = await started();
    const go = hold("priceTurn");
    chat.composer.type("asked here");
    const sending = chat.composer.send();
    await settle();
    await chat.show(there);
    const { path } = chat.open;
    go();
    expect(await sending).toBe(false);
    expect(called("sendTurn")).toHaveLength(0);
    expect([chat.open.row?.id, chat.open.path]).toEqual([there, path]);
    await chat.show(here);
    expect(chat.composer.text).toBe("asked here");
  });
});

describe("money", () => {
  it("isn't spent from an account whose price nobody has seen", async () => {
    await started();
    chat.composer.type("hello");
    chat.composer.price.ask(chat.composer.ask);
    await chat.composer.price.settle(chat.composer.ask ?? expect.fail("nothing to price"));
    const real = fake.commands.priceTurn;
    fake.commands.priceTurn = async (draft) => {
      const answer = await real(draft);
      return answer.status === "error" ? answer : { ...answer, data: { ...answer.data, account: "another" } };
    };
    chat.composer.price.again(chat.composer.ask);
    expect(await chat.composer.send()).toBe(false);
    expect(chat.composer.problem?.code).toBe("price_changed");
    expect(called("sendTurn")).toHaveLength(0);
    await chat.composer.price.settle(chat.composer.ask ?? expect.fail("nothing to price"));
    await chat.composer.send();
    expect(called("sendTurn")[0]?.[1]).toMatchObject({ account: "another" });
  });

  it("can be stopped being spent while a picture is made below the answer", async () => {
    await started();
    chat.composer.type("hello");
    await chat.composer.send();
    const { writing, id, last } = chat.open;
    await chat.open.makePictures({
      conversation: id ?? "",
      parent: last?.id ?? null,
      said: "/image a boat",
      request: { model: "any", prompt: "a boat" } as never,
      expected: { account: "sandbox", amount: null },
    });
    expect(chat.open.writing).toBe(writing);
    await chat.open.stopWriting();
    expect(called("stopTurn")).toEqual([[writing]]);
  });
});

describe("a new conversation", () => {
  it("has what was typed while it was written down", async () => {
    const { here } = await started();
    const known = chat.list.rows.map((row) => row.id);
    const go = hold("createConversation");
    chat.begin();
    chat.composer.type("a long thought");
    const leaving = chat.show(here);
    go();
    await leaving;
    await settle();
    await chat.list.refresh();
    const [fresh] = chat.list.rows.filter((row) => !known.includes(row.id));
    expect((await draftOf(fresh?.id ?? "")).text).toBe("a long thought");
  });

  it("isn't the one that was begun before it", async () => {
    await started();
    const go = hold("createConversation");
    chat.begin();
    chat.composer.type("one");
    chat.begin();
    chat.composer.type("two");
    const sending = chat.composer.send();
    go();
    expect(await sending).toBe(true);
    expect(called("sendTurn")[0]?.[0]).toMatchObject({
      conversation: chat.open.id,
      turn: { kind: "say", text: "two" },
    });
  });

  it("goes when nothing was done with it, and stays where something was", async () => {
    const { here } = await started();
    chat.begin();
    chat.composer.type("x");
    await settle();
    chat.composer.type("");
    const blank = chat.open.id;
    await chat.show(here);
    await settle();
    expect(called("deleteConversations")).toEqual([[[blank]]]);

    chat.begin();
    const go = hold("attach");
    const attaching = chat.composer.attach([{ picked: "handle" }]);
    await settle();
    await chat.show(here);
    go();
    expect(await attaching).toBeNull();

    chat.begin();
    chat.composer.type("x");
    await settle();
    chat.open.change({ system_prompt: "Speak like a boatman." });
    chat.composer.type("");
    await chat.show(here);
    await settle();
    expect(called("deleteConversations")).toHaveLength(1);
  });
});

describe("what a search brought", () => {
  it("belongs to the conversation, not to an earlier message that is said anew", async () => {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    await started({ over: { runErrand: () => arrived.then(() => ({ status: "ok", data: FOUND })) } });
    chat.composer.type("/search tides");
    await chat.composer.send();
    const step = chat.open.path.findLast(({ role }) => role === "user");
    const message = chat.open.message(step?.id ?? "");
    chat.composer.edit(message ?? expect.fail("something was said"));
    arrive();
    await settle();
    expect(chat.composer.attachments).toEqual(message?.attachments);
    chat.composer.leaveEdit();
    expect(chat.composer.attachments).toEqual([FOUND]);
  });

  it("joins what is attached already", async () => {
    await started({ over: { runErrand: () => Promise.resolve({ status: "ok", data: FOUND }) } });
    const first = { ...FOUND, id: "first" };
    chat.composer.attachNow([first]);
    chat.composer.type("/search tides");
    await chat.composer.send();
    await settle();
    expect(chat.composer.attachments).toEqual([first, FOUND]);
  });

  it("comes without the command that asked for it", async () => {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const { here, there } = await started({
      over: { runErrand: () => arrived.then(() => ({ status: "ok", data: FOUND })) },
    });
    chat.composer.type("/search tides");
    await chat.composer.keepNow();
    await chat.composer.send();
    await chat.show(there);
    arrive();
    await settle();
    await chat.show(here);
    expect([chat.composer.text, chat.composer.attachments]).toEqual(["", [FOUND]]);
  });
});

it("an edit is still there when one comes back", async () => {
  const { here, there } = await started();
  chat.composer.type("what waits below");
  const step = chat.open.path.findLast(({ role }) => role === "user");
  chat.composer.edit(chat.open.message(step?.id ?? "") ?? expect.fail("something was said"));
  chat.composer.type("said better");
  await chat.show(there);
  expect(chat.composer.editing).toBeNull();
  await chat.show(here);
  expect([chat.composer.text, chat.composer.editing !== null]).toEqual(["said better", true]);
  chat.composer.leaveEdit();
  expect(chat.composer.text).toBe("what waits below");
});
