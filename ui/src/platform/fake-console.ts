/** The part of the fake that answers the Console: every operation, its streams and its failures. */
import type { AppError, ItemView, JobView } from "@/bindings";
import type {
  Answered,
  CallEvent,
  CallRecord,
  CallRow,
  ConsoleCommands,
  JsonObject,
  JsonValue,
  ModelChoice,
  OperationView,
  Receipt,
  SentFile,
  With,
} from "@/console-contract";
import { fakeChatModels } from "./fake-chat-data";
import { fakeError, fakeJob, usd } from "./fake-data";
import { fakeOperations } from "./fake-operations";
import type { Result } from "./platform";

/** What the console's fake needs of the rest. */
type Rest = {
  now: () => Date;
  account: () => { id: string; pretend: boolean };
  put: (job: JobView) => JobView;
  /** Whether a job was called off. */
  isStopped: (id: string) => boolean;
  /** Adds an item to the library. */
  make: (over: Partial<ItemView>) => string;
  find: (id: string) => ItemView | undefined;
  /** Between two events of a stream, in milliseconds; 0 = at once. */
  pace: number;
};

const THOUGHT =
  "The fishermen came home in fog. A house that can be told from the next one is a house that is found.";
const SPOKEN =
  "Burano’s fishermen painted their houses so that each could find his own in the winter fog. Today the town decides: whoever wants to paint asks for a colour, and gets one of those allowed for that wall.";

const choice = (id: string, name: string, kind: string, over: Partial<ModelChoice> = {}): ModelChoice => ({
  id,
  name,
  kind,
  offline: false,
  is_default: false,
  price: usd("0.01"),
  per: "piece",
  spec: {},
  ...over,
});
export const fakeChoices: readonly ModelChoice[] = [
  choice("fake-marco", "Marco", "text", {
    price: usd("0.35"),
    per: "million_tokens",
    spec: {
      capabilities: { supportsTeeAttestation: false, reasoningEffortOptions: ["low", "high"] },
      availableContextTokens: 65_536,
      privacy: "private",
    },
  }),
  choice("fake-marco-private", "Marco Private", "text", {
    price: usd("0.80"),
    per: "million_tokens",
    spec: { capabilities: { supportsTeeAttestation: true } },
  }),
  choice("fake-old-text", "Old Scribe", "text", { offline: true, price: null, per: null }),
  ...fakeChatModels,
  choice("fake-vector", "Vector", "embedding", { price: usd("0.02"), per: "million_tokens" }),
  choice("fake-lagoon", "Lagoon", "image", { per: "picture" }),
  choice("fake-lagoon-large", "Lagoon Large", "image", { price: usd("0.04"), per: "picture" }),
  choice("fake-retouch", "Retouch", "inpaint", { price: usd("0.04"), per: "picture" }),
  choice("fake-voice", "Rialto Voice", "tts", {
    price: usd("3.5"),
    per: "million_characters",
    spec: { voices: ["Aurora", "Marin", "Zane"], voice_cloning: { retention_days: 7 } },
  }),
  choice("fake-ear", "Fine Ear", "asr", { price: usd("0.0001"), per: "second" }),
  choice("fake-barcarolle", "Barcarolle", "music", { price: usd("0.03") }),
  choice("fake-vedute", "Vedute", "video", {
    price: null,
    per: null,
    spec: {
      constraints: { model_type: "text-to-video", durations: ["5s", "10s"], aspect_ratios: ["16:9", "9:16"] },
    },
  }),
];

function receiptOf(operation: OperationView, over: Partial<Receipt> = {}): Receipt {
  const none = { limit: null, remaining: null, reset: null };
  return {
    operation: operation.id,
    status: 200,
    answer_id: operation.paid ? "chatcmpl-7f3a91" : null,
    cf_ray: "8f2c41e0a9b7e41-MXP",
    version: "20261118.101500",
    model: operation.paid ? { id: "fake-marco", name: "Marco" } : { id: null, name: null },
    balance: { usd: "24.83", diem: "6.2" },
    wallet_balance_usd: null,
    rate_limits: {
      requests: { limit: 500, remaining: 498, reset: "2026-11-21T14:33:00Z" },
      tokens: operation.streams ? { limit: 1_000_000, remaining: 998_412, reset: null } : none,
      kind: operation.paid ? "user" : null,
    },
    pagination: null,
    warnings: [],
    picture: { is_blurred: null, is_content_violation: null, enhanced_prompt: null },
    duration_ms: 1840,
    rpc: { credits: null, cost_usd: null, is_replayed: null },
    payment_required: null,
    settlement: null,
    retry_after_seconds: null,
    raw: [
      { name: "cf-ray", value: "8f2c41e0a9b7e41-MXP" },
      { name: "x-ratelimit-limit-requests", value: "500" },
      { name: "x-ratelimit-remaining-requests", value: "498" },
      { name: "x-venice-balance-usd", value: "24.83" },
    ],
    ...over,
  };
}

/** A long list, so that a tree has something to do. */
function modelList(): JsonValue {
  return {
    object: "list",
    data: Array.from({ length: 120 }, (_, index) => ({
      id: `fake-model-${index}`,
      type: index % 3 === 0 ? "text" : "image",
      model_spec: {
        name: `Model ${index}`,
        traits: index === 0 ? ["default"] : [],
        pricing: { generation: { usd: 0.01, diem: 0.01 } },
        offline: false,
        replacement: null,
      },
    })),
  };
}

const CSV =
  "timestamp,sku,amount,currency,notes\r\n" +
  Array.from(
    { length: 40 },
    (_, index) =>
      `2026-11-${String(20 - (index % 20)).padStart(2, "0")}T09:00:00Z,fake-lagoon-image-unit,-0.01,USD,"API, ""image"""\r\n`,
  ).join("");

const answers: Partial<Record<string, (request: JsonObject) => JsonValue>> = {
  createChatCompletion: () => ({
    id: "chatcmpl-7f3a91",
    model: "fake-marco",
    choices: [{ index: 0, message: { content: SPOKEN, reasoning_content: THOUGHT }, finish_reason: "stop" }],
    usage: { prompt_tokens: 34, completion_tokens: 61, total_tokens: 95 },
  }),
  listModels: modelList,
  listImageStyles: () => ({ data: ["Woodcut", "Watercolour", "Film Noir"], object: "list" }),
  queueVideo: () => ({ model: "fake-vedute", queue_id: "5f0c2d1e-aaaa-4b5c-9d3e-2f1a7b6c8d90" }),
  queueAudio: () => ({
    model: "fake-barcarolle",
    queue_id: "9a7b6c5d-bbbb-4e3f-8a1b-0c9d8e7f6a5b",
    status: "QUEUED",
  }),
  quoteVideo: () => ({ quote: 0.42 }),
  quoteAudio: () => ({ quote: 0.03 }),
  listCharacters: () => ({
    data: [{ slug: "casanova", name: "Casanova", tags: ["history"] }],
    object: "list",
  }),
  createApiKey: () => ({
    id: "0d7c5a52-0000-4c4c-9a9a-1f2e3d4c5b6a",
    stored_as: "api-key-1",
    place: "keychain",
    last6: "x7Qp2A",
  }),
  getApiKeyGenerateWeb3Key: () => ({ token: "fake.token.of-a-wallet" }),
  getBillingUsageHistory: (request) =>
    request["format"] === "csv"
      ? CSV
      : { data: [{ sku: "fake-lagoon-image-unit", amount: -0.01, currency: "USD" }], next_cursor: null },
  createTranscription: () => ({ text: "Buongiorno dalla laguna.", duration: 2.4 }),
  webScrape: () => ({
    url: "https://example.com",
    content: "# Example Domain\n\nFor use in documents.",
    format: "markdown",
  }),
  deleteApiKey: () => ({ success: true }),
};

/** What an operation makes for the library. */
const makes: Partial<Record<string, Partial<ItemView>>> = {
  generateImage: { kind: "picture" },
  simpleGenerateImage: { kind: "picture" },
  editImage: { kind: "picture", origin: "edited" },
  multiEditImage: { kind: "picture", origin: "edited" },
  upscaleImage: { kind: "picture", origin: "upscaled" },
  backgroundRemoveImage: { kind: "picture", origin: "cut_out" },
  createSpeech: { kind: "sound", mime: "audio/wav", width: 0, height: 0 },
  retrieveAudio: { kind: "sound", mime: "audio/wav", width: 0, height: 0 },
  retrieveVideo: { kind: "film", mime: "video/mp4" },
};

function asObject(value: JsonValue): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}

type Ask = (
  request: JsonValue,
  goesWith: With,
  told: { onmessage: (event: CallEvent) => void },
) => Promise<Result<Answered<JsonValue>>>;

export function fakeConsole(rest: Rest): ConsoleCommands & Record<string, unknown> {
  const records: CallRecord[] = [];
  let serial = 0;

  function pause(times = 1): Promise<void> {
    return rest.pace === 0 ? Promise.resolve() : new Promise((go) => setTimeout(go, rest.pace * times));
  }
  const sentFiles = (goesWith: With): Record<string, SentFile> =>
    Object.fromEntries(
      Object.entries(goesWith.files).map(([pointer, file]) => {
        const name = "item" in file ? (rest.find(file.item)?.title ?? file.item) : "rialto.jpg";
        return [pointer, { name, file }];
      }),
    );

  function noted(
    operation: OperationView,
    request: JsonValue,
    goesWith: With,
    outcome: { answer: JsonValue | null; items: string[]; job: JobView | null; error: AppError | null },
  ): CallRow {
    serial += 1;
    const { id: account, pretend } = rest.account();
    const row: CallRow = {
      id: `call-${serial}`,
      at: rest.now().toISOString(),
      operation: operation.id,
      account,
      pretend,
      status: outcome.error === null ? 200 : Number(outcome.error.params["status"] ?? 400),
      took_ms: 1840,
      estimate: goesWith.expected?.amount ?? null,
      charged: null,
      billing: outcome.error === null && operation.paid ? "expected" : "nothing",
      job: outcome.job?.id ?? null,
      items: outcome.items,
      error: outcome.error,
    };
    const { answer } = outcome;
    records.unshift({
      row,
      request,
      files: sentFiles(goesWith),
      answer: answer === null ? null : typeof answer === "string" ? answer : JSON.stringify(answer),
      answer_cut: false,
      receipt: outcome.error === null ? receiptOf(operation) : null,
    });
    return row;
  }

  async function stream(told: Parameters<Ask>[2], job: string | null): Promise<void> {
    const tell = async (text: string, reasoning: boolean): Promise<void> => {
      for (const piece of text.match(/.{1,18}/gsu) ?? []) {
        if (job !== null && rest.isStopped(job)) return;
        await pause();
        const delta = reasoning ? { reasoning_content: piece } : { content: piece };
        told.onmessage({ kind: "event", name: null, data: JSON.stringify({ choices: [{ delta }] }) });
        told.onmessage({ kind: "text", text: piece, reasoning });
      }
    };
    await tell(THOUGHT, true);
    await tell(SPOKEN, false);
    told.onmessage({ kind: "event", name: null, data: "[DONE]" });
  }

  function ask(operation: OperationView): Ask {
    return async (request, goesWith, told) => {
      const wanted = asObject(request);
      // A request that names an error gets it.
      const code = /\[\[(\w+)\]\]/.exec(JSON.stringify(request))?.[1];
      const id = `job-c${(serial += 1)}`;
      const job = operation.paid
        ? rest.put(
            fakeJob(id, {
              state: "sent",
              title: operation.id,
              finished_at: null,
              items: [],
              wanted: 1,
              estimate: goesWith.expected?.amount ?? null,
              created_at: rest.now().toISOString(),
              sent_at: rest.now().toISOString(),
              request: null,
              expected_ms: null,
            }),
          )
        : null;
      told.onmessage({ kind: "sent", job: job?.id ?? null });
      await pause(4);
      const streams = operation.streams && operation.group === "chat" && wanted["stream"] === true;
      if (streams) await stream(told, job?.id ?? null);
      const stopped = job !== null && rest.isStopped(job.id);
      if (code !== undefined || stopped) {
        const error = fakeError(stopped ? "cancelled" : (code ?? "internal"), {
          operation: operation.id,
          request_id: "8f2c41e0a9b7e41-MXP",
          params: { status: code === "GONE" ? "410" : "400", said: "the server’s own words" },
        });
        if (job !== null)
          rest.put({ ...job, state: stopped ? "cancelled" : "failed", billing: "nothing", error });
        const { id: call } = noted(operation, request, goesWith, { answer: null, items: [], job, error });
        return { status: "error", error: { ...error, params: { ...error.params, call } } };
      }
      const made = makes[operation.id];
      const count = typeof wanted["variants"] === "number" ? wanted["variants"] : 1;
      const items = made === undefined ? [] : Array.from({ length: count }, () => rest.make(made));
      if (job !== null) rest.put({ ...job, state: "saved", items, finished_at: rest.now().toISOString() });
      const answer: JsonValue =
        answers[operation.id]?.(wanted) ??
        (items.length > 0 ? { content_type: "image/webp", bytes: 181_300 } : { ok: true });
      const row = noted(operation, request, goesWith, { answer, items, job, error: null });
      return {
        status: "ok",
        data: { call: row.id, job: job?.id ?? null, answer, items, receipt: receiptOf(operation) },
      };
    };
  }

  return {
    ...Object.fromEntries(fakeOperations.map((operation) => [operation.id, ask(operation)])),
    listOperations: () => ok([...fakeOperations]),
    priceOperation: (operation, request) => {
      const free = fakeOperations.find((one) => one.id === operation)?.paid !== true;
      const { id: account, pretend } = rest.account();
      const variants = asObject(request)["variants"];
      const amount =
        operation === "queueVideo"
          ? "0.42"
          : (0.01 * (typeof variants === "number" ? variants : 1)).toFixed(2);
      return ok({
        amount: free ? null : usd(amount),
        up_to: operation === "createChatCompletion",
        surcharge: false,
        account,
        pretend,
        problem: null,
      });
    },
    listModelChoices: (kinds) => ok(fakeChoices.filter((model) => kinds.includes(model.kind))),
    pickFile: (kind) =>
      ok({
        handle: `picked-${kind}`,
        name: kind === "document" ? "letter.pdf" : "rialto.jpg",
        bytes: 2_400_000,
        is_folder: false,
      }),
    listCalls: (operation, cursor, limit) => {
      const all = records
        .map((record) => record.row)
        .filter((row) => operation === null || row.operation === operation);
      const from = Number(cursor ?? 0);
      const next = from + limit < all.length ? String(from + limit) : null;
      return ok({ calls: all.slice(from, from + limit), next });
    },
    getCall: (id) => {
      const record = records.find((one) => one.row.id === id);
      return record ? ok(record) : Promise.resolve({ status: "error", error: fakeError("not_found") });
    },
    forgetCalls: (ids) => {
      const kept = ids === null ? [] : records.filter((record) => !ids.includes(record.row.id));
      records.splice(0, records.length, ...kept);
      return ok(null);
    },
    copySecret: () => ok(null),
  };
}
