/** One request for each operation that a newcomer can send as it is. */
import type { FileKind, JsonObject, JsonValue } from "@/console-contract";
import { isObject } from "@/stores/console-shape";

/** What an example may ask for. */
export type Given = {
  /** The id of the first model of a kind that fits; empty where there is none. */
  model: (kind: string, fits?: (spec: JsonObject) => boolean) => string;
  /** One of the values `model_spec` lists for a model; `usual` where it lists none. */
  setting: (model: string, place: readonly string[], usual: string) => string;
  /** A file of the library; undefined where nothing fits, and the note says so. */
  file: (kind: FileKind) => JsonValue | undefined;
  /** A value out of the last answer of an operation, by the name of its field. */
  last: (operation: string, key: string, field: string) => string | undefined;
  /** The address of the wallet in use; undefined where there is none, and the note says so. */
  wallet: () => string | undefined;
  /** Random bytes as hex. */
  nonce: (bytes: number) => string;
  /** Today and some days later, as YYYY-MM-DD. */
  day: (later: number) => string;
};

/** What is to be said of an example that was filled in. */
export type ExampleNote =
  | { kind: "from" | "wants"; fields: readonly string[]; operation: string }
  | { kind: "file" }
  | { kind: "wallet" };

type Example = (given: Given) => Record<string, JsonValue | undefined>;

const SCENE = "A quiet canal at first light, tall houses in faded coral and ochre, one gondola";

const truthy =
  (...place: string[]) =>
  (spec: JsonObject): boolean =>
    place.reduce<JsonValue | undefined>((at, name) => (isObject(at) ? at[name] : undefined), spec) === true;
const isPrivate = truthy("capabilities", "supportsTeeAttestation");

function orderedFilm(given: Given): JsonObject {
  // The simplest kind of film: from words alone.
  const model = given.model(
    "video",
    (spec) => isObject(spec["constraints"]) && fromWords(spec["constraints"]),
  );
  const ratio = given.setting(model, ["constraints", "aspect_ratios"], "");
  return {
    model,
    duration: given.setting(model, ["constraints", "durations"], "5s"),
    ...(ratio === "" ? {} : { aspect_ratio: ratio }),
  };
}
function fromWords(constraints: JsonObject): boolean {
  return constraints["model_type"] === undefined || constraints["model_type"] === "text-to-video";
}

export const examples: Readonly<Record<string, Example>> = {
  createChatCompletion: ({ model }) => ({
    model: model("text"),
    messages: [
      { role: "system", content: "You are a guide to Venice. Answer in two sentences." },
      { role: "user", content: "Why are the houses of Burano painted in so many colours?" },
    ],
    stream: true,
  }),
  createResponse: ({ model }) => ({
    model: model("text"),
    input: "Name three bridges over the Grand Canal, and when they were built.",
    stream: true,
  }),
  createEmbedding: ({ model }) => ({
    model: model("embedding"),
    input: "The lagoon at low tide",
  }),
  generateImage: ({ model }) => ({ model: model("image"), prompt: SCENE }),
  simpleGenerateImage: ({ model }) => ({ model: model("image"), prompt: SCENE }),
  editImage: ({ model, file }) => ({
    image: file("image"),
    prompt: "Make it a winter morning with snow on the roofs",
    model: model("inpaint"),
  }),
  multiEditImage: ({ model, file }) => {
    const image = file("image");
    return {
      images: image === undefined ? [] : [image],
      prompt: "Turn the day into evening, with lamps in the windows",
      modelId: model("inpaint"),
    };
  },
  upscaleImage: ({ file }) => ({ image: file("image"), scale: 2 }),
  backgroundRemoveImage: ({ file }) => ({ image: file("image") }),
  listImageStyles: () => ({}),
  createSpeech: ({ model }) => ({
    model: model("tts"),
    input: "Good morning from the lagoon. The water is calm, and the first boats are on their way.",
  }),
  createTranscription: ({ model, file }) => ({ file: file("audio"), model: model("asr") }),
  createClonedVoice: ({ model, file }) => ({
    file: file("audio"),
    model: model("tts", (spec) => isObject(spec["voice_cloning"]) || truthy("supportsVoiceCloning")(spec)),
  }),
  quoteAudio: ({ model }) => ({ model: model("music"), duration_seconds: 60 }),
  queueAudio: ({ model }) => ({
    model: model("music"),
    prompt: "A slow barcarolle for mandolin and strings, evening on the water",
  }),
  retrieveAudio: ({ last }) => ({
    model: last("queueAudio", "model", "model"),
    queue_id: last("queueAudio", "queue_id", "queue_id"),
  }),
  completeAudio: ({ last }) => ({
    model: last("queueAudio", "model", "model"),
    queue_id: last("queueAudio", "queue_id", "queue_id"),
  }),
  quoteVideo: (given) => orderedFilm(given),
  queueVideo: (given) => ({
    ...orderedFilm(given),
    prompt: "A gondola passes under a bridge, the water glitters, the camera stands still",
  }),
  retrieveVideo: ({ last }) => ({
    model: last("queueVideo", "model", "model"),
    queue_id: last("queueVideo", "queue_id", "queue_id"),
  }),
  completeVideo: ({ last }) => ({
    model: last("queueVideo", "model", "model"),
    queue_id: last("queueVideo", "queue_id", "queue_id"),
  }),
  createVideoTranscription: () => ({ url: "https://www.youtube.com/watch?v=dQw4w9WgXcQ" }),
  webSearch: () => ({ query: "acqua alta forecast Venice", limit: 5 }),
  webScrape: () => ({ url: "https://example.com" }),
  createTextParser: ({ file }) => ({ file: file("document") }),
  listCharacters: () => ({ limit: 10 }),
  getCharacterBySlug: ({ last }) => ({ slug: last("listCharacters", "slug", "slug") }),
  getCharacterReviews: ({ last }) => ({ slug: last("listCharacters", "slug", "slug") }),
  listModels: () => ({ type: "image" }),
  listModelTraits: () => ({ type: "text" }),
  listModelCompatibilityMapping: () => ({ type: "text" }),
  getApiKeys: () => ({}),
  getApiKeyById: ({ last }) => ({ id: last("createApiKey", "id", "id") }),
  createApiKey: ({ day }) => ({
    apiKeyType: "INFERENCE",
    description: "A key to try things with",
    consumptionLimit: { usd: 1 },
    expiresAt: day(7),
  }),
  updateApiKey: ({ last }) => ({
    id: last("createApiKey", "id", "id"),
    description: "A key with another name",
  }),
  // Only ever one that was made here: never a key somebody needs.
  deleteApiKey: ({ last }) => ({ id: last("createApiKey", "id", "id") }),
  getApiKeyRateLimits: () => ({}),
  getApiKeyRateLimitLogs: () => ({}),
  getApiKeyGenerateWeb3Key: () => ({}),
  // Without a signature: the wallet in use signs the token when it is sent.
  postApiKeyGenerateWeb3Key: ({ last, wallet }) => ({
    apiKeyType: "INFERENCE",
    address: wallet(),
    token: last("getApiKeyGenerateWeb3Key", "token", "token"),
  }),
  getBillingBalance: () => ({}),
  getBillingUsageHistory: () => ({ pageSize: 50 }),
  getBillingUsageAnalytics: () => ({ lookback: 7 }),
  getBillingUsage: () => ({}),
  listCryptoRpcNetworks: () => ({}),
  cryptoRpcProxy: () => ({
    network: "ethereum-mainnet",
    calls: { jsonrpc: "2.0", method: "eth_blockNumber", params: [], id: 1 },
  }),
  getX402Balance: ({ wallet }) => ({ walletAddress: wallet() }),
  topUpX402Balance: () => ({}),
  getX402Transactions: ({ wallet }) => ({ walletAddress: wallet(), limit: 10 }),
  getTeeAttestation: ({ model, nonce }) => ({ model: model("text", isPrivate), nonce: nonce(32) }),
  // Only what a private model answered is signed.
  getTeeSignature: ({ last }) => ({
    model: last("createChatCompletion", "model", "model"),
    request_id: last("createChatCompletion", "id", "request_id"),
  }),
};

/** An example without what it couldn't be given. */
export function exampleOf(operation: string, given: Given): JsonObject {
  const fields = Object.entries(examples[operation]?.(given) ?? {});
  return Object.fromEntries(fields.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

/** The fields an example fills in: what most people want to see of a form. */
export function essentialsOf(operation: string): readonly string[] {
  const nothing: Given = {
    model: () => "",
    setting: () => "",
    file: () => "",
    last: () => "",
    wallet: () => "",
    nonce: () => "",
    day: () => "",
  };
  return Object.keys(exampleOf(operation, nothing));
}

/** The first text under a name, however deep it lies. */
export function textNamed(key: string, value: JsonValue): string | undefined {
  if (Array.isArray(value)) return firstOf(value, key);
  if (!isObject(value)) return undefined;
  const own = value[key];
  return typeof own === "string" && own !== "" ? own : firstOf(Object.values(value), key);
}
function firstOf(values: readonly JsonValue[], key: string): string | undefined {
  for (const value of values) {
    const found = textNamed(key, value);
    if (found !== undefined) return found;
  }
  return undefined;
}
