/** What a text model can do and costs, read from what Venice tells of it. Whatever isn't told is taken as absent. */
import type { Money } from "@/bindings";
import type { JsonValue, ModelChoice } from "@/console-contract";

export type Sampler =
  | "temperature"
  | "top_p"
  | "top_k"
  | "min_p"
  | "frequency_penalty"
  | "presence_penalty"
  | "repetition_penalty";

export type ChatModel = {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly offline: boolean;
  /** The user chose it for conversations that have none. */
  readonly isDefault: boolean;
  /** Venice keeps nothing of what is said, or passes it on without a name. */
  readonly privacy: "private" | "anonymized" | null;
  /** For a million tokens. */
  readonly price: { readonly input: Money | null; readonly output: Money | null };
  /** Tokens; null = unknown. */
  readonly context: number | null;
  readonly mostOut: number | null;
  readonly vision: boolean;
  readonly audio: boolean;
  readonly video: boolean;
  /** The most pictures and films of one message; null = unknown. */
  readonly mostImages: number | null;
  readonly mostVideos: number | null;
  readonly webSearch: boolean;
  readonly xSearch: boolean;
  readonly reasoning: boolean;
  /** The model's own words; empty = there is no choice. */
  readonly efforts: readonly string[];
  readonly usualEffort: string | null;
  readonly schema: boolean;
  readonly tools: boolean;
  readonly usual: Readonly<Partial<Record<Sampler, number>>>;
  readonly traits: readonly string[];
  /** What to use in its place, where it retires. */
  readonly replacement: string | null;
  /** RFC 3339. */
  readonly retiresAt: string | null;
};

const SAMPLERS: readonly Sampler[] = [
  "temperature",
  "top_p",
  "top_k",
  "min_p",
  "frequency_penalty",
  "presence_penalty",
  "repetition_penalty",
];

type Fields = Readonly<Record<string, JsonValue | undefined>>;
function fields(value: JsonValue | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
const text = (value: JsonValue | undefined): string | null => (typeof value === "string" ? value : null);
const count = (value: JsonValue | undefined): number | null =>
  typeof value === "number" && value > 0 ? value : null;
const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
const dollars = (value: JsonValue | undefined): Money | null => {
  const amount = fields(value)["usd"];
  return typeof amount === "number" || typeof amount === "string"
    ? { amount: String(amount), currency: "usd" }
    : null;
};

export function readModel(choice: ModelChoice): ChatModel {
  const spec = fields(choice.spec);
  const can = fields(spec["capabilities"]);
  const constraints = fields(spec["constraints"]);
  const retirement = fields(spec["deprecation"]);
  const pricing = fields(spec["pricing"]);
  const usual: Partial<Record<Sampler, number>> = {};
  for (const name of SAMPLERS) {
    const found = fields(constraints[name])["default"];
    if (typeof found === "number") usual[name] = found;
  }
  const privacy = text(spec["privacy"]);
  const vision = can["supportsVision"] === true;
  return {
    id: choice.id,
    name: choice.name,
    description: text(spec["description"]),
    offline: choice.offline,
    isDefault: choice.is_default,
    privacy: privacy === "private" || privacy === "anonymized" ? privacy : null,
    price: { input: choice.price, output: dollars(pricing["output"]) },
    context: count(spec["availableContextTokens"]),
    mostOut: count(spec["maxCompletionTokens"]),
    vision,
    audio: can["supportsAudioInput"] === true,
    video: can["supportsVideoInput"] === true,
    mostImages: !vision
      ? 0
      : (count(can["maxImages"]) ?? (can["supportsMultipleImages"] === false ? 1 : null)),
    mostVideos: can["supportsVideoInput"] === true ? count(can["maxVideos"]) : 0,
    webSearch: can["supportsWebSearch"] === true,
    xSearch: can["supportsXSearch"] === true || spec["supportsXSearch"] === true,
    reasoning: can["supportsReasoning"] === true,
    efforts: texts(can["reasoningEffortOptions"]),
    usualEffort: text(can["defaultReasoningEffort"]),
    schema: can["supportsResponseSchema"] === true,
    tools: can["supportsFunctionCalling"] === true,
    usual,
    traits: texts(spec["traits"]),
    replacement: text(retirement["replacementModelId"]),
    retiresAt: text(retirement["removesAt"]) ?? text(retirement["date"]),
  };
}

/** The model that the user chose for new conversations, where it answers now. */
export function chosenModel(list: readonly ChatModel[]): ChatModel | null {
  return list.find((model) => model.isDefault && !model.offline) ?? null;
}

/** The model that answers where nobody chose one. */
export function usualModel(list: readonly ChatModel[]): ChatModel | null {
  const here = list.filter((model) => !model.offline);
  return (
    chosenModel(list) ?? here.find((model) => model.traits.includes("default")) ?? here[0] ?? list[0] ?? null
  );
}
