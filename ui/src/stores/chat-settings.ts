/** How a conversation's messages are asked for. */
import type { ChatSettings } from "@/bindings";
import type { ChatModel, Sampler } from "./chat-models";

export type Settings = Required<ChatSettings>;

export const EMPTY_SETTINGS: Settings = {
  model: "",
  system_prompt: "",
  without_venice_prompt: false,
  web_search: null,
  web_scraping: false,
  x_search: false,
  reasoning_effort: null,
  without_thinking: false,
  temperature: null,
  top_p: null,
  top_k: null,
  min_p: null,
  frequency_penalty: null,
  presence_penalty: null,
  repetition_penalty: null,
  seed: null,
  max_tokens: null,
  stop: [],
  response_schema: null,
  character: null,
  drop_oldest: false,
};

/** All of them, whatever of them came. */
export function settled(some: ChatSettings): Settings {
  return { ...EMPTY_SETTINGS, ...some };
}

/** What a new conversation takes over from the last: how one likes to talk, not with whom and about what. */
export function forNext(last: Settings): Settings {
  return { ...last, character: null, response_schema: null, drop_oldest: false };
}

/**
 * The settings that another model can keep. What it has no use for goes: an effort it doesn't know would be refused.
 */
export function fitting(settings: Settings, model: ChatModel): Settings {
  const effort = settings.reasoning_effort;
  return {
    ...settings,
    model: model.id,
    web_search: model.webSearch ? settings.web_search : null,
    web_scraping: model.webSearch && settings.web_scraping,
    x_search: model.xSearch && settings.x_search,
    reasoning_effort: effort !== null && model.efforts.includes(effort) ? effort : null,
    without_thinking: model.reasoning && settings.without_thinking,
    response_schema: model.schema ? settings.response_schema : null,
    max_tokens:
      settings.max_tokens === null || model.mostOut === null
        ? settings.max_tokens
        : Math.min(settings.max_tokens, model.mostOut),
  };
}

/** The bounds of each sampler, and the step of its field. */
export const BOUNDS: Readonly<Record<Sampler, { min: number; max: number; step: number }>> = {
  temperature: { min: 0, max: 2, step: 0.1 },
  top_p: { min: 0, max: 1, step: 0.05 },
  top_k: { min: 1, max: 1000, step: 1 },
  min_p: { min: 0, max: 1, step: 0.01 },
  frequency_penalty: { min: -2, max: 2, step: 0.1 },
  presence_penalty: { min: -2, max: 2, step: 0.1 },
  repetition_penalty: { min: 0.1, max: 2, step: 0.05 },
};

/** How many settings differ from the model's own. */
export function changedCount(settings: Settings): number {
  const own: (keyof Settings)[] = [
    "without_venice_prompt",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "seed",
    "max_tokens",
    "response_schema",
    "drop_oldest",
  ];
  const changed = own.filter((name) => settings[name] !== EMPTY_SETTINGS[name]).length;
  return changed + Number(settings.system_prompt.trim() !== "") + Number(settings.stop.length > 0);
}
