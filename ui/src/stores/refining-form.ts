/** What an edit is told beside its prompt: where it may change the picture, what it draws on, and how good it is to be. */
import type { EditRequest, ModelView } from "@/bindings";

/** A kept mask and the item it was painted on: for another one it means nothing. */
export type KeptMask = { readonly id: string; readonly item: string };

export type RefiningFields = {
  mask: KeptMask | null;
  /** Items, in the order they are sent. More than the model takes stay here and aren't sent. */
  references: readonly string[];
  editQuality: string | null;
};

export const EMPTY_REFINING: RefiningFields = { mask: null, references: [], editQuality: null };
/** No model takes more; a broken file can't fill the form. */
const MOST_REFERENCES = 24;

export function readRefining(value: Readonly<Record<string, unknown>>): RefiningFields {
  const { mask, references, editQuality } = value;
  const found =
    typeof mask === "object" && mask !== null && "id" in mask && "item" in mask
      ? { id: mask.id, item: mask.item }
      : null;
  return {
    mask:
      found !== null && typeof found.id === "string" && typeof found.item === "string"
        ? { id: found.id, item: found.item }
        : null,
    references: Array.isArray(references)
      ? references.filter((id): id is string => typeof id === "string").slice(0, MOST_REFERENCES)
      : [],
    editQuality: typeof editQuality === "string" ? editQuality : null,
  };
}

/** The mask, where it was painted on this source. */
export function maskFor(fields: RefiningFields, source: string | null): KeptMask | null {
  return fields.mask !== null && fields.mask.item === source ? fields.mask : null;
}

/** How many references the model takes beside the source and its mask. */
export function referencesTaken(model: ModelView | null, masked: boolean): number {
  return Math.max(0, (model?.max_input_images ?? 1) - 1 - (masked ? 1 : 0));
}

/** Whether the model takes a mask, which goes as a picture of its own. */
export function takesMask(model: ModelView | null): boolean {
  return (model?.max_input_images ?? 1) > 1;
}

export function qualityOf(fields: RefiningFields, model: ModelView): string | null {
  const { qualities } = model;
  const usual = model.default_quality ?? qualities[0] ?? null;
  return fields.editQuality !== null && qualities.includes(fields.editQuality) ? fields.editQuality : usual;
}

/** The part of a request that stands for these fields. */
export function refiningOf(
  fields: RefiningFields,
  model: ModelView,
  source: string,
): Pick<EditRequest, "mask" | "references" | "quality"> {
  const mask = maskFor(fields, source)?.id ?? null;
  return {
    mask,
    references: fields.references.slice(0, referencesTaken(model, mask !== null)),
    quality: qualityOf(fields, model),
  };
}

export function refiningOfRecipe(recipe: EditRequest): RefiningFields {
  return {
    mask: recipe.mask == null ? null : { id: recipe.mask, item: recipe.item },
    references: recipe.references ?? [],
    editQuality: recipe.quality ?? null,
  };
}

/** The list with further items at its end, each once. */
export function withReferences(list: readonly string[], added: readonly string[]): readonly string[] {
  return [...new Set([...list, ...added])].slice(0, MOST_REFERENCES);
}

/** The list with one item a place further on or back. */
export function movedReference(list: readonly string[], id: string, by: 1 | -1): readonly string[] {
  const from = list.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= list.length) return list;
  const moved = list.filter((other) => other !== id);
  moved.splice(to, 0, id);
  return moved;
}
