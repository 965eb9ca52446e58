/** The Speak tab's form: what was written and chosen, and the request it stands for. */
import type { Range, SpeechModel, SpeechRequest, VoiceView } from "@/bindings";

/** What is chosen for one model; null where the model decides. */
export type SpeechChoices = {
  readonly voice: string | null;
  readonly speed: number | null;
  readonly style: string;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly language: string | null;
  readonly format: string | null;
};

export type SpeechMode = "read" | "audition";

export type SpeechFields = {
  readonly mode: SpeechMode;
  readonly text: string;
  /** What to call the result; its first words where this is empty. */
  readonly title: string;
  /** null = the first there is. */
  readonly model: string | null;
  readonly choices: Readonly<Record<string, SpeechChoices>>;
  /** What was asked for is heard as soon as its first sentence is there. */
  readonly playLive: boolean;
  /** The line of an audition, and the voices that are to say it, as `model voice` pairs. */
  readonly line: string;
  readonly voices: readonly VoicePick[];
};

export type VoicePick = { readonly model: string; readonly voice: string };

export const NO_CHOICES: SpeechChoices = {
  voice: null,
  speed: null,
  style: "",
  temperature: null,
  topP: null,
  language: null,
  format: null,
};

export const EMPTY_SPEECH: SpeechFields = {
  mode: "read",
  text: "",
  title: "",
  model: null,
  choices: {},
  playLive: true,
  line: "",
  voices: [],
};

const MOST_REMEMBERED = 24;
/** The most voices of one audition that are kept with the form. */
const MOST_VOICES = 500;
/** Where a range tells no bounds. */
const USUAL: Readonly<Record<"speed" | "temperature", { min: number; max: number; default: number }>> = {
  speed: { min: 0.25, max: 4, default: 1 },
  temperature: { min: 0, max: 2, default: 1 },
};

export type Bounds = { readonly min: number; readonly max: number; readonly default: number };

/** The bounds of a setting as a slider wants them; null where the model has no such setting. */
export function boundsOf(range: Range | null, kind: keyof typeof USUAL): Bounds | null {
  if (range === null) return null;
  const usual = USUAL[kind];
  const min = range.min ?? usual.min;
  const max = range.max ?? usual.max;
  return { min, max, default: within(range.default ?? usual.default, { min, max }) };
}

export function within(value: number, { min, max }: { min: number; max: number }): number {
  return Math.min(max, Math.max(min, value));
}

export function choicesOf(fields: SpeechFields, model: string | null): SpeechChoices {
  return (model === null ? undefined : fields.choices[model]) ?? NO_CHOICES;
}

/** The form with other choices for a model. */
export function withChoices(
  fields: SpeechFields,
  model: string,
  patch: Partial<SpeechChoices>,
): SpeechFields {
  const { [model]: known, ...others } = fields.choices;
  const entries = Object.entries(others).slice(1 - MOST_REMEMBERED);
  return {
    ...fields,
    choices: Object.fromEntries([...entries, [model, { ...(known ?? NO_CHOICES), ...patch }]]),
  };
}

/** The form with another model: how to speak goes along to one that is new, voices and formats are each model's own. */
export function withSpeechModel(fields: SpeechFields, from: string | null, to: string): SpeechFields {
  if (fields.choices[to] !== undefined) return { ...fields, model: to };
  const { speed, style } = choicesOf(fields, from);
  return { ...withChoices(fields, to, { speed, style }), model: to };
}

/** The voice a form stands for: the chosen one while the model has it, else the model's own. */
export function voiceOf(choices: SpeechChoices, model: SpeechModel): VoiceView | null {
  const has = (id: string | null): VoiceView | undefined => model.voices.find((voice) => voice.id === id);
  return has(choices.voice) ?? has(model.default_voice) ?? model.voices[0] ?? null;
}

/** Whether the style is longer than the model takes. */
export function styleTooLong(choices: SpeechChoices, model: SpeechModel): boolean {
  return model.style_limit !== null && [...choices.style.trim()].length > model.style_limit;
}

export type SpeechMissing = "model" | "text" | "line" | "voices";

export function missingInSpeech(fields: SpeechFields, model: SpeechModel | null): SpeechMissing | null {
  if (model === null) return "model";
  if (fields.mode === "read") return fields.text.trim() === "" ? "text" : null;
  if (fields.line.trim() === "") return "line";
  return fields.voices.length === 0 ? "voices" : null;
}

/** What is to be said and how, within what the model takes. */
export function speechRequest(fields: SpeechFields, model: SpeechModel): SpeechRequest {
  const choices = choicesOf(fields, model.id);
  const { speed, temperature } = choices;
  const speeds = boundsOf(model.speed, "speed");
  const temperatures = boundsOf(model.temperature, "temperature");
  const { language, format } = choices;
  const knowsLanguage =
    model.takes_language &&
    language !== null &&
    (model.languages.length === 0 || model.languages.includes(language));
  return {
    model: model.id,
    voice: voiceOf(choices, model)?.id ?? null,
    text: fields.text.trim(),
    title: fields.title.trim() === "" ? null : fields.title.trim(),
    speed: speeds === null || speed === null ? null : within(speed, speeds),
    style: model.style_limit === null || choices.style.trim() === "" ? null : choices.style.trim(),
    temperature: temperatures === null || temperature === null ? null : within(temperature, temperatures),
    top_p: model.top_p ? choices.topP : null,
    language: knowsLanguage ? language : null,
    format: format !== null && model.formats.includes(format) ? format : null,
  };
}

/** One line for many voices: each model says it in its own way. */
export function auditionRequest(fields: SpeechFields, model: SpeechModel): SpeechRequest {
  return {
    model: model.id,
    voice: null,
    text: fields.line.trim(),
    title: null,
    speed: null,
    style: null,
    temperature: null,
    top_p: null,
    language: null,
    format: null,
  };
}

/** The form filled with what a reading was asked for. */
export function withSpeechRequest(fields: SpeechFields, request: SpeechRequest): SpeechFields {
  return withChoices(
    { ...fields, mode: "read", text: request.text, title: request.title ?? "", model: request.model },
    request.model,
    {
      voice: request.voice,
      speed: request.speed,
      style: request.style ?? "",
      temperature: request.temperature,
      topP: request.top_p,
      language: request.language,
      format: request.format,
    },
  );
}

type Loose = Record<string, unknown>;

function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);
const numberOrNull = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

function readChoices(value: Loose): SpeechChoices {
  return {
    voice: textOrNull(value["voice"]),
    speed: numberOrNull(value["speed"]),
    style: textOf(value["style"]),
    temperature: numberOrNull(value["temperature"]),
    topP: numberOrNull(value["topP"]),
    language: textOrNull(value["language"]),
    format: textOrNull(value["format"]),
  };
}

/** Reads what was kept. Whatever doesn't fit, from an older version or a broken file, starts afresh. */
export function readSpeech(kept: string | null): SpeechFields {
  let value: unknown;
  try {
    value = kept === null ? null : JSON.parse(kept);
  } catch {
    return EMPTY_SPEECH;
  }
  if (!isLoose(value)) return EMPTY_SPEECH;
  const choices = isLoose(value["choices"]) ? Object.entries(value["choices"]) : [];
  const voices = Array.isArray(value["voices"]) ? value["voices"].filter(isLoose) : [];
  return {
    mode: value["mode"] === "audition" ? "audition" : "read",
    text: textOf(value["text"]),
    title: textOf(value["title"]),
    model: textOrNull(value["model"]),
    choices: Object.fromEntries(
      choices.flatMap(([id, entry]) => (isLoose(entry) ? [[id, readChoices(entry)] as const] : [])),
    ),
    playLive: value["playLive"] !== false,
    line: textOf(value["line"]),
    voices: voices
      .map((entry) => ({ model: textOf(entry["model"]), voice: textOf(entry["voice"]) }))
      .filter((pick) => pick.model !== "" && pick.voice !== "")
      .slice(0, MOST_VOICES),
  };
}
