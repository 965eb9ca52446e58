/** The Image room's form as plain data: how it starts, how it is kept, and the request it stands for. */
import type { ItemView, ModelView, PictureRequest, StyleReferenceItem, Wording } from "@/bindings";
import { chosenOf, makeRequest, withMakeRecipe } from "./pictures-making";
import { LARGEST_SIDE } from "./pictures-shapes";

export { chosenOf, ratiosOf, usualRatio } from "./pictures-making";
import {
  EMPTY_REFINING,
  readRefining,
  refiningOf,
  refiningOfRecipe,
  type RefiningFields,
} from "./refining-form";

export type Mode = PictureRequest["kind"];

export type FormFields = RefiningFields & {
  mode: Mode;
  prompt: string;
  negative: string;
  model: string | null;
  ratio: string | null;
  resolution: string | null;
  quality: string | null;
  style: string | null;
  seed: number | null;
  /** A locked seed is used again; else each click rolls a new one. */
  seedLocked: boolean;
  steps: number | null;
  safeMode: boolean;
  count: number;
  /** A size of its own instead of a ratio, in pixels, where the model takes sizes. */
  freeSize: boolean;
  width: number;
  height: number;
  /** How closely the prompt is followed; null leaves it to Venice. */
  guidance: number | null;
  styleReferences: readonly StyleReferenceItem[];
  /** 0 to 100; null leaves it to Venice. */
  lora: number | null;
  enhance: boolean;
  webSearch: boolean;
  skipThinking: boolean;
  watermark: boolean;
  /** What was set for other models, to come back with them. */
  perModel: Readonly<Record<string, ModelSettings>>;
  /** Many pictures at once, as a batch. */
  many: boolean;
  /** Models to compare; none for just the one that is chosen. */
  compareModels: readonly string[];
  /** Styles to compare, an empty text for none of them; no entry for just the one that is chosen. */
  compareStyles: readonly string[];
  wording: Wording;
  /** How many pictures of each combination. */
  each: number;
  seedsInARow: boolean;
  /** The item that is edited, upscaled or cut out. */
  source: string | null;
  editPrompt: string;
  editModel: string | null;
  editRatio: string | null;
  editResolution: string | null;
  scale: 2 | 4;
  /** Decimal text from 0 to 0.02. */
  creativity: string;
};

/** What is set for one model and may not suit another. */
export type ModelSettings = Pick<
  FormFields,
  | "ratio"
  | "freeSize"
  | "width"
  | "height"
  | "resolution"
  | "quality"
  | "steps"
  | "guidance"
  | "lora"
  | "webSearch"
  | "skipThinking"
>;

export const EMPTY_FORM: FormFields = {
  ...EMPTY_REFINING,
  mode: "make",
  prompt: "",
  negative: "",
  model: null,
  ratio: null,
  resolution: null,
  quality: null,
  style: null,
  seed: null,
  seedLocked: false,
  steps: null,
  safeMode: true,
  count: 1,
  freeSize: false,
  width: 1024,
  height: 1024,
  guidance: null,
  styleReferences: [],
  lora: null,
  enhance: false,
  webSearch: false,
  skipThinking: false,
  watermark: false,
  perModel: {},
  many: false,
  compareModels: [],
  compareStyles: [],
  wording: "by_chance",
  each: 1,
  seedsInARow: true,
  source: null,
  editPrompt: "",
  editModel: null,
  editRatio: null,
  editResolution: null,
  scale: 2,
  creativity: "0",
};

const MODES: readonly string[] = ["make", "edit", "upscale", "cut_out"];
export const LARGEST_SEED = 999_999_999;
export const MOST_IN_BATCH = 100;
export const MOST_STEPS = 200;
export const MOST_GUIDANCE = 20;
/** Settings of more models than this aren't remembered. */
const MOST_REMEMBERED = 40;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads values by name, whatever they turn out to be. */
class Kept {
  readonly #value: Record<string, unknown>;

  constructor(value: Record<string, unknown>) {
    this.#value = value;
  }
  text(key: string): string | null {
    const found = this.#value[key];
    return typeof found === "string" ? found : null;
  }
  yes(key: string): boolean {
    return this.#value[key] === true;
  }
  number(key: string, least: number, most: number): number | null {
    const found = this.#value[key];
    return typeof found === "number" && found >= least && found <= most ? found : null;
  }
  whole(key: string, least: number, most: number): number | null {
    const found = this.number(key, least, most);
    return found !== null && Number.isInteger(found) ? found : null;
  }
  texts(key: string): readonly string[] {
    const found = this.#value[key];
    return Array.isArray(found) ? found.filter((entry) => typeof entry === "string") : [];
  }
  records(key: string): readonly Kept[] {
    const found = this.#value[key];
    return Array.isArray(found) ? found.filter(isRecord).map((entry) => new Kept(entry)) : [];
  }
  named(key: string): readonly (readonly [string, Kept])[] {
    const found = this.#value[key];
    if (!isRecord(found)) return [];
    return Object.entries(found).flatMap(([name, entry]) =>
      isRecord(entry) ? [[name, new Kept(entry)] as const] : [],
    );
  }
}

function readModelSettings(kept: Kept): ModelSettings {
  return {
    ratio: kept.text("ratio"),
    freeSize: kept.yes("freeSize"),
    width: kept.whole("width", 1, LARGEST_SIDE) ?? EMPTY_FORM.width,
    height: kept.whole("height", 1, LARGEST_SIDE) ?? EMPTY_FORM.height,
    resolution: kept.text("resolution"),
    quality: kept.text("quality"),
    steps: kept.whole("steps", 1, MOST_STEPS),
    guidance: kept.number("guidance", 0.1, MOST_GUIDANCE),
    lora: kept.whole("lora", 0, 100),
    webSearch: kept.yes("webSearch"),
    skipThinking: kept.yes("skipThinking"),
  };
}

function readReferences(kept: Kept): readonly StyleReferenceItem[] {
  return kept.records("styleReferences").flatMap((entry) => {
    const item = entry.text("item");
    return item === null ? [] : [{ item, strength: entry.number("strength", 0.1, 1) }];
  });
}

/** Reads what was kept. Whatever doesn't fit, from an older version or a broken file, starts afresh. */
export function readForm(text: string | null): FormFields {
  let value: unknown;
  try {
    value = text === null ? null : JSON.parse(text);
  } catch {
    return { ...EMPTY_FORM };
  }
  if (!isRecord(value)) return { ...EMPTY_FORM };
  const kept = new Kept(value);
  const mode = kept.text("mode");
  const creativity = kept.text("creativity") ?? "";
  return {
    ...readModelSettings(kept),
    ...readRefining(value),
    mode: mode !== null && MODES.includes(mode) ? (mode as Mode) : "make",
    prompt: kept.text("prompt") ?? "",
    negative: kept.text("negative") ?? "",
    model: kept.text("model"),
    style: kept.text("style"),
    seed: kept.whole("seed", -LARGEST_SEED, LARGEST_SEED),
    seedLocked: kept.yes("seedLocked"),
    safeMode: value["safeMode"] !== false,
    count: kept.whole("count", 1, MOST_IN_BATCH) ?? 1,
    styleReferences: readReferences(kept),
    enhance: kept.yes("enhance"),
    watermark: kept.yes("watermark"),
    perModel: Object.fromEntries(
      kept
        .named("perModel")
        .slice(-MOST_REMEMBERED)
        .map(([model, entry]) => [model, readModelSettings(entry)]),
    ),
    many: kept.yes("many"),
    compareModels: kept.texts("compareModels"),
    compareStyles: kept.texts("compareStyles"),
    wording: kept.text("wording") === "each" ? "each" : "by_chance",
    each: kept.whole("each", 1, MOST_IN_BATCH) ?? 1,
    seedsInARow: value["seedsInARow"] !== false,
    source: kept.text("source"),
    editPrompt: kept.text("editPrompt") ?? "",
    editModel: kept.text("editModel"),
    editRatio: kept.text("editRatio"),
    editResolution: kept.text("editResolution"),
    scale: value["scale"] === 4 ? 4 : 2,
    creativity: /^0(\.\d{1,3})?$/.test(creativity) ? creativity : "0",
  };
}

/** The form with another model: what was set for it comes back, what was set for the last one is put aside. */
export function withModel(fields: FormFields, from: string | null, to: string | null): FormFields {
  if (to === null || from === to) return { ...fields, model: to };
  const { [to]: known, ...others } = fields.perModel;
  const entries = Object.entries(from === null ? others : { ...others, [from]: settingsOf(fields) });
  const perModel = Object.fromEntries(entries.slice(-MOST_REMEMBERED));
  if (known !== undefined) return { ...fields, ...known, model: to, perModel };
  // A shape is wished for whatever paints it; the rest begins as the model would have it.
  const { resolution, quality, steps, guidance, lora, webSearch, skipThinking } = EMPTY_FORM;
  return {
    ...fields,
    ...{ resolution, quality, steps, guidance, lora, webSearch, skipThinking },
    model: to,
    perModel,
  };
}

function settingsOf(fields: FormFields): ModelSettings {
  return {
    ratio: fields.ratio,
    freeSize: fields.freeSize,
    width: fields.width,
    height: fields.height,
    resolution: fields.resolution,
    quality: fields.quality,
    steps: fields.steps,
    guidance: fields.guidance,
    lora: fields.lora,
    webSearch: fields.webSearch,
    skipThinking: fields.skipThinking,
  };
}

/** What stands between the form and a request. */
export type Missing = "prompt" | "model" | "source" | "editPrompt";

export type Choices = { readonly make: ModelView | null; readonly edit: ModelView | null };

export function missingIn(fields: FormFields, models: Choices, source: ItemView | null): Missing | null {
  if (fields.mode === "make") {
    if (models.make === null) return "model";
    return fields.prompt.trim() === "" ? "prompt" : null;
  }
  if (source === null) return "source";
  if (fields.mode !== "edit") return null;
  if (models.edit === null) return "model";
  return fields.editPrompt.trim() === "" ? "editPrompt" : null;
}

/** The request the form stands for; null while something is missing. */
export function requestOf(
  fields: FormFields,
  models: Choices,
  source: ItemView | null,
  scaleDown: boolean,
): PictureRequest | null {
  if (missingIn(fields, models, source) !== null) return null;
  if (fields.mode === "make" && models.make) return makeRequest(fields, models.make);
  if (source === null) return null;
  switch (fields.mode) {
    case "edit": {
      const model = models.edit;
      if (model === null) return null;
      return {
        kind: "edit",
        model: model.id,
        item: source.id,
        prompt: fields.editPrompt.trim(),
        aspect_ratio: chosenOf(fields.editRatio, model.aspect_ratios, model.default_aspect_ratio),
        resolution: chosenOf(fields.editResolution, model.resolutions, model.default_resolution),
        safe_mode: fields.safeMode,
        scale_down: scaleDown,
        ...refiningOf(fields, model, source.id),
      };
    }
    case "upscale":
      return {
        kind: "upscale",
        item: source.id,
        scale: fields.scale,
        creativity: Number(fields.creativity) === 0 ? null : fields.creativity,
        scale_down: scaleDown,
      };
    case "cut_out":
      return { kind: "cut_out", item: source.id, scale_down: scaleDown };
    case "make":
      return null;
  }
}

/**
 * The form filled from a recipe; what the recipe doesn't say stays as it was. `model` is the recipe's, where it is
 * known, and `now` the id of the one the form has.
 */
export function withRecipe(
  fields: FormFields,
  recipe: PictureRequest,
  model: ModelView | null = null,
  now: string | null = null,
): FormFields {
  switch (recipe.kind) {
    case "make":
      return { ...withMakeRecipe(withModel(fields, now, recipe.model), recipe, model), mode: "make" };
    case "edit":
      return {
        ...fields,
        mode: "edit",
        source: recipe.item,
        editPrompt: recipe.prompt,
        editModel: recipe.model,
        editRatio: recipe.aspect_ratio,
        editResolution: recipe.resolution,
        safeMode: recipe.safe_mode,
        ...refiningOfRecipe(recipe),
      };
    case "upscale":
      return {
        ...fields,
        mode: "upscale",
        source: recipe.item,
        scale: recipe.scale === 4 ? 4 : 2,
        creativity: recipe.creativity ?? "0",
      };
    case "cut_out":
      return { ...fields, mode: "cut_out", source: recipe.item };
  }
}

/** What a recipe never replaces, and what is nobody's loss. */
const NO_LOSS: readonly string[] = ["mode", "perModel", "seed", "seedLocked", "many"];

/** Whether anything that was typed or set is no longer there. */
export function lost(before: FormFields, after: FormFields): boolean {
  return (Object.keys(EMPTY_FORM) as (keyof FormFields)[]).some((key) => {
    if (NO_LOSS.includes(key)) return false;
    const was = before[key];
    if (typeof was === "string" && was.trim() === "") return false;
    const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
    return !same(was, EMPTY_FORM[key]) && !same(was, after[key]);
  });
}
