/** Words for voices, languages and lengths. */
import type { CloneView, SpeechModel } from "@/bindings";
import { date, duration, number } from "@/i18n/format";
import { language, t } from "@/i18n/index.svelte";
import { endingOf } from "@/stores/clones.svelte";

const names = new Map<string, Intl.DisplayNames>();

/** A language as the reader calls it: `en-GB` as British English. What is no tag stays as it is. */
export function languageName(tag: string): string {
  const shown = language();
  const known = names.get(shown) ?? new Intl.DisplayNames(shown, { type: "language" });
  names.set(shown, known);
  try {
    const name = known.of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(shown) + name.slice(1);
  } catch {
    return tag;
  }
}

export function genderName(gender: string): string {
  if (gender === "female") return t("speech.female");
  return gender === "male" ? t("speech.male") : gender;
}

/** What is told of a voice beside its name. */
export function aboutVoice(voice: SpeechModel["voices"][number], withLanguage = true): string {
  return [
    withLanguage && voice.language !== null ? languageName(voice.language) : null,
    voice.gender === null ? null : genderName(voice.gender),
  ]
    .filter((part) => part !== null)
    .join(", ");
}

export function endingWords(clone: CloneView, now: number): string {
  const ending = endingOf(clone, now);
  switch (ending.kind) {
    case "kept":
      return t("speech.forGood");
    case "ended":
      return t("speech.ended");
    case "days":
      return t("speech.endsDays", { count: ending.count });
    case "hours":
      return t("speech.endsHours", { count: ending.count });
    case "minutes":
      return t("speech.endsMinutes", { count: ending.count });
  }
}

export function usedWords(clone: CloneView): string {
  return clone.used_at === null ? t("speech.neverUsed") : t("speech.usedOn", { date: date(clone.used_at) });
}

/** What a model wants of a sample. */
export function needsWords(model: SpeechModel | null): string {
  const cloning = model?.cloning ?? null;
  const least = cloning?.least_seconds ?? null;
  const good = cloning?.good_seconds ?? null;
  if (least === null || least <= 0) return t("speech.cloneNeedsAny");
  if (good === null || good <= least) return t("speech.cloneNeedsLeast", { least: duration(least * 1000) });
  return t("speech.cloneNeeds", { least: duration(least * 1000), good: duration(good * 1000) });
}

export function keptWords(model: SpeechModel | null): string {
  const cloning = model?.cloning ?? null;
  if (cloning === null) return "";
  if (cloning.kept_days === null) return t("speech.cloneForGood");
  return t(cloning.renewed_by_use ? "speech.cloneKeptByUse" : "speech.cloneKept", {
    count: cloning.kept_days,
  });
}

export function factor(value: number): string {
  return t("speech.speedIs", { speed: number(value, { maximumFractionDigits: 2 }) });
}
