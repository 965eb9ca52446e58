/** Operations as the back end describes them: every kind of field there is, in schemas of our own making. */
import type { Auth, JsonObject, JsonValue, OperationView } from "@/console-contract";

type Fields = Record<string, JsonObject>;

function object(required: Fields, optional: Fields = {}): JsonObject {
  return {
    type: "object",
    properties: { ...required, ...optional },
    ...(Object.keys(required).length > 0 ? { required: Object.keys(required) } : {}),
  };
}
const text = (description: string, more: JsonObject = {}): JsonObject => ({
  type: "string",
  description,
  ...more,
});
const maybe = (schema: JsonObject): JsonObject => ({ ...schema, type: [schema["type"] ?? "string", "null"] });
const words = (description: string, most = 7500): JsonObject =>
  text(description, { minLength: 1, maxLength: most, "x-multiline": true });
const model = (...kinds: string[]): JsonObject =>
  text("The model’s id.", { "x-model": kinds.length === 1 ? (kinds[0] ?? "") : kinds });
const file = (kind: string, description = "The file."): JsonObject =>
  text(description, { default: "", "x-file": kind });
const known = (description: string, ...values: string[]): JsonObject =>
  maybe(text(description, { "x-known": values }));
const flag = (description: string): JsonObject => maybe({ type: "boolean", description });
const whole = (description: string, minimum: number, maximum: number): JsonObject =>
  maybe({ type: "integer", format: "uint32", description, minimum, maximum });
const real = (description: string, minimum: number, maximum: number): JsonObject =>
  maybe({ type: "number", format: "double", description, minimum, maximum });
const list = (items: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "array", items, ...more });
const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const option = (schema: JsonObject, description = ""): JsonObject => ({
  ...(description === "" ? {} : { description }),
  anyOf: [schema, { type: "null" }],
});
const tagged = (tag: string, value: string, rest: Fields, more: Fields = {}): JsonObject =>
  object({ [tag]: { type: "string", const: value }, ...rest }, more);

const CONTENT: JsonObject = {
  anyOf: [text("The words.", { "x-multiline": true }), list(ref("Part"))],
  description: "Words, or parts of several kinds.",
};
const CHAT_DEFS: JsonObject = {
  Part: {
    oneOf: [
      tagged("type", "text", { text: text("The words.", { "x-multiline": true }) }),
      tagged("type", "image_url", { image_url: object({ url: file("image", "The picture.") }) }),
      tagged("type", "input_audio", {
        input_audio: object(
          { data: file("audio", "The sound.") },
          { format: known("Its format.", "wav", "mp3") },
        ),
      }),
      tagged("type", "file", { file: object({ file_data: file("document", "The document.") }) }),
    ],
  },
  Message: {
    oneOf: [
      tagged("role", "system", { content: CONTENT }, { name: maybe(text("Who is speaking.")) }),
      tagged("role", "user", { content: CONTENT }, { name: maybe(text("Who is speaking.")) }),
      tagged("role", "assistant", {}, { content: CONTENT }),
      tagged("role", "tool", { content: text("What the tool found."), tool_call_id: text("The call’s id.") }),
    ],
  },
  Tool: {
    anyOf: [
      tagged("type", "function", {
        function: object(
          { name: text("The function’s name.") },
          { description: maybe(text("What it does.")), parameters: { description: "A JSON Schema." } },
        ),
      }),
      tagged("type", "web_search", {}),
    ],
  },
  Effort: {
    oneOf: [
      { type: "string", const: "low", description: "Answers soon." },
      { type: "string", const: "medium", description: "Thinks a while." },
      { type: "string", const: "high", description: "Takes its time." },
    ],
  },
  Parameters: object(
    {},
    {
      character_slug: maybe(text("The character that answers.")),
      enable_web_search: known("Whether to look on the web.", "auto", "off", "on"),
      enable_web_citations: flag("Whether to name the sources."),
      disable_thinking: flag("Whether to answer without thinking first."),
      include_venice_system_prompt: { ...flag("Whether Venice adds its own instructions."), default: true },
    },
  ),
};

const chat = (): JsonObject => ({
  $defs: CHAT_DEFS,
  ...object(
    {
      model: model("text"),
      messages: list(ref("Message"), { description: "The conversation, oldest first.", minItems: 1 }),
    },
    {
      stream: flag("Whether the answer comes as it is thought up."),
      temperature: { ...real("How freely words are chosen.", 0, 2), default: 0.7 },
      max_completion_tokens: whole("The most tokens of the answer.", 1, 262_144),
      reasoning_effort: option(ref("Effort"), "How long it thinks."),
      stop: {
        anyOf: [text("One text."), list(text("A text."), { minItems: 1, maxItems: 4 }), { type: "null" }],
        description: "Where the answer ends.",
      },
      tools: list(ref("Tool"), { description: "What the model may call." }),
      response_format: {
        description: "The shape of the answer.",
        anyOf: [
          { oneOf: [tagged("type", "text", {}), tagged("type", "json_schema", { json_schema: {} })] },
          { type: "null" },
        ],
      },
      metadata: {
        type: ["object", "null"],
        description: "Notes of yours.",
        additionalProperties: { type: "string" },
      },
      venice_parameters: option(ref("Parameters"), "What only Venice offers."),
      seed: whole("The same seed gives similar answers.", 0, 4_294_967_295),
    },
  ),
});

const picture = (): JsonObject =>
  object(
    { model: model("image"), prompt: words("What to paint.", 1500) },
    {
      negative_prompt: maybe(text("What to leave out.", { maxLength: 1500, "x-multiline": true })),
      width: whole("Pixels.", 64, 1280),
      height: whole("Pixels.", 64, 1280),
      variants: whole("How many pictures.", 1, 4),
      cfg_scale: real("How closely the prompt is followed.", 0, 20),
      format: { ...known("The file format.", "jpeg", "png", "webp"), default: "webp" },
      safe_mode: { ...flag("Whether to blur what is for adults."), default: true },
      style_references: list(
        object(
          { image: file("image", "A picture in the style.") },
          { strength: real("How much of it.", 0.1, 1) },
        ),
        { description: "Pictures to take the style from." },
      ),
    },
  );

const upscaleFactor: JsonObject = {
  type: ["integer", "null"],
  enum: [2, 4, null],
  description: "How many times as large.",
};
const film = (more: Fields): JsonObject =>
  object(
    { model: model("video"), ...more, duration: text("How long.", { "x-known": ["5s", "10s"] }) },
    {
      aspect_ratio: known("Width to height.", "16:9", "9:16"),
      resolution: known("How fine.", "480p", "720p", "1080p"),
      audio: flag("Whether with sound."),
      image_url: maybe(text("The first picture.", { "x-file": "image" })),
    },
  );
const ordered = (kind: string): JsonObject =>
  object(
    { model: model(kind), queue_id: text("The order’s id.") },
    { delete_media_on_completion: { ...flag("Whether to delete it at Venice at once."), default: false } },
  );
const kinds = ["text", "image", "tts", "asr", "music", "video"];
const ofKind = object({}, { type: known("The kind of model.", ...kinds) });
const key = (more: Fields): Fields => ({
  description: text("The key’s name.", { maxLength: 64 }),
  ...more,
});
const keyLimits: Fields = {
  consumptionLimit: option(
    object(
      {},
      { usd: { type: ["number", "null"], minimum: 0 }, diem: { type: ["number", "null"], minimum: 0 } },
    ),
    "The most it may spend.",
  ),
  expiresAt: maybe(text("When it ends.", { pattern: "^(\\d{4}-\\d{2}-\\d{2}(T.*Z)?)?$" })),
};
const keyType = {
  type: "string",
  enum: ["INFERENCE", "ADMIN"],
  description: "What it may do.",
} as JsonObject;
const wallet = text("The wallet’s address.", {
  pattern: "^(0x[a-fA-F0-9]{40}|[1-9A-HJ-NP-Za-km-z]{32,44})$",
});
const rpcCall = object(
  { method: text("The method."), jsonrpc: { type: "string", const: "2.0" } },
  {
    params: { type: ["array", "null"], items: true, description: "Its values, in order." },
    id: { type: ["integer", "string", "null"] },
  },
);

type Row = [
  id: string,
  method: string,
  path: string,
  group: string,
  auth: Auth,
  marks: string,
  schema: JsonObject,
];
const nothing = object({});

const rows: readonly Row[] = [
  ["createChatCompletion", "POST", "/chat/completions", "chat", "key", "paid streams", chat()],
  [
    "createResponse",
    "POST",
    "/responses",
    "chat",
    "key",
    "paid streams",
    object(
      {
        model: model("text"),
        input: {
          anyOf: [words("What to answer."), list(object({ role: text("Who."), content: text("What.") }))],
        },
      },
      { stream: flag("Whether the answer comes as it is thought up.") },
    ),
  ],
  [
    "createEmbedding",
    "POST",
    "/embeddings",
    "embeddings",
    "key",
    "paid",
    object(
      {
        model: model("embedding"),
        input: { anyOf: [words("A text."), list(text("A text."), { minItems: 1, maxItems: 2048 })] },
      },
      { dimensions: whole("How many numbers.", 1, 8192) },
    ),
  ],
  ["generateImage", "POST", "/image/generate", "image", "key", "paid", picture()],
  [
    "simpleGenerateImage",
    "POST",
    "/images/generations",
    "image",
    "key",
    "paid",
    object(
      { prompt: words("What to paint.", 1500) },
      { model: maybe(model("image")), size: known("Pixels.", "auto", "1024x1024") },
    ),
  ],
  [
    "editImage",
    "POST",
    "/image/edit",
    "image",
    "key",
    "paid",
    object(
      { prompt: words("What to change.") },
      { image: file("image", "The picture."), model: maybe(model("inpaint")) },
    ),
  ],
  [
    "multiEditImage",
    "POST",
    "/image/multi-edit",
    "image",
    "key",
    "paid",
    object(
      { prompt: words("What to make of them.") },
      {
        images: {
          type: "array",
          items: { type: "string", "x-file": "any" },
          default: [],
          "x-file": "image",
          description: "The pictures.",
        },
        modelId: maybe(model("inpaint")),
      },
    ),
  ],
  [
    "upscaleImage",
    "POST",
    "/image/upscale",
    "image",
    "key",
    "paid",
    object(
      {},
      {
        image: file("image", "The picture."),
        scale: upscaleFactor,
        creativity: real("How much is made up.", 0, 0.02),
      },
    ),
  ],
  [
    "backgroundRemoveImage",
    "POST",
    "/image/background-remove",
    "image",
    "key",
    "paid",
    object({}, { image: file("image", "The picture.") }),
  ],
  ["listImageStyles", "GET", "/image/styles", "image", "optional", "", nothing],
  [
    "createSpeech",
    "POST",
    "/audio/speech",
    "audio",
    "key",
    "paid streams",
    object(
      { input: words("What to say.", 4096) },
      {
        model: maybe(model("tts")),
        voice: maybe(text("Who says it.", { maxLength: 512 })),
        speed: real("How fast.", 0.25, 4),
        streaming: flag("Whether it comes sentence by sentence."),
      },
    ),
  ],
  [
    "createTranscription",
    "POST",
    "/audio/transcriptions",
    "audio",
    "key",
    "paid",
    object(
      {},
      {
        file: file("audio", "The recording."),
        model: maybe(model("asr")),
        timestamps: flag("Whether to tell when each word is said."),
      },
    ),
  ],
  [
    "createClonedVoice",
    "POST",
    "/audio/voices",
    "audio",
    "key",
    "paid",
    object({}, { file: file("audio", "The recording."), model: maybe(model("tts")) }),
  ],
  [
    "quoteAudio",
    "POST",
    "/audio/quote",
    "audio",
    "optional",
    "",
    object({ model: model("music") }, { duration_seconds: whole("Seconds.", 1, 600) }),
  ],
  [
    "queueAudio",
    "POST",
    "/audio/queue",
    "audio",
    "key",
    "paid",
    object(
      { model: model("music"), prompt: words("What to play.") },
      { duration_seconds: whole("Seconds.", 1, 600), loop: flag("Whether it can be played in a circle.") },
    ),
  ],
  ["retrieveAudio", "POST", "/audio/retrieve", "audio", "key", "", ordered("music")],
  ["completeAudio", "POST", "/audio/complete", "audio", "key", "", ordered("music")],
  ["quoteVideo", "POST", "/video/quote", "video", "optional", "", film({})],
  [
    "queueVideo",
    "POST",
    "/video/queue",
    "video",
    "key",
    "paid",
    film({ prompt: words("What happens.", 20_000) }),
  ],
  ["retrieveVideo", "POST", "/video/retrieve", "video", "key", "", ordered("video")],
  ["completeVideo", "POST", "/video/complete", "video", "key", "", ordered("video")],
  [
    "createVideoTranscription",
    "POST",
    "/video/transcriptions",
    "video",
    "key",
    "paid",
    object({ url: text("The film’s address.", { format: "uri" }) }),
  ],
  [
    "webSearch",
    "POST",
    "/augment/search",
    "augment",
    "key",
    "paid",
    object(
      { query: text("What to look for.", { minLength: 1, maxLength: 400 }) },
      { limit: { ...whole("How many pages.", 1, 20), default: 10 } },
    ),
  ],
  [
    "webScrape",
    "POST",
    "/augment/scrape",
    "augment",
    "key",
    "paid",
    object({ url: text("The page’s address.", { format: "uri" }) }),
  ],
  [
    "createTextParser",
    "POST",
    "/augment/text-parser",
    "augment",
    "key",
    "paid",
    object({}, { file: file("document", "The document.") }),
  ],
  [
    "listCharacters",
    "GET",
    "/characters",
    "characters",
    "api_key",
    "",
    object(
      {},
      {
        search: maybe(text("Words to find.")),
        limit: whole("How many.", 0, 100),
        tags: list(text("A tag."), { maxItems: 20 }),
      },
    ),
  ],
  [
    "getCharacterBySlug",
    "GET",
    "/characters/{slug}",
    "characters",
    "api_key",
    "",
    object({ slug: text("The character’s short name.") }),
  ],
  [
    "getCharacterReviews",
    "GET",
    "/characters/{slug}/reviews",
    "characters",
    "api_key",
    "",
    object({ slug: text("The character’s short name.") }, { page: whole("Counted from 1.", 1, 10_000) }),
  ],
  ["listModels", "GET", "/models", "models", "optional", "", ofKind],
  ["listModelTraits", "GET", "/models/traits", "models", "optional", "", ofKind],
  ["listModelCompatibilityMapping", "GET", "/models/compatibility_mapping", "models", "optional", "", ofKind],
  ["getApiKeys", "GET", "/api_keys", "api_keys", "admin", "", nothing],
  ["getApiKeyById", "GET", "/api_keys/{id}", "api_keys", "admin", "", object({ id: text("The key’s id.") })],
  [
    "createApiKey",
    "POST",
    "/api_keys",
    "api_keys",
    "admin",
    "",
    object({ apiKeyType: keyType, ...key({}) }, keyLimits),
  ],
  [
    "updateApiKey",
    "PATCH",
    "/api_keys",
    "api_keys",
    "admin",
    "",
    object({ id: text("The key’s id.") }, { ...key({}), ...keyLimits }),
  ],
  ["deleteApiKey", "DELETE", "/api_keys", "api_keys", "admin", "", object({ id: text("The key’s id.") })],
  ["getApiKeyRateLimits", "GET", "/api_keys/rate_limits", "api_keys", "api_key", "", nothing],
  ["getApiKeyRateLimitLogs", "GET", "/api_keys/rate_limits/log", "api_keys", "api_key", "", nothing],
  ["getApiKeyGenerateWeb3Key", "GET", "/api_keys/generate_web3_key", "api_keys", "optional", "", nothing],
  [
    "postApiKeyGenerateWeb3Key",
    "POST",
    "/api_keys/generate_web3_key",
    "api_keys",
    "optional",
    "",
    object(
      {
        apiKeyType: keyType,
        address: text("The wallet’s address."),
        signature: text("The token, signed.", { "x-secret": true }),
        token: text("The token.", { "x-secret": true }),
      },
      keyLimits,
    ),
  ],
  ["getBillingBalance", "GET", "/billing/balance", "billing", "admin", "", nothing],
  [
    "getBillingUsageHistory",
    "GET",
    "/billing/usage-history",
    "billing",
    "admin",
    "",
    object(
      {},
      {
        currency: known("Only this currency.", "USD", "DIEM"),
        startTimestamp: maybe(text("From when.", { format: "date-time" })),
        pageSize: whole("Entries on a page.", 10, 1000),
        format: option({ type: "string", enum: ["json", "csv"] }, "How the answer is written."),
      },
    ),
  ],
  [
    "getBillingUsageAnalytics",
    "GET",
    "/billing/usage-analytics",
    "billing",
    "admin",
    "",
    object({}, { lookback: whole("Days to look back.", 1, 90) }),
  ],
  ["getBillingUsage", "GET", "/billing/usage", "billing", "admin", "", nothing],
  ["listCryptoRpcNetworks", "GET", "/crypto/rpc/networks", "crypto_rpc", "optional", "", nothing],
  [
    "cryptoRpcProxy",
    "POST",
    "/crypto/rpc/{network}",
    "crypto_rpc",
    "key",
    "paid",
    {
      $defs: { Call: rpcCall },
      ...object(
        {
          network: text("The chain."),
          calls: {
            anyOf: [ref("Call"), list(ref("Call"), { maxItems: 100 })],
            description: "One call or a batch.",
          },
        },
        { idempotency_key: maybe(text("The same key is charged once.", { maxLength: 255 })) },
      ),
    },
  ],
  [
    "getX402Balance",
    "GET",
    "/x402/balance/{walletAddress}",
    "x402",
    "wallet",
    "",
    object({ walletAddress: wallet }),
  ],
  [
    "topUpX402Balance",
    "POST",
    "/x402/top-up",
    "x402",
    "optional",
    "",
    object({}, { paymentSignature: maybe(text("The signed payment.", { "x-secret": true })) }),
  ],
  [
    "getX402Transactions",
    "GET",
    "/x402/transactions/{walletAddress}",
    "x402",
    "wallet",
    "",
    object({ walletAddress: wallet }, { limit: whole("Entries.", 1, 100) }),
  ],
  [
    "getTeeAttestation",
    "GET",
    "/tee/attestation",
    "tee",
    "key",
    "",
    object({ model: model("text"), nonce: text("32 random bytes as hex.", { pattern: "^[0-9a-f]{64}$" }) }),
  ],
  [
    "getTeeSignature",
    "GET",
    "/tee/signature",
    "tee",
    "key",
    "",
    object({ model: model("text"), request_id: text("The answer’s id.") }),
  ],
];

export const fakeOperations: readonly OperationView[] = rows.map(
  ([id, method, path, group, auth, marks, schema]): OperationView => ({
    id,
    method,
    path,
    group,
    auth,
    paid: marks.includes("paid"),
    streams: marks.includes("streams"),
    docs: "https://docs.venice.ai/api-reference",
    schema: schema as JsonValue,
  }),
);
