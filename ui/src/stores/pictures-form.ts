/** The Image room's form as plain data: how it starts, how it is kept, and the request it stands for. */
import type { ItemView, ModelView, PictureRequest } from "@/bindings";
import { COMMON_RATIOS, nearestRatio, sizeFor } from "./pictures-shapes";

export type Mode = PictureRequest["kind"];

export type FormFields = {
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

export const EMPTY_FORM: FormFields = {
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
  source: null,
  editPrompt: "",
  editModel: null,
  editRatio: null,
  editResolution: null,
  scale: 2,
  creativity: "0",
};

const MODES: readonly string[] = ["make", "edit", "upscale", "cut_out"];
export const MOST_PICTURES = 4;
export const LARGEST_SEED = 999_999_999;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads what was kept. Whatever doesn't fit, from an older version or a broken file, starts afresh. */
export function readForm(kept: string | null): FormFields {
  let value: unknown = null;
  try {
    value = kept === null ? null : JSON.parse(kept);
  } catch {
    return { ...EMPTY_FORM };
  }
  if (!isRecord(value)) return { ...EMPTY_FORM };
  const text = (key: keyof FormFields) => (typeof value[key] === "string" ? value[key] : null);
  const whole = (key: keyof FormFields, least: number, most: number) => {
    const found = value[key];
    return typeof found === "number" && Number.isInteger(found) && found >= least && found <= most
      ? found
      : null;
  };
  const mode = text("mode");
  return {
    mode: mode !== null && MODES.includes(mode) ? (mode as Mode) : "make",
    prompt: text("prompt") ?? "",
    negative: text("negative") ?? "",
    model: text("model"),
    ratio: text("ratio"),
    resolution: text("resolution"),
    quality: text("quality"),
    style: text("style"),
    seed: whole("seed", -LARGEST_SEED, LARGEST_SEED),
    seedLocked: value["seedLocked"] === true,
    steps: whole("steps", 1, 200),
    safeMode: value["safeMode"] !== false,
    count: whole("count", 1, MOST_PICTURES) ?? 1,
    source: text("source"),
    editPrompt: text("editPrompt") ?? "",
    editModel: text("editModel"),
    editRatio: text("editRatio"),
    editResolution: text("editResolution"),
    scale: value["scale"] === 4 ? 4 : 2,
    creativity: /^0(\.\d{1,3})?$/.test(text("creativity") ?? "") ? (text("creativity") ?? "0") : "0",
  };
}

/** The ratios a model can paint. */
export function ratiosOf(model: ModelView | null): readonly string[] {
  if (model === null) return [];
  if (model.size_divisor !== null) return COMMON_RATIOS;
  return model.aspect_ratios;
}

/** What was chosen where the model has it, else the model's own default, else its first. */
export function chosenOf(
  wanted: string | null,
  choices: readonly string[],
  usual: string | null,
): string | null {
  if (wanted !== null && choices.includes(wanted)) return wanted;
  if (usual !== null && choices.includes(usual)) return usual;
  return choices[0] ?? null;
}

export function usualRatio(model: ModelView | null): string | null {
  return model?.default_aspect_ratio ?? (model?.size_divisor != null ? "1:1" : null);
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

function makeRequest(fields: FormFields, model: ModelView): PictureRequest {
  const ratio = chosenOf(fields.ratio, ratiosOf(model), usualRatio(model));
  const size = model.size_divisor === null ? null : sizeFor(ratio ?? "1:1", model.size_divisor);
  const steps = model.steps !== null && model.steps.max > 0 ? model.steps : null;
  return {
    kind: "make",
    model: model.id,
    prompt: fields.prompt.trim(),
    negative_prompt: fields.negative.trim() === "" ? null : fields.negative.trim(),
    width: size?.width ?? null,
    height: size?.height ?? null,
    aspect_ratio: size === null ? ratio : null,
    resolution: chosenOf(fields.resolution, model.resolutions, model.default_resolution),
    quality: chosenOf(fields.quality, model.qualities, model.default_quality),
    steps: steps === null ? null : Math.min(steps.max, fields.steps ?? steps.default),
    cfg_scale: null,
    seed: fields.seed,
    style: fields.style,
    variants: fields.count,
    safe_mode: fields.safeMode,
    hide_watermark: true,
  };
}

/** The form filled from a recipe; what the recipe doesn't say stays as it was. */
export function withRecipe(fields: FormFields, recipe: PictureRequest): FormFields {
  switch (recipe.kind) {
    case "make": {
      const ratio =
        recipe.aspect_ratio ??
        (recipe.width !== null && recipe.height !== null
          ? nearestRatio(recipe.width, recipe.height, COMMON_RATIOS)
          : null);
      return {
        ...fields,
        mode: "make",
        prompt: recipe.prompt,
        negative: recipe.negative_prompt ?? "",
        model: recipe.model,
        ratio,
        resolution: recipe.resolution,
        quality: recipe.quality,
        style: recipe.style,
        seed: recipe.seed,
        seedLocked: recipe.seed !== null,
        steps: recipe.steps,
        safeMode: recipe.safe_mode,
        count: 1,
      };
    }
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
