import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChatEvent, MessageView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeChatModels, fakeMessage, usage } from "@/platform/fake-chat-data";
import { fakeError } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { Chat } from "./chat.svelte";
import { LiveAnswer } from "./chat-answers.svelte";
import { events } from "./events";

let stop: (() => void) | null = null;
let chat: Chat;

function fresh(options: FakeOptions): Fake {
  const fake = fakePlatform({ jobs: [], pace: -1, ...options });
  usePlatform(fake);
  const unheard = events.start(platform);
  chat = new Chat();
  stop = () => {
    chat.stop();
    unheard();
  };
  return fake;
}
async function started(options: FakeOptions = {}): Promise<Fake> {
  const fake = fresh(options);
  await chat.start();
  return fake;
}
const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
/** Lets go by what is answered at once. */
const settle = (): Promise<void> => new Promise((go) => setTimeout(go));

afterEach(() => {
  stop?.();
  stop = null;
});

describe("LiveAnswer", () => {
  const words = (text: string, reasoning = false): ChatEvent => ({ kind: "text", text, reasoning });

  it("shows what came between two frames at once, and loses nothing", () => {
    const frames: (() => void)[] = [];
    const answer = new LiveAnswer((run) => frames.push(run));
    for (let index = 0; index < 2000; index += 1) answer.tell(words(`${index} `));
    expect(answer.text).toBe("");
    expect(frames).toHaveLength(1);
    frames[0]?.();
    expect(answer.text.split(" ")).toHaveLength(2001);
    answer.tell(words("more"));
    expect(frames).toHaveLength(2);
  });

  it("takes what was told before its beginning was known, and its end before that, too", () => {
    const answer = new LiveAnswer((run) => run());
    const ended = vi.fn();
    answer.tell(words("thought", true));
    answer.tell(words(" and the rest"));
    const message: MessageView = fakeMessage("m", { state: "whole", text: "The start and the rest" });
    answer.tell({ kind: "ended", message, cost: { real: [], pretend: [], is_estimate: false, unknown: 0 } });
    answer.begin(fakeMessage("m", { role: "assistant", state: "writing", text: "The start" }));
    answer.whenEnded(ended);
    expect(answer.text).toBe("The start and the rest");
    expect(answer.reasoning).toBe("thought");
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it("knows how long it thought", () => {
    let now = 1000;
    const answer = new LiveAnswer(
      (run) => run(),
      () => now,
    );
    answer.tell(words("hm", true));
    now = 5100;
    answer.tell(words("Yes"));
    answer.tell(words(" and no"));
    expect([answer.thinkingSince, answer.thoughtFor]).toEqual([1000, 4100]);
  });
});

describe("Chat", () => {
  it("opens what was touched last, with its settings for the next one", async () => {
    await started();
    expect(chat.open.row?.title).toBe("Titles for the lagoon series");
    expect(chat.model?.name).toBe("GLM 5.2");
    chat.open.change({ temperature: 0.2, character: "casanova", system_prompt: "Be brief." });
    chat.begin();
    expect(chat.open.id).toBeNull();
    expect(chat.open.settings).toMatchObject({
      temperature: 0.2,
      character: null,
      system_prompt: "Be brief.",
    });
  });

  it("leaves whoever went to another one while it was starting where they are", async () => {
    // The moment counts: before the newest one is opened, and while it is.
    for (const waits of ["listConversations", "getConversation"] as const) {
      let letGo = (): void => undefined;
      const fake = fresh({});
      const all = await fake.commands.listConversations({}, null, 100);
      const other = (all.status === "ok" && all.data.conversations.at(-1)?.id) || "";
      const answer = fake.commands[waits] as (...of: unknown[]) => Promise<unknown>;
      const held = new Promise<void>((go) => (letGo = go));
      let asked = 0;
      const late = async (...of: unknown[]): Promise<unknown> => {
        asked += 1;
        if (asked === 1) await held;
        return answer(...of);
      };
      usePlatform({ ...fake, commands: { ...fake.commands, [waits]: late } });
      const start = chat.start();
      await vi.waitFor(() => expect(asked).toBe(1));
      const went = chat.show(other);
      letGo();
      await Promise.all([start, went]);
      expect(chat.open.id, waits).toBe(other);
      stop?.();
    }
  });

  it("finds a model for what was begun before the models were read", async () => {
    let letGo = (): void => undefined;
    const fake = fresh({});
    const held = new Promise<void>((go) => (letGo = go));
    const listModelChoices: typeof fake.commands.listModelChoices = async (kinds) => {
      await held;
      return fake.commands.listModelChoices(kinds);
    };
    usePlatform({ ...fake, commands: { ...fake.commands, listModelChoices } });
    const start = chat.start();
    chat.begin();
    expect(chat.model).toBeNull();
    letGo();
    await start;
    expect([chat.open.id, chat.model?.id]).toEqual([null, chat.models.usual?.id]);
    expect(chat.model).not.toBeNull();
  });

  it("begins with the model that was chosen for new conversations, whatever the last one had", async () => {
    const [last, other] = fakeChatModels;
    const chosen = { ...other!, is_default: true };
    const models = [last!, chosen];
    await started({ over: { listModelChoices: () => Promise.resolve({ status: "ok", data: models }) } });
    expect(chat.open.settings.model).toBe(last!.id);
    chat.begin();
    expect(chat.open.settings.model).toBe(chosen.id);
    chat.begin({ model: last!.id });
    expect(chat.open.settings.model).toBe(last!.id);
  });

  it("begins with the usual model where there is nothing yet, and writes nothing down", async () => {
    const fake = await started({ chat: { conversations: "none" } });
    expect(chat.open.settings.model).toBe("fake-glm");
    expect(called(fake, "createConversation")).toHaveLength(0);
    chat.composer.type("H");
    chat.composer.type("Hi");
    await settle();
    expect(called(fake, "createConversation")).toHaveLength(1);
  });

  it("sends once for a double press, at the price of just these words", async () => {
    const fake = await started();
    chat.composer.type("How deep is the canal?");
    const both = await Promise.all([chat.composer.send(), chat.composer.send()]);
    expect(both).toEqual([true, false]);
    const [draft, expected] = called(fake, "sendTurn")[0] ?? [];
    const priced = await platform.commands.priceTurn(draft as never);
    expect(priced.status === "ok" && priced.data.most).toEqual((expected as { amount: unknown }).amount);
    expect(chat.open.path).toHaveLength(4);
    expect(chat.composer.text).toBe("");
    // One answer at a time.
    chat.composer.type("And how wide?");
    expect(await chat.composer.send()).toBe(false);
    fake.chat.finish();
    expect(chat.open.writing).toBeNull();
    expect(await chat.composer.send()).toBe(true);
  });

  it("keeps the words when sending fails", async () => {
    await started({
      over: { sendTurn: () => Promise.resolve({ status: "error", error: fakeError("price_changed") }) },
    });
    chat.composer.type("Hello");
    expect(await chat.composer.send()).toBe(false);
    expect(chat.composer.text).toBe("Hello");
    expect(chat.composer.problem?.code).toBe("price_changed");
  });

  it("asks for messages in batches, once each", async () => {
    const fake = await started({ chat: { conversations: "long" } });
    expect(chat.open.path).toHaveLength(2000);
    const before = called(fake, "getMessages").length;
    for (const step of chat.open.path.slice(0, 90)) chat.open.need(step.id);
    for (const step of chat.open.path.slice(0, 90)) chat.open.need(step.id);
    await settle();
    await settle();
    expect(
      called(fake, "getMessages")
        .slice(before)
        .map(([ids]) => (ids as string[]).length),
    ).toEqual([60, 30]);
    expect(chat.open.message(chat.open.path[3]?.id ?? "")?.role).toBe("assistant");
  });

  it("doesn't turn an answer back that has ended", async () => {
    const fake = await started();
    chat.composer.type("Hello");
    await chat.composer.send();
    const id = chat.open.writing ?? "";
    const late = { ...chat.open.message(id) };
    fake.chat.finish();
    expect(chat.open.message(id)).toMatchObject({
      state: "whole",
      usage: usage({ input: 602, cached: 481, output: expect.any(Number) as number }),
    });
    expect(late.state).toBe("writing");
  });

  it("drops what another model has no use for", async () => {
    await started();
    chat.open.change({
      web_search: "on",
      reasoning_effort: "high",
      response_schema: { type: "object" },
      max_tokens: 9000,
    });
    const tiny = chat.models.find("fake-tiny");
    if (tiny === null) throw new Error("the fake has it");
    chat.use(tiny);
    expect(chat.open.settings).toMatchObject({
      model: "fake-tiny",
      web_search: null,
      reasoning_effort: null,
      response_schema: null,
      max_tokens: 1024,
    });
  });

  it("brings typed words back with their conversation, and forgets them once sent", async () => {
    const fake = await started();
    const first = chat.open.id ?? "";
    chat.composer.type("half a thought");
    await chat.show(chat.list.rows[0]?.id ?? "");
    expect(chat.composer.text).toBe("");
    await chat.show(first);
    expect(chat.composer.text).toBe("half a thought");
    await chat.composer.send();
    await settle();
    expect(called(fake, "changeConversations").at(-1)?.[1]).toEqual({ draft: { text: "", attachments: [] } });
  });

  it("shows no messages of the conversation that was left, however late they come", async () => {
    const asked: string[] = [];
    let held = (): void => undefined;
    const fake = await started();
    const first = chat.open.id ?? "";
    const second = chat.list.rows.find((row) => row.id !== first)?.id ?? "";
    const real = fake.commands.getConversation;
    fake.commands.getConversation = async (id) => {
      asked.push(id);
      const answer = await real(id);
      // The first one's comes last.
      if (id === first) await new Promise<void>((go) => (held = go));
      return answer;
    };
    const opening = chat.show(second);
    fake.emit({ type: "conversations", ids: [first] });
    await opening;
    await settle();
    expect(asked).toEqual([second, first]);
    const { row, path } = chat.open;
    held();
    await settle();
    expect([chat.open.id, chat.open.row?.id]).toEqual([second, second]);
    expect(chat.open.row).toBe(row);
    expect(chat.open.path).toBe(path);
  });

  it("keeps what a search brought for the conversation it was asked in", async () => {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const found = {
      id: "found",
      kind: "search" as const,
      name: "tides",
      mime: "text/markdown",
      bytes: 900,
      item: null,
      url: null,
      cost: null,
      pretend: true,
      excerpt: "High water at 10:42.",
    };
    const fake = await started({
      over: { runErrand: () => arrived.then(() => ({ status: "ok", data: found })) },
    });
    const first = chat.open.id ?? "";
    chat.composer.type("/search the tides of next week");
    expect(await chat.composer.send()).toBe(true);
    chat.composer.type("and the moon?");
    await chat.show(chat.list.rows[0]?.id ?? "");
    expect(chat.open.id).not.toBe(first);
    arrive();
    await settle();
    await settle();
    expect(chat.composer.attachments).toEqual([]);
    expect(called(fake, "runErrand")).toHaveLength(1);
    await chat.show(first);
    expect(chat.composer.text).toBe("and the moon?");
    expect(chat.composer.attachments.map((one) => one.id)).toEqual(["found"]);
  });
});

describe("ConversationList", () => {
  it("shows a change at once, and takes it back when it fails", async () => {
    await started({
      over: {
        changeConversations: () => Promise.resolve({ status: "error", error: fakeError("read_only") }),
      },
    });
    const row = chat.list.rows[0];
    const changing = chat.list.change([row?.id ?? ""], { title: "Another" });
    expect(chat.list.rows[0]?.title).toBe("Another");
    expect((await changing)?.code).toBe("read_only");
    expect(chat.list.rows[0]?.title).toBe(row?.title);
  });

  it("reads once for many changes", async () => {
    const fake = await started();
    const before = called(fake, "listConversations").length;
    for (let index = 0; index < 50; index += 1) fake.emit({ type: "conversations", ids: ["x"] });
    await settle();
    expect(called(fake, "listConversations").length - before).toBeLessThanOrEqual(2);
  });
});
