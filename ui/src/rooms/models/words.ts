/** Words for what a model is, can do and costs. */
import type {
  Capability,
  ChangeKind,
  Comparable,
  ModelEntry,
  PriceChange,
  PricePart,
  PricePer,
  PriceUnit,
  Purpose,
} from "@/bindings";
import { date, number } from "@/i18n/format";
import { plain, t, tryWords } from "@/i18n/index.svelte";
import { money } from "@/i18n/money";

export function kindWord(kind: string): string {
  return tryWords(`models.kind_${kind}`, {}) ?? kind;
}

export function privacyWord(privacy: string): string {
  return privacy === "private" || privacy === "anonymized" ? t(`models.${privacy}`) : privacy;
}

export const canWord = (capability: Capability): string => plain(`models.can_${capability}`);
export const purposeWord = (purpose: Purpose): string => plain(`models.purpose_${purpose}`);
export const unitWord = (unit: PriceUnit): string => plain(`models.per_${unit}`);
export const changeWord = (change: ChangeKind): string => plain(`models.change_${change}`);
export const eachWord = (per: PricePer): string => plain(`models.each_${per}`);

/** What a price of the list is for. */
export function partWords(line: { readonly part: PricePart; readonly detail: string | null }): string {
  const { part } = line;
  const detail = detailOf(line);
  switch (part) {
    case "enlarging":
    case "resolution":
    case "quality":
    case "more_pictures":
    case "long_read":
    case "long_written":
    case "long_cache_read":
    case "long_cache_written":
    case "length":
      return t(`models.part_${part}`, { detail });
    default:
      return plain(`models.part_${part}`);
  }
}

/** Thresholds of tokens are long numbers. */
function detailOf({ part, detail }: { readonly part: PricePart; readonly detail: string | null }): string {
  if (detail === null) return "";
  return part.startsWith("long_") && /^\d+$/.test(detail) ? number(Number(detail)) : detail;
}

/** What was assumed to make a price comparable, as a sentence. */
export function assumedWords({ assumed }: Comparable): string {
  switch (assumed.kind) {
    case "nothing":
    case "lowest":
      return plain(`models.assumed_${assumed.kind}`);
    case "tier":
      return t("models.assumed_tier", { tier: assumed.tier });
    case "tokens":
      return t("models.assumed_tokens", { tokens: assumed.tokens });
    case "characters":
      return t("models.assumed_characters", { characters: assumed.characters });
    case "length":
      return t("models.assumed_length", { seconds: assumed.seconds });
    case "film": {
      const params = { date: date(assumed.asked_at), seconds: assumed.seconds };
      return assumed.resolution === null
        ? t("models.assumed_film", params)
        : t("models.assumed_filmTier", { ...params, tier: assumed.resolution });
    }
  }
}

/** Whether the price is worked out with something assumed of what is asked, instead of being in the list as it is. */
export function isWorkedOut({ assumed }: Comparable): boolean {
  return assumed.kind !== "nothing" && assumed.kind !== "tier" && assumed.kind !== "lowest";
}

export function contextWords(model: ModelEntry): string | null {
  return model.context_tokens === null ? null : compact(model.context_tokens);
}

/** 131K, 1M. */
export function compact(count: number): string {
  return number(count, { notation: "compact", maximumFractionDigits: 1 });
}

/** When a model goes, short. */
export function leavesWords(model: ModelEntry): string | null {
  const { retirement } = model;
  if (retirement === null) return null;
  return retirement.at === null
    ? t("models.leavesUnsaid")
    : t("models.leaves", { date: date(retirement.at) });
}

/** When a model goes, and what takes its place, as sentences. */
export function leavingSentences(
  { at, replacement, by_itself }: NonNullable<ModelEntry["retirement"]>,
  nameOf: (id: string) => string,
): string {
  const goes = at === null ? t("models.leavesSome") : t("models.leavesOn", { date: date(at) });
  if (replacement === null) return `${goes} ${t("models.noReplacement")}`;
  const name = nameOf(replacement);
  return `${goes} ${by_itself ? t("models.replacedByItself", { name }) : t("models.replacedBy", { name })}`;
}

/** Why a mark stands on a model. */
export const markTexts = {
  private: "models.privateText",
  anonymized: "models.anonymizedText",
} as const;

/** What a price was and is. */
export function changedPrice({ before, after }: PriceChange): string {
  return t("models.fromTo", {
    before: before === null ? t("models.noPriceBefore") : money(before),
    after: after === null ? t("models.noPriceNow") : money(after),
  });
}

const CHANGES: readonly ChangeKind[] = ["new", "cheaper", "dearer", "repriced", "retiring", "stays", "gone"];

/** How many models are new, dearer and so on: "3 new, 2 dearer". */
export function countsOf(changes: readonly { readonly change: ChangeKind }[]): string {
  return CHANGES.flatMap((kind) => {
    const count = changes.filter((change) => change.change === kind).length;
    return count === 0 ? [] : [t(`models.count_${kind}`, { count })];
  }).join(" · ");
}
