/** The part of the fake that answers the Chat room: conversations with branches, answers that come in pieces, failures. */
import type {
  AppEvent,
  AttachmentView,
  ChatEvent,
  ChatPreset,
  ChatSettings,
  ConversationCost,
  ConversationRow,
  ConversationView,
  FolderView,
  ItemView,
  JobView,
  MessageDraft,
  MessageView,
  PathStep,
  SavedPrompt,
  TurnPrice,
  WebErrand,
} from "@/bindings";
import type { ModelChoice } from "@/console-contract";
import {
  ANSWERS,
  citations,
  CONVERSATION_TITLES,
  fakeCharacters,
  fakeChatSettings,
  fakeMessage,
  fakeReviews,
  interrupted,
  QUESTIONS,
  THOUGHT,
  TITLES,
  TOOL_CALLS,
  usage,
} from "./fake-chat-data";
import { fakeId, fakeError, fakeJob, usd } from "./fake-data";
import type { Commands, Result } from "./platform";

export type FakeChatOptions = {
  /** Conversations at the start; `long` adds one of 2,000 messages. */
  conversations?: "some" | "none" | "long";
  /** The same for every piece of every answer, in place of what the fake would say. */
  answer?: string;
};

/** What a test may do to the answers that are being written. */
export type FakeChat = {
  /** Tells the next pieces of every answer that is being written. */
  advance(pieces?: number): void;
  /** Tells all that is left. */
  finish(): void;
};

type Rest = {
  now: () => Date;
  account: () => { id: string; pretend: boolean };
  limit: () => string | null;
  emit: (...events: AppEvent[]) => void;
  put: (job: JobView) => JobView;
  make: (over: Partial<ItemView>) => string;
  find: (id: string) => ItemView | undefined;
  models: readonly ModelChoice[];
  /** Between two pieces of an answer, in milliseconds; 0 = at once, below 0 = never by itself. */
  pace: number;
  options: FakeChatOptions;
};

type Kept = {
  row: ConversationRow;
  settings: Required<ChatSettings>;
  draft: unknown;
  head: string | null;
};
type Told = { onmessage: (event: ChatEvent) => void };
type Writing = {
  message: string;
  pieces: { text: string; reasoning: boolean }[];
  told: Set<Told>;
  end: () => void;
};

export type ChatCommands = Pick<
  Commands,
  | "listConversations"
  | "getConversation"
  | "getMessages"
  | "createConversation"
  | "changeConversations"
  | "deleteConversations"
  | "showBranch"
  | "showNextBranch"
  | "listFolders"
  | "saveFolder"
  | "deleteFolder"
  | "priceTurn"
  | "sendTurn"
  | "stopTurn"
  | "followTurn"
  | "makePicturesHere"
  | "attach"
  | "pickAttachments"
  | "readAttachment"
  | "priceErrand"
  | "runErrand"
  | "searchMessages"
  | "exportConversations"
  | "importConversations"
  | "listChatPresets"
  | "saveChatPreset"
  | "deleteChatPreset"
  | "listSavedPrompts"
  | "savePrompt"
  | "deleteSavedPrompt"
  | "findCharacters"
  | "getCharacter"
  | "characterReviews"
>;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data: structuredClone(data) });
}
function fail(code: string, over: Parameters<typeof fakeError>[1] = {}): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code, over) });
}
const tokens = (text: string): number => Math.ceil(text.length / 4);
const dollars = (amount: number): string => amount.toFixed(6).replace(/0+$/, "").padEnd(4, "0");

export function fakeChat(rest: Rest): ChatCommands & { chat: FakeChat } {
  const conversations = new Map<string, Kept>();
  const messages = new Map<string, MessageView & { conversation: string }>();
  const attachments = new Map<string, AttachmentView>();
  const folders: FolderView[] = [{ id: "folder-1", name: "Lagoon series", conversations: 0 }];
  const presets: ChatPreset[] = [
    {
      id: "preset-1",
      name: "Precise",
      settings: {
        ...fakeChatSettings,
        model: "fake-glm",
        temperature: 0.2,
        system_prompt: "Answer in one paragraph.",
      },
    },
  ];
  const prompts: SavedPrompt[] = [
    {
      id: "prompt-1",
      name: "Titles for a print",
      text: "Give me {{count}} titles for a print of {{subject}}. No clichés.",
      variables: ["count", "subject"],
    },
    {
      id: "prompt-2",
      name: "Explain simply",
      text: "Explain this as if I had ten minutes and no maths.",
      variables: [],
    },
  ];
  const writing = new Map<string, Writing>();
  let serial = 0;
  const id = (kind: string): string => `${kind}-${(serial += 1)}`;
  const changed = (...ids: string[]): void => rest.emit({ type: "conversations", ids });

  function childrenOf(conversation: string, parent: string | null): string[] {
    return [...messages.values()]
      .filter((message) => message.conversation === conversation && message.parent === parent)
      .map((message) => message.id);
  }
  function pathTo(conversation: Kept): PathStep[] {
    const path: PathStep[] = [];
    const siblings = new Map<string | null, string[]>();
    for (const message of messages.values()) {
      if (message.conversation !== conversation.row.id) continue;
      siblings.set(message.parent, [...(siblings.get(message.parent) ?? []), message.id]);
    }
    let at = conversation.head;
    while (at !== null) {
      const message = messages.get(at);
      if (!message) break;
      const beside = siblings.get(message.parent) ?? [];
      path.push({
        id: message.id,
        role: message.role,
        length: message.text.length,
        branch: beside.indexOf(message.id),
        branches: beside.length,
      });
      at = message.parent;
    }
    return path.reverse();
  }
  function costOf(conversation: string): ConversationCost {
    const spent = { real: 0, pretend: 0 };
    let unknown = 0;
    for (const message of messages.values()) {
      if (message.conversation !== conversation || message.usage === null) continue;
      if (message.usage.cost === null) unknown += 1;
      else spent[message.usage.pretend ? "pretend" : "real"] += Number(message.usage.cost.amount);
    }
    const list = (sum: number) => (sum === 0 ? [] : [usd(dollars(sum))]);
    return { real: list(spent.real), pretend: list(spent.pretend), is_estimate: false, unknown };
  }
  function plainMessage(message: MessageView & { conversation: string }): MessageView {
    const { conversation: _, ...view } = message;
    return view;
  }
  function viewOf(kept: Kept): ConversationView {
    const path = pathTo(kept);
    return {
      row: kept.row,
      settings: kept.settings,
      draft: kept.draft as ConversationView["draft"],
      path,
      messages: path.slice(-40).flatMap((step) => {
        const message = messages.get(step.id);
        return message ? [plainMessage(message)] : [];
      }),
      cost: costOf(kept.row.id),
    };
  }
  function addMessage(conversation: Kept, over: Partial<MessageView>): MessageView {
    const message = fakeMessage(id("message"), { created_at: rest.now().toISOString(), ...over });
    messages.set(message.id, { ...message, conversation: conversation.row.id });
    conversation.head = message.id;
    conversation.row = { ...conversation.row, messages: conversation.row.messages + 1 };
    return message;
  }
  function edit(message: string, change: Partial<MessageView>): MessageView {
    const before = messages.get(message);
    if (!before) throw new Error(`no message ${message}`);
    const after = { ...before, ...change };
    messages.set(message, after);
    return plainMessage(after);
  }
  function begin(title: string, at: Date, settings: ChatSettings, over: Partial<ConversationRow> = {}): Kept {
    const row: ConversationRow = {
      id: id("conversation"),
      title,
      folder: null,
      pinned: false,
      archived: false,
      trashed_at: null,
      created_at: at.toISOString(),
      touched_at: at.toISOString(),
      messages: 0,
      model: settings.model ?? "",
      character: fakeCharacters.find((one) => one.slug === settings.character) ?? null,
      writing: null,
      ...over,
    };
    const kept: Kept = { row, settings: { ...fakeChatSettings, ...settings }, draft: null, head: null };
    conversations.set(row.id, kept);
    return kept;
  }

  function furnish(): void {
    const hours = (count: number): Date => new Date(rest.now().getTime() - count * 3_600_000);
    const settings = { ...fakeChatSettings, model: "fake-glm" };
    CONVERSATION_TITLES.forEach((title, index) => {
      const at = hours([0.02, 2.4, 26, 30, 74, 98][index] ?? 200);
      const kept = begin(title, at, index === 2 ? { ...settings, character: "alan-watts" } : settings, {
        pinned: index === 4,
        folder: index === 3 ? "folder-1" : null,
      });
      const stamp = at.toISOString();
      const picture = rest.find(fakeId(1));
      const shown: AttachmentView[] =
        index === 0 && picture
          ? [
              {
                id: "attachment-0",
                kind: "image",
                name: "lagoon.webp",
                mime: "image/webp",
                bytes: 181_000,
                item: picture,
                url: null,
                cost: null,
                pretend: true,
                excerpt: null,
              },
            ]
          : [];
      for (const attachment of shown) attachments.set(attachment.id, attachment);
      const said = addMessage(kept, {
        text: QUESTIONS[index % QUESTIONS.length] ?? "",
        attachments: shown,
        created_at: stamp,
      });
      const answer = (over: Partial<MessageView>): MessageView =>
        addMessage(kept, {
          parent: said.id,
          role: "assistant",
          text: ANSWERS[index % ANSWERS.length] ?? "",
          model: "fake-glm",
          finish_reason: "stop",
          usage: usage(),
          created_at: stamp,
          ...over,
        });
      if (index === 0) {
        answer({ text: "Coral, Water, Wood. That is all I see." });
        answer({ reasoning: THOUGHT, thought_ms: 4100, citations: [...citations] });
      } else if (index === 5) {
        answer({
          state: "failed",
          text: "",
          usage: null,
          error: fakeError("MODEL_OVERLOADED", { retryable: true }),
        });
      } else answer(index === 3 ? { tool_calls: [...TOOL_CALLS] } : {});
    });
    const trashed = begin("An old list", hours(300), settings, { trashed_at: hours(20).toISOString() });
    addMessage(trashed, { text: "Which pigments fade?" });
    const away = begin("Tax questions", hours(900), settings, { archived: true });
    addMessage(away, { text: "What counts as a work of art?" });
    if (rest.options.conversations !== "long") return;
    const long = begin("Two thousand messages", hours(0.01), settings);
    let parent: string | null = null;
    for (let index = 0; index < 2000; index += 1) {
      parent = addMessage(long, {
        parent,
        role: index % 2 === 0 ? "user" : "assistant",
        text:
          index % 2 === 0
            ? `Question ${index / 2 + 1}: ${QUESTIONS[(index / 2) % QUESTIONS.length] ?? ""}`
            : (ANSWERS[(index >> 1) % ANSWERS.length] ?? ""),
        model: index % 2 === 0 ? null : "fake-glm",
        usage: index % 2 === 0 ? null : usage(),
        finish_reason: index % 2 === 0 ? null : "stop",
      }).id;
    }
  }
  if (rest.options.conversations !== "none") furnish();

  const modelOf = (id: string): ModelChoice | undefined => rest.models.find((model) => model.id === id);
  const spec = (model: ModelChoice | undefined): Record<string, unknown> =>
    typeof model?.spec === "object" && model.spec !== null && !Array.isArray(model.spec) ? model.spec : {};

  function priceOf(draft: MessageDraft): TurnPrice | null {
    const kept = conversations.get(draft.conversation ?? "");
    if (!kept) return null;
    const settings = { ...kept.settings, ...draft.settings };
    const model = modelOf(settings.model);
    const window = spec(model)["availableContextTokens"];
    const context = typeof window === "number" ? window : null;
    const turn = draft.turn ?? { kind: "say" as const, text: "", attachments: [] };
    const before: MessageView[] = [];
    let at = draft.parent ?? null;
    while (at !== null) {
      const message = messages.get(at);
      if (!message) break;
      before.unshift(message);
      at = message.role === "summary" ? null : message.parent;
    }
    const said = turn.kind === "say" ? tokens(turn.text) : 0;
    const each = before.map((message) => tokens(message.text) + 4);
    let input = each.reduce((sum, count) => sum + count, tokens(settings.system_prompt) + said);
    let dropped = 0;
    const room = context === null ? Infinity : context - 512;
    if (settings.drop_oldest) while (input > room && dropped < each.length) input -= each[dropped++] ?? 0;
    const rate = Number(model?.price?.amount ?? 0) / 1e6;
    const { id: account, pretend } = rest.account();
    const most = model?.price ? usd(dollars(input * rate + 8192 * rate * 4)) : null;
    const limit = rest.limit();
    const uncounted = turn.kind === "say" && turn.attachments.length > 0;
    const error = (): TurnPrice["problem"] => {
      if (model === undefined) return fakeError("MODEL_NOT_FOUND", { params: { model: settings.model } });
      if (model.offline)
        return fakeError("MODEL_OFFLINE", { params: { model: model.name, replacement: "fake-glm" } });
      if (turn.kind === "say" && turn.text.includes("[[402]]")) return fakeError("INSUFFICIENT_BALANCE");
      if (input > room && turn.kind !== "summarise")
        return fakeError("conversation_too_long", {
          params: { tokens: String(input), window: String(context ?? 0) },
        });
      if (most === null && limit !== null) return fakeError("price_unknown");
      if (limit !== null && most !== null && Number(most.amount) > Number(limit))
        return fakeError("limit_per_click", { params: { price: `$${most.amount}`, limit: `$${limit}` } });
      return null;
    };
    return {
      likely: model?.price ? usd(dollars(input * rate + 300 * rate * 4)) : null,
      most,
      surcharge: settings.web_search === "on",
      input_tokens: input,
      input_uncounted: uncounted,
      context_tokens: context,
      dropped,
      account,
      pretend,
      problem: error(),
    };
  }

  function tellNext(one: Writing): void {
    const piece = one.pieces.shift();
    const message = messages.get(one.message);
    if (piece === undefined || message === undefined) {
      one.end();
      return;
    }
    edit(
      one.message,
      piece.reasoning
        ? { reasoning: message.reasoning + piece.text }
        : {
            text: message.text + piece.text,
            thought_ms: message.thought_ms ?? (message.reasoning === "" ? null : 1900),
          },
    );
    for (const told of one.told) told.onmessage({ kind: "text", ...piece });
    if (one.pieces.length === 0) one.end();
  }
  function run(one: Writing): void {
    if (rest.pace < 0) return;
    if (rest.pace === 0) {
      queueMicrotask(() => {
        while (writing.has(one.message)) tellNext(one);
      });
      return;
    }
    const timer = setInterval(() => {
      if (writing.has(one.message)) tellNext(one);
      else clearInterval(timer);
    }, rest.pace);
  }
  function end(message: string, change: Partial<MessageView>): MessageView {
    const one = writing.get(message);
    writing.delete(message);
    const after = edit(message, change);
    const kept = conversations.get(messages.get(message)?.conversation ?? "");
    if (kept) {
      kept.row = { ...kept.row, writing: null, touched_at: rest.now().toISOString() };
      const job = after.job;
      if (job !== null)
        rest.put(
          fakeJob(job, {
            kind: "call",
            state: after.state === "failed" ? "failed" : "saved",
            items: [],
            title: kept.row.title,
            request: null,
          }),
        );
      for (const told of one?.told ?? [])
        told.onmessage({ kind: "ended", message: structuredClone(after), cost: costOf(kept.row.id) });
      changed(kept.row.id);
    }
    return after;
  }
  function write(
    kept: Kept,
    message: MessageView,
    script: { text: string; reasoning: string; source: string },
    told: Told,
  ): void {
    const cut = (text: string, reasoning: boolean): Writing["pieces"] =>
      (text.match(/[\s\S]{1,18}/gu) ?? []).map((piece) => ({ text: piece, reasoning }));
    const code = /\[\[([A-Za-z_]+)\]\]/.exec(script.source)?.[1];
    const isShort = code === "cut" || code === "length";
    const pieces = [...cut(script.reasoning, true), ...cut(script.text, false)];
    const broken = code !== undefined ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces;
    const input = tokens(script.source) + 600;
    const one: Writing = {
      message: message.id,
      pieces: broken,
      told: new Set([told]),
      end: () => {
        const text = messages.get(message.id)?.text ?? "";
        const { pretend } = rest.account();
        const used = usage({ input, cached: Math.floor(input * 0.8), output: tokens(text), pretend });
        if (code === "length") end(message.id, { state: "whole", finish_reason: "length", usage: used });
        else if (code === "cut")
          end(message.id, { state: "cut", error: interrupted, usage: { ...used, cost: null } });
        else if (code !== undefined && !isShort)
          end(message.id, {
            state: text === "" ? "failed" : "cut",
            error: fakeError(code, {
              retryable: true,
              params: { said: "the server’s own words", replacement: "fake-glm", model: "Marco" },
            }),
          });
        else end(message.id, { state: "whole", finish_reason: "stop", usage: used });
      },
    };
    writing.set(message.id, one);
    kept.row = { ...kept.row, writing: message.job };
    run(one);
  }

  function expectedMisses(
    price: TurnPrice,
    expected: { account: string; amount: { amount: string } | null },
  ): boolean {
    return expected.account !== price.account || expected.amount?.amount !== price.most?.amount;
  }
  function attached(what: { name: string; item: ItemView | null; bytes: number }): AttachmentView {
    const extension = what.name.split(".").at(-1)?.toLowerCase() ?? "";
    const kinds: Record<string, AttachmentView["kind"]> = {
      wav: "audio",
      mp3: "audio",
      mp4: "video",
      pdf: "document",
      md: "document",
      txt: "document",
    };
    const ofItem = { picture: "image", sound: "audio", film: "video" } as const;
    const kind = what.item ? ofItem[what.item.kind] : (kinds[extension] ?? "image");
    const known =
      kind === "document"
        ? null
        : (what.item ?? rest.find(rest.make({ origin: "imported", title: what.name })) ?? null);
    const attachment: AttachmentView = {
      id: id("attachment"),
      kind,
      name: what.name,
      mime: known?.mime ?? "application/pdf",
      bytes: what.bytes,
      item: known,
      url: null,
      cost: null,
      pretend: true,
      excerpt: kind === "document" ? "Dear Sir, the plates arrived on Tuesday…" : null,
    };
    attachments.set(attachment.id, attachment);
    return attachment;
  }
  const ofErrand = (errand: WebErrand): string => (errand.kind === "search" ? errand.query : errand.url);

  return {
    chat: {
      advance(pieces = 1) {
        for (let count = 0; count < pieces; count += 1)
          for (const one of [...writing.values()]) tellNext(one);
      },
      finish() {
        while (writing.size > 0) for (const one of [...writing.values()]) tellNext(one);
      },
    },

    listConversations(query, cursor, limit) {
      const all = [...conversations.values()]
        .map((kept) => kept.row)
        .filter(
          (row) =>
            (row.trashed_at !== null) === (query.trashed ?? false) &&
            (query.trashed === true || row.archived === (query.archived ?? false)) &&
            (query.folder == null || row.folder === query.folder),
        )
        .sort(
          (one, other) =>
            Number(other.pinned) - Number(one.pinned) || other.touched_at.localeCompare(one.touched_at),
        );
      const from = Number(cursor ?? 0);
      const next = from + limit < all.length ? String(from + limit) : null;
      return ok({ conversations: all.slice(from, from + limit), next, total: all.length });
    },
    getConversation(wanted) {
      const kept = conversations.get(wanted);
      return kept ? ok(viewOf(kept)) : fail("not_found");
    },
    getMessages: (ids) =>
      ok(
        ids.flatMap((one) => {
          const message = messages.get(one);
          return message ? [plainMessage(message)] : [];
        }),
      ),
    createConversation(settings, folder) {
      const kept = begin("", rest.now(), settings, { folder });
      changed(kept.row.id);
      return ok(viewOf(kept));
    },
    changeConversations(ids, patch) {
      const rows = ids.flatMap((one) => {
        const kept = conversations.get(one);
        if (!kept) return [];
        const { row } = kept;
        kept.row = {
          ...row,
          title: patch.title ?? row.title,
          folder: patch.folder == null ? row.folder : patch.folder === "" ? null : patch.folder,
          pinned: patch.pinned ?? row.pinned,
          archived: patch.archived ?? row.archived,
          trashed_at:
            patch.trashed == null ? row.trashed_at : patch.trashed ? rest.now().toISOString() : null,
          model: patch.settings?.model ?? row.model,
          character:
            patch.settings == null
              ? row.character
              : (fakeCharacters.find((known) => known.slug === patch.settings?.character) ?? null),
        };
        if (patch.settings) kept.settings = { ...fakeChatSettings, ...patch.settings };
        if (patch.draft != null) kept.draft = patch.draft;
        return [kept.row];
      });
      changed(...ids);
      return ok(rows);
    },
    deleteConversations(ids) {
      const gone = [...conversations.values()].filter(
        ({ row }) => row.trashed_at !== null && (ids === null || ids.includes(row.id)),
      );
      for (const { row } of gone) conversations.delete(row.id);
      changed(...gone.map(({ row }) => row.id));
      return ok(gone.length);
    },
    showBranch(message) {
      const kept = conversations.get(messages.get(message)?.conversation ?? "");
      if (!kept) return fail("not_found");
      let at = message;
      for (;;) {
        const last = childrenOf(kept.row.id, at).at(-1);
        if (last === undefined) break;
        at = last;
      }
      kept.head = at;
      return ok(viewOf(kept));
    },
    showNextBranch(message, step) {
      const known = messages.get(message);
      if (!known) return fail("not_found");
      const beside = childrenOf(known.conversation, known.parent);
      const next = beside[beside.indexOf(message) + step];
      return next === undefined ? fail("not_found") : this.showBranch(next);
    },

    listFolders: () =>
      ok(
        folders.map((folder) => ({
          ...folder,
          conversations: [...conversations.values()].filter(
            ({ row }) => row.folder === folder.id && !row.archived && row.trashed_at === null,
          ).length,
        })),
      ),
    saveFolder(known, name) {
      const found = folders.find((folder) => folder.id === known);
      if (found) found.name = name;
      const folder = found ?? { id: id("folder"), name, conversations: 0 };
      if (!found) folders.push(folder);
      return ok(folder);
    },
    deleteFolder(gone) {
      folders.splice(0, folders.length, ...folders.filter((folder) => folder.id !== gone));
      for (const kept of conversations.values())
        if (kept.row.folder === gone) kept.row = { ...kept.row, folder: null };
      return ok(null);
    },

    priceTurn(draft) {
      const price = priceOf(draft);
      return price ? ok(price) : fail("not_found");
    },
    sendTurn(draft, expected, acceptUnpriced, told) {
      const kept = conversations.get(draft.conversation ?? "");
      const price = priceOf(draft);
      if (!kept || price === null) return fail("not_found");
      if (price.problem !== null && !(acceptUnpriced && price.problem.code === "price_unknown"))
        return Promise.resolve({ status: "error", error: price.problem });
      if (expectedMisses(price, expected)) return fail("price_changed");
      const settings = { ...kept.settings, ...draft.settings };
      const turn = draft.turn ?? { kind: "say" as const, text: "", attachments: [] };
      const job = id("job-chat");
      let parent = draft.parent ?? null;
      let said: MessageView | null = null;
      let source: string;
      if (turn.kind === "say") {
        source = turn.text;
        said = addMessage(kept, {
          parent,
          text: turn.text,
          attachments: turn.attachments.flatMap((one) => attachments.get(one) ?? []),
        });
        parent = said.id;
        if (kept.row.title === "") kept.row = { ...kept.row, title: turn.text.slice(0, 48) };
      } else source = messages.get(parent ?? "")?.text ?? "";
      const earlier = turn.kind === "continue" ? messages.get(parent ?? "") : undefined;
      const answer = addMessage(kept, {
        parent: earlier ? earlier.parent : turn.kind === "summarise" ? null : parent,
        role: turn.kind === "summarise" ? "summary" : "assistant",
        state: "writing",
        model: settings.model,
        text: earlier?.text ?? "",
        reasoning: earlier?.reasoning ?? "",
        job,
      });
      const text =
        turn.kind === "continue"
          ? " And there it ends, with the tide."
          : (rest.options.answer ??
            (turn.kind === "summarise"
              ? "So far: titles for a lagoon print, and how to expose at blue hour."
              : (ANSWERS[serial % ANSWERS.length] ?? TITLES)));
      const thinks = settings.model === "fake-glm" && !settings.without_thinking && turn.kind !== "continue";
      kept.row = { ...kept.row, touched_at: rest.now().toISOString() };
      rest.put(
        fakeJob(job, {
          kind: "call",
          state: "sent",
          title: kept.row.title,
          finished_at: null,
          items: [],
          wanted: 1,
          estimate: price.most,
          request: null,
          created_at: rest.now().toISOString(),
        }),
      );
      write(kept, answer, { text, reasoning: thinks ? THOUGHT : "", source: earlier ? "" : source }, told);
      changed(kept.row.id);
      return ok({ said, answer, path: pathTo(kept), row: kept.row });
    },
    stopTurn(message) {
      if (!writing.has(message)) return fail("not_found");
      return ok(end(message, { state: "stopped", usage: usage({ cost: null }) }));
    },
    followTurn(message, told) {
      const known = messages.get(message);
      if (!known) return fail("not_found");
      writing.get(message)?.told.add(told);
      return ok(plainMessage(known));
    },
    makePicturesHere(draft) {
      const kept = conversations.get(draft.conversation);
      if (!kept) return fail("not_found");
      let { parent } = draft;
      const said = draft.said === null ? null : addMessage(kept, { parent, text: draft.said });
      if (said !== null) parent = said.id;
      const job = id("job-pictures");
      const { variants } = draft.request;
      const sent = rest.put(
        fakeJob(job, {
          state: "sent",
          title: draft.request.prompt,
          finished_at: null,
          items: [],
          wanted: variants,
          created_at: rest.now().toISOString(),
          sent_at: rest.now().toISOString(),
        }),
      );
      const answer = addMessage(kept, {
        parent,
        role: "assistant",
        text: "",
        job,
        model: draft.request.model,
        pictures: { job, wanted: variants, items: [] },
      });
      if (kept.row.title === "") kept.row = { ...kept.row, title: draft.request.prompt.slice(0, 48) };
      setTimeout(
        () => {
          const items = Array.from({ length: variants }, () =>
            rest.make({ title: draft.request.prompt, prompt: draft.request.prompt }),
          );
          rest.put({ ...sent, state: "saved", items, finished_at: rest.now().toISOString() });
          edit(answer.id, {
            pictures: { job, wanted: variants, items: items.flatMap((one) => rest.find(one) ?? []) },
          });
          changed(kept.row.id);
        },
        rest.pace <= 0 ? 0 : rest.pace * 60,
      );
      changed(kept.row.id);
      return ok({ said, answer, path: pathTo(kept), row: kept.row });
    },

    attach: (what) => {
      const refused: ReturnType<typeof fakeError>[] = [];
      const list = what.files.flatMap((file) => {
        if (file.item !== undefined) {
          const item = rest.find(file.item);
          return item ? [attached({ name: item.title, item, bytes: item.bytes })] : [];
        }
        // The handle of a picked file says what it is: "picked-large", "picked-song.mp3".
        const name = file.picked.replace(/^picked-/, "");
        if (name === "large") {
          refused.push(fakeError("input_too_large", { params: { name: "scan.tiff" } }));
          return [];
        }
        return [attached({ name: name.includes(".") ? name : "rialto.jpg", item: null, bytes: 2_400_000 })];
      });
      return ok({ attachments: list, refused });
    },
    pickAttachments: () =>
      ok({ attachments: [attached({ name: "letter.pdf", item: null, bytes: 84_000 })], refused: [] }),
    readAttachment: (one) =>
      attachments.has(one)
        ? ok("# Tide tables\n\nHigh water at 10:42, 118 cm.\n\nSource: https://example.org/tides")
        : fail("not_found"),
    priceErrand: (errand) => {
      const { id: account, pretend } = rest.account();
      const isAddress = errand.kind === "search" || /^https?:\/\/\S+\.\S+/.test(errand.url);
      return ok({
        amount: usd(errand.kind === "search" ? "0.01" : "0.01"),
        up_to: false,
        surcharge: false,
        account,
        pretend,
        problem: isAddress
          ? null
          : fakeError("field_invalid", { params: { field: "url", reason: "an address" } }),
      });
    },
    runErrand(_conversation, errand) {
      const attachment: AttachmentView = {
        id: id("attachment"),
        kind: errand.kind === "search" ? "search" : "page",
        name: errand.kind === "search" ? errand.query : "Reading the tide tables of Venice",
        mime: "text/markdown",
        bytes: 4200,
        item: null,
        url: errand.kind === "read" ? errand.url : null,
        cost: usd("0.01"),
        pretend: rest.account().pretend,
        excerpt: `Found for ${ofErrand(errand)}: high water at 10:42, 118 cm.`,
      };
      attachments.set(attachment.id, attachment);
      return ok(attachment);
    },

    searchMessages(text, cursor, limit) {
      const sought = text.trim().toLowerCase();
      const hits = [...messages.values()].reverse().flatMap((message) => {
        const kept = conversations.get(message.conversation);
        const at = message.text.toLowerCase().indexOf(sought);
        if (!kept || kept.row.trashed_at !== null || at < 0 || sought === "") return [];
        const start = Math.max(0, at - 24);
        return [
          {
            conversation: kept.row.id,
            title: kept.row.title,
            message: message.id,
            role: message.role,
            created_at: message.created_at,
            excerpt: [
              { text: (start > 0 ? "…" : "") + message.text.slice(start, at), is_hit: false },
              { text: message.text.slice(at, at + sought.length), is_hit: true },
              { text: message.text.slice(at + sought.length, at + sought.length + 60), is_hit: false },
            ],
          },
        ];
      });
      const from = Number(cursor ?? 0);
      return ok({
        hits: hits.slice(from, from + limit),
        next: from + limit < hits.length ? String(from + limit) : null,
      });
    },
    exportConversations: (_ids, format) => ok(`/home/you/conversation.${format === "json" ? "json" : "md"}`),
    importConversations() {
      const kept = begin("Brought back", rest.now(), fakeChatSettings);
      addMessage(kept, { text: "Hello again" });
      changed(kept.row.id);
      return ok({ conversations: [kept.row], refused: [] });
    },

    listChatPresets: () => ok(presets),
    saveChatPreset(preset) {
      const saved = { ...preset, id: preset.id === "" ? id("preset") : preset.id };
      presets.splice(0, presets.length, ...presets.filter((one) => one.id !== saved.id), saved);
      return ok(saved);
    },
    deleteChatPreset(gone) {
      presets.splice(0, presets.length, ...presets.filter((one) => one.id !== gone));
      return ok(null);
    },
    listSavedPrompts: () => ok(prompts),
    savePrompt(prompt) {
      const variables = [
        ...new Set([...prompt.text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map((hole) => hole[1] ?? "")),
      ];
      const saved = { ...prompt, variables, id: prompt.id === "" ? id("prompt") : prompt.id };
      prompts.splice(0, prompts.length, ...prompts.filter((one) => one.id !== saved.id), saved);
      return ok(saved);
    },
    deleteSavedPrompt(gone) {
      prompts.splice(0, prompts.length, ...prompts.filter((one) => one.id !== gone));
      return ok(null);
    },

    findCharacters(query) {
      const sought = (query.search ?? "").toLowerCase();
      const tags = query.tags ?? [];
      const found = fakeCharacters.filter(
        (one) =>
          `${one.name} ${one.description ?? ""}`.toLowerCase().includes(sought) &&
          tags.every((tag) => one.tags.includes(tag)) &&
          (query.adult === true || !one.adult) &&
          (query.web_enabled !== true || one.web_enabled),
      );
      const sorted =
        query.sort_by === "highestRating"
          ? [...found].sort((a, b) => (b.rating ?? 0) - (a.rating ?? 0))
          : found;
      return ok({ characters: sorted.slice(query.offset ?? 0), more: false });
    },
    getCharacter(slug) {
      const found = fakeCharacters.find((one) => one.slug === slug);
      return found ? ok(found) : fail("CHARACTER_NOT_FOUND");
    },
    characterReviews: () =>
      ok({ reviews: [...fakeReviews], rating: 4.9, total: fakeReviews.length, next: null }),
  };
}
