/** Finding voices: filters, groups, and choosing many at once. */
import type { SpeechModel, VoiceView } from "@/bindings";
import type { VoicePick } from "./speech-form";

export type VoiceFilter = {
  readonly text: string;
  readonly favourites: boolean;
  readonly language: string | null;
  readonly gender: string | null;
};

export const EVERY_VOICE: VoiceFilter = { text: "", favourites: false, language: null, gender: null };

/** A voice and the model it belongs to. */
export type Heard = { readonly model: SpeechModel; readonly voice: VoiceView };

export type VoiceGroup = {
  readonly key: string;
  readonly kind: "clones" | "language" | "unknown";
  /** The language's tag; null for cloned voices and those that don't tell it. */
  readonly language: string | null;
  readonly voices: readonly Heard[];
};

export function voicesOf(models: readonly SpeechModel[]): readonly Heard[] {
  return models.flatMap((model) => model.voices.map((voice) => ({ model, voice })));
}

/** The languages of these voices: what there is to filter by. */
export function languagesOf(voices: readonly Heard[]): readonly string[] {
  return distinct(voices.map(({ voice }) => voice.language));
}

export function gendersOf(voices: readonly Heard[]): readonly string[] {
  return distinct(voices.map(({ voice }) => voice.gender));
}

function distinct(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== null))].sort();
}

/** `languageName` says a language as the reader calls it, so that it can be found by that name. */
export function filterVoices(
  voices: readonly Heard[],
  filter: VoiceFilter,
  languageName: (tag: string) => string = (tag) => tag,
): readonly Heard[] {
  const words = filter.text.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return voices.filter(({ model, voice }) => {
    if (filter.favourites && !voice.favourite) return false;
    if (filter.language !== null && voice.language !== filter.language) return false;
    if (filter.gender !== null && voice.gender !== filter.gender) return false;
    if (words.length === 0) return true;
    const said = [
      voice.name,
      voice.id,
      model.name,
      voice.language === null ? "" : languageName(voice.language),
    ]
      .join(" ")
      .toLocaleLowerCase();
    return words.every((word) => said.includes(word));
  });
}

function inOrder(one: Heard, other: Heard): number {
  if (one.voice.favourite !== other.voice.favourite) return one.voice.favourite ? -1 : 1;
  return one.voice.name.localeCompare(other.voice.name) || one.model.name.localeCompare(other.model.name);
}

/** Cloned voices first, then by language in the order of `languageName`, those that don't tell it last. */
export function groupVoices(
  voices: readonly Heard[],
  languageName: (tag: string) => string = (tag) => tag,
): readonly VoiceGroup[] {
  const groups = new Map<string, Heard[]>();
  for (const heard of voices) {
    const key = heard.voice.clone === null ? (heard.voice.language ?? "unknown") : "clones";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [heard]);
    else group.push(heard);
  }
  const rank = ({ kind }: VoiceGroup): number => ({ clones: 0, language: 1, unknown: 2 })[kind];
  return [...groups]
    .map(([key, list]): VoiceGroup => {
      const kind = key === "clones" || key === "unknown" ? key : "language";
      return { key, kind, language: kind === "language" ? key : null, voices: list.sort(inOrder) };
    })
    .sort(
      (one, other) => rank(one) - rank(other) || languageName(one.key).localeCompare(languageName(other.key)),
    );
}

export function isPicked(picks: readonly VoicePick[], { model, voice }: Heard): boolean {
  return picks.some((pick) => pick.model === model.id && pick.voice === voice.id);
}

/** These chosen too, or no longer. */
export function pickVoices(
  picks: readonly VoicePick[],
  voices: readonly Heard[],
  picked: boolean,
): readonly VoicePick[] {
  const keyOf = (pick: VoicePick): string => `${pick.model}\n${pick.voice}`;
  const changed = new Map(
    voices.map(({ model, voice }): [string, VoicePick] => {
      const pick = { model: model.id, voice: voice.id };
      return [keyOf(pick), pick];
    }),
  );
  const others = picks.filter((pick) => !changed.has(keyOf(pick)));
  return picked ? [...others, ...changed.values()] : others;
}
