/** Which models are shown, and in which order. */
import type { Capability, ModelEntry, ModelMarks, PriceUnit } from "@/bindings";
import { compareAmounts } from "./sums";

type ModelShow = "all" | "favourites" | "defaults" | "retiring";

export type ModelFilter = {
  readonly show: ModelShow;
  readonly text: string;
  /** As Venice names kinds: `text`, `image` … */
  readonly kind: string | null;
  readonly privacy: string | null;
  /** All of these. */
  readonly can: readonly Capability[];
  /** At most so many US dollars for this unit; decimal text, or empty for any that is known. */
  readonly price: { readonly unit: PriceUnit; readonly most: string } | null;
  readonly beta: "any" | "without" | "only";
  readonly uncensored: boolean;
  /** At least so many tokens are read. */
  readonly context: number | null;
};

export const ALL_MODELS: ModelFilter = {
  show: "all",
  text: "",
  kind: null,
  privacy: null,
  can: [],
  price: null,
  beta: "any",
  uncensored: false,
  context: null,
};

export type ModelSort = "venice" | "name" | "kind" | "price" | "context" | "added";
export type ModelOrder = { readonly by: ModelSort; readonly down: boolean };

/** Kinds in the order of the rooms. */
export const MODEL_KINDS = [
  "text",
  "image",
  "inpaint",
  "upscale",
  "video",
  "music",
  "tts",
  "asr",
  "embedding",
] as const;

const UNITS: readonly PriceUnit[] = ["picture", "thousand_words", "minute", "piece"];

/** How many filters are set beside the words and what is shown. */
export function filtersSet(filter: ModelFilter): number {
  return [
    filter.kind !== null,
    filter.privacy !== null,
    filter.can.length > 0,
    filter.price !== null,
    filter.beta !== "any",
    filter.uncensored,
    filter.context !== null,
  ].filter(Boolean).length;
}

export function isNarrowed(filter: ModelFilter): boolean {
  return filtersSet(filter) > 0 || filter.show !== "all" || filter.text.trim() !== "";
}

/** Whether a filter lets a model through. */
export function passes(model: ModelEntry, filter: ModelFilter, marks: ModelMarks): boolean {
  const words = filter.text.toLowerCase().split(/\s+/);
  const found = `${model.name} ${model.id} ${model.traits.join(" ")}`.toLowerCase();
  return (
    words.every((word) => found.includes(word)) &&
    isShown(model, filter.show, marks) &&
    (filter.kind === null || model.kind === filter.kind) &&
    (filter.privacy === null || model.privacy === filter.privacy) &&
    filter.can.every((capability) => model.capabilities.includes(capability)) &&
    isWithin(model, filter.price) &&
    (filter.beta === "any" || model.beta === (filter.beta === "only")) &&
    (!filter.uncensored || model.uncensored) &&
    (filter.context === null || (model.context_tokens ?? 0) >= filter.context)
  );
}

function isShown(model: ModelEntry, show: ModelShow, marks: ModelMarks): boolean {
  if (show === "favourites") return marks.favourites.includes(model.id);
  if (show === "defaults") return marks.defaults.some((entry) => entry.model === model.id);
  return show === "all" || model.retirement !== null;
}

/** A price that isn't known is within no bounds. */
function isWithin(model: ModelEntry, price: ModelFilter["price"]): boolean {
  if (price === null) return true;
  if (model.price?.unit !== price.unit) return false;
  if (price.most === "") return true;
  const { amount, currency } = model.price.amount;
  return currency === "usd" && compareAmounts(amount, price.most) <= 0;
}

/** By name as people sort names; what is equal keeps Venice's order. */
export function ordered(models: readonly ModelEntry[], order: ModelOrder, language: string): ModelEntry[] {
  const names = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const by = comparison(order.by, names);
  return by === null ? [...models] : models.toSorted((one, other) => by(one, other, order.down ? -1 : 1));
}

/** `turn` is -1 for the other way round; what isn't known comes last either way. */
type Comparison = (one: ModelEntry, other: ModelEntry, turn: 1 | -1) => number;

function comparison(by: ModelSort, names: Intl.Collator): Comparison | null {
  switch (by) {
    case "venice":
      return null;
    case "name":
      return (one, other, turn) => turn * names.compare(one.name, other.name);
    case "kind":
      return (one, other, turn) =>
        turn * (kindRank(one.kind) - kindRank(other.kind)) || names.compare(one.name, other.name);
    case "price":
      return byPrice;
    case "context":
      return (one, other, turn) =>
        lastly(one.context_tokens, other.context_tokens, (left, right) => turn * (left - right));
    case "added":
      return (one, other, turn) =>
        lastly(one.added_at, other.added_at, (left, right) => turn * (Date.parse(left) - Date.parse(right)));
  }
}

function kindRank(kind: string): number {
  const rank = (MODEL_KINDS as readonly string[]).indexOf(kind);
  return rank < 0 ? MODEL_KINDS.length : rank;
}

/** Units and currencies stand apart: a picture isn't dearer than a minute. */
function byPrice(one: ModelEntry, other: ModelEntry, turn: 1 | -1): number {
  return lastly(one.price, other.price, (left, right) => {
    const unit = UNITS.indexOf(left.unit) - UNITS.indexOf(right.unit);
    if (unit !== 0) return unit;
    if (left.amount.currency !== right.amount.currency) return left.amount.currency === "usd" ? -1 : 1;
    return turn * compareAmounts(left.amount.amount, right.amount.amount);
  });
}

function lastly<V>(one: V | null, other: V | null, compare: (one: V, other: V) => number): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compare(one, other);
}
