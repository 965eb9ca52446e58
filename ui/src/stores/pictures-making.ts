/** What the form stands for when pictures are made from a prompt. */
import type { MakeRequest, ModelView, PictureRequest, StyleReferenceItem } from "@/bindings";
import type { FormFields } from "./pictures-form";
import { COMMON_RATIOS, nearestRatio, sizeFor, snapped, type Size } from "./pictures-shapes";

/** The most pictures of one request. */
export const MOST_PICTURES = 4;

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

/** The size in pixels, where the model takes one. */
export function sizeOf(fields: FormFields, model: ModelView): Size | null {
  const divisor = model.size_divisor;
  if (divisor === null) return null;
  if (fields.freeSize) {
    return { width: snapped(fields.width, divisor), height: snapped(fields.height, divisor) };
  }
  return sizeFor(chosenOf(fields.ratio, ratiosOf(model), usualRatio(model)) ?? "1:1", divisor);
}

/** The steps a model may be told, if any. */
export function stepsOf(model: ModelView | null): { readonly default: number; readonly max: number } | null {
  return model?.steps != null && model.steps.max > 0 ? model.steps : null;
}

/** Models that take ratios have no such setting. */
export function takesGuidance(model: ModelView | null): boolean {
  return model?.size_divisor != null;
}

function referencesOf(fields: FormFields, model: ModelView): StyleReferenceItem[] {
  return fields.styleReferences
    .slice(0, model.max_style_references)
    .map(({ item, strength }) => ({ item, strength: model.style_reference_strength ? strength : null }));
}

export function makeRequest(fields: FormFields, model: ModelView): { kind: "make" } & MakeRequest {
  const size = sizeOf(fields, model);
  const steps = stepsOf(model);
  return {
    kind: "make",
    model: model.id,
    prompt: fields.prompt.trim(),
    negative_prompt: fields.negative.trim() === "" ? null : fields.negative.trim(),
    width: size?.width ?? null,
    height: size?.height ?? null,
    aspect_ratio: size === null ? chosenOf(fields.ratio, ratiosOf(model), usualRatio(model)) : null,
    resolution: chosenOf(fields.resolution, model.resolutions, model.default_resolution),
    quality: chosenOf(fields.quality, model.qualities, model.default_quality),
    steps: steps === null ? null : Math.min(steps.max, fields.steps ?? steps.default),
    cfg_scale: takesGuidance(model) ? fields.guidance : null,
    seed: fields.seed,
    style: fields.style,
    variants: Math.min(MOST_PICTURES, fields.count),
    safe_mode: fields.safeMode,
    hide_watermark: !fields.watermark,
    style_references: referencesOf(fields, model),
    lora_strength: model.lora ? fields.lora : null,
    enhance_prompt: fields.enhance,
    web_search: model.web_search && fields.webSearch,
    skip_prompt_thinking: model.prompt_thinking && fields.skipThinking,
  };
}

/** Settings that most people leave as they are. */
export type Unusual = "steps" | "guidance" | "lora" | "webSearch" | "skipThinking" | "watermark" | "safeMode";

/** Those of them that a model has and that differ from the usual. */
export function unusualIn(fields: FormFields, model: ModelView | null): readonly Unusual[] {
  if (model === null) return [];
  const steps = stepsOf(model);
  const differs: Readonly<Record<Unusual, boolean>> = {
    steps: steps !== null && fields.steps !== null && Math.min(steps.max, fields.steps) !== steps.default,
    guidance: takesGuidance(model) && fields.guidance !== null,
    lora: model.lora && fields.lora !== null,
    webSearch: model.web_search && fields.webSearch,
    skipThinking: model.prompt_thinking && fields.skipThinking,
    watermark: fields.watermark,
    safeMode: !fields.safeMode,
  };
  return (Object.keys(differs) as Unusual[]).filter((key) => differs[key]);
}

type MakeRecipe = Extract<PictureRequest, { kind: "make" }>;

/** Shape and size as a recipe has them: a ratio where that gives just this size, else the size itself. */
function shapeOf(
  recipe: MakeRecipe,
  model: ModelView | null,
): Pick<FormFields, "ratio" | "freeSize"> & Partial<Size> {
  const { width, height } = recipe;
  if (width === null || height === null) return { ratio: recipe.aspect_ratio, freeSize: false };
  const ratio = recipe.aspect_ratio ?? nearestRatio(width, height, COMMON_RATIOS);
  const usual = model?.size_divisor == null ? null : sizeFor(ratio ?? "1:1", model.size_divisor);
  const exact = usual?.width === width && usual.height === height;
  return exact ? { ratio, freeSize: false } : { ratio, freeSize: true, width, height };
}

export function withMakeRecipe(fields: FormFields, recipe: MakeRecipe, model: ModelView | null): FormFields {
  return {
    ...fields,
    ...shapeOf(recipe, model),
    prompt: recipe.prompt,
    negative: recipe.negative_prompt ?? "",
    model: recipe.model,
    resolution: recipe.resolution,
    quality: recipe.quality,
    style: recipe.style,
    seed: recipe.seed,
    seedLocked: recipe.seed !== null,
    steps: recipe.steps,
    guidance: recipe.cfg_scale,
    styleReferences: recipe.style_references ?? [],
    lora: recipe.lora_strength ?? null,
    enhance: recipe.enhance_prompt ?? false,
    webSearch: recipe.web_search ?? false,
    skipThinking: recipe.skip_prompt_thinking ?? false,
    safeMode: recipe.safe_mode,
    watermark: !recipe.hide_watermark,
    count: 1,
    many: false,
  };
}
