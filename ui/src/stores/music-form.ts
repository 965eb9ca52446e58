/** The Music room's form as plain data: how it starts, how it is kept, and the request it stands for. */
import type { LengthRule, MusicModel, MusicRequest, MusicUse } from "@/bindings";
import { KeptForm } from "./kept-form";
import { boundsOf, within } from "./speech-form";

/** What is chosen for one model; null where it decides. */
export type MusicChoices = {
  readonly seconds: number | null;
  readonly voice: string | null;
  readonly language: string | null;
  readonly speed: number | null;
};

/** Where the words come from that are sung. */
export type LyricsFrom = "own" | "made_up" | "none";

export type MusicFields = {
  readonly use: MusicUse;
  /** The model of each use; the first there is where none was chosen. */
  readonly models: Readonly<Partial<Record<MusicUse, string>>>;
  readonly prompt: string;
  readonly lyrics: string;
  readonly lyricsFrom: LyricsFrom;
  readonly instrumental: boolean;
  readonly looped: boolean;
  readonly choices: Readonly<Record<string, MusicChoices>>;
};

export const NO_MUSIC_CHOICES: MusicChoices = { seconds: null, voice: null, language: null, speed: null };

export const EMPTY_MUSIC: MusicFields = {
  use: "music",
  models: {},
  prompt: "",
  lyrics: "",
  lyricsFrom: "none",
  instrumental: false,
  looped: false,
  choices: {},
};

export const MUSIC_USES: readonly MusicUse[] = ["music", "sounds", "speech"];
const LYRICS_FROM: readonly LyricsFrom[] = ["own", "made_up", "none"];
/** Choices of more models than this aren't remembered. */
const MOST_REMEMBERED = 40;

export function musicChoicesOf(fields: MusicFields, model: string | null): MusicChoices {
  return (model === null ? undefined : fields.choices[model]) ?? NO_MUSIC_CHOICES;
}

export function withMusicChoices(
  fields: MusicFields,
  model: string,
  patch: Partial<MusicChoices>,
): MusicFields {
  const { [model]: known, ...others } = fields.choices;
  const entries = Object.entries(others).slice(1 - MOST_REMEMBERED);
  return {
    ...fields,
    choices: Object.fromEntries([...entries, [model, { ...(known ?? NO_MUSIC_CHOICES), ...patch }]]),
  };
}

export function withMusicModel(fields: MusicFields, to: MusicModel): MusicFields {
  return { ...fields, use: to.makes, models: { ...fields.models, [to.makes]: to.id } };
}

/** A length within what the model makes. */
export function secondsOf(choices: MusicChoices, rule: LengthRule): number {
  return within(choices.seconds ?? rule.usual, { min: rule.least, max: rule.most });
}

/** Where the words may come from with this model; empty where it sings none that are given. */
export function lyricsChoices(model: MusicModel | null, instrumental: boolean): readonly LyricsFrom[] {
  const rule = model?.lyrics ?? null;
  if (model === null || rule === null || (model.instrumental && instrumental)) return [];
  return LYRICS_FROM.filter(
    (from) => from === "own" || (from === "made_up" ? rule.optimizer : !rule.required),
  );
}

/** Where they do come from: the user's wish while the model allows it. */
export function lyricsFrom(fields: MusicFields, model: MusicModel | null): LyricsFrom {
  const choices = lyricsChoices(model, fields.instrumental);
  if (choices.length === 0) return "none";
  if (choices.includes(fields.lyricsFrom)) return fields.lyricsFrom;
  // Words that are there are meant to be sung.
  if (fields.lyrics.trim() !== "" || !choices.includes("made_up")) return "own";
  return "made_up";
}

export type MusicMissing = "model" | "prompt" | "promptShort" | "lyrics";

export function missingInMusic(fields: MusicFields, model: MusicModel | null): MusicMissing | null {
  if (model === null) return "model";
  const length = [...fields.prompt.trim()].length;
  if (length === 0) return "prompt";
  if (length < model.prompt_least) return "promptShort";
  return lyricsFrom(fields, model) === "own" && fields.lyrics.trim() === "" ? "lyrics" : null;
}

/** What is longer than the model takes, if anything. */
export function tooLongInMusic(fields: MusicFields, model: MusicModel | null): "prompt" | "lyrics" | null {
  if (model === null) return null;
  const over = (text: string, limit: number | null): boolean => limit !== null && [...text].length > limit;
  if (over(fields.prompt, model.prompt_limit)) return "prompt";
  const sung = lyricsFrom(fields, model) === "own";
  return sung && over(fields.lyrics, model.lyrics?.limit ?? null) ? "lyrics" : null;
}

/** What the form asks of a model. Fields it doesn't have are left out. */
export function musicRequest(fields: MusicFields, model: MusicModel): MusicRequest {
  const choices = musicChoicesOf(fields, model.id);
  const from = lyricsFrom(fields, model);
  const speeds = boundsOf(model.speed, "speed");
  const lyrics = fields.lyrics.trim();
  return {
    model: model.id,
    prompt: fields.prompt.trim(),
    lyrics: from === "own" && lyrics !== "" ? lyrics : null,
    lyrics_optimizer: from === "made_up",
    duration_seconds: model.length === null ? null : secondsOf(choices, model.length),
    instrumental: model.instrumental && fields.instrumental,
    looped: model.loops && fields.looped,
    voice: voiceOf(choices, model),
    language: model.takes_language ? choices.language : null,
    speed: speeds === null || choices.speed === null ? null : within(choices.speed, speeds),
  };
}

/** The chosen voice while the model has it, else its own. */
export function voiceOf(choices: MusicChoices, model: MusicModel): string | null {
  if (choices.voice !== null && model.voices.includes(choices.voice)) return choices.voice;
  return model.voices.length === 0 ? null : (model.default_voice ?? model.voices[0] ?? null);
}

/** The form filled with what was asked for. */
export function withMusicRequest(
  fields: MusicFields,
  request: MusicRequest,
  model: MusicModel | null,
): MusicFields {
  const use = model?.makes ?? fields.use;
  const next: MusicFields = {
    ...fields,
    use,
    models: { ...fields.models, [use]: request.model },
    prompt: request.prompt,
    lyrics: request.lyrics ?? "",
    lyricsFrom: request.lyrics_optimizer ? "made_up" : request.lyrics === null ? "none" : "own",
    instrumental: request.instrumental,
    looped: request.looped,
  };
  return withMusicChoices(next, request.model, {
    seconds: request.duration_seconds,
    voice: request.voice,
    language: request.language,
    speed: request.speed,
  });
}

/** Whether anything that was typed is no longer there. */
export function musicLost(before: MusicFields, after: MusicFields): boolean {
  const gone = (was: string, is: string): boolean => was.trim() !== "" && was !== is;
  return gone(before.prompt, after.prompt) || gone(before.lyrics, after.lyrics);
}

/** Reads what was kept. Whatever doesn't fit, from an older version or a broken file, starts afresh. */
export function readMusic(json: string | null): MusicFields {
  const kept = KeptForm.read(json);
  const models = kept.record("models");
  return {
    use: kept.one("use", MUSIC_USES) ?? "music",
    models: Object.fromEntries(
      MUSIC_USES.flatMap((use) => {
        const id = models.text(use);
        return id === null ? [] : [[use, id] as const];
      }),
    ),
    prompt: kept.text("prompt") ?? "",
    lyrics: kept.text("lyrics") ?? "",
    lyricsFrom: kept.one("lyricsFrom", LYRICS_FROM) ?? "none",
    instrumental: kept.yes("instrumental") ?? false,
    looped: kept.yes("looped") ?? false,
    choices: Object.fromEntries(
      kept.named("choices").map(([id, entry]) => [
        id,
        {
          seconds: entry.number("seconds"),
          voice: entry.text("voice"),
          language: entry.text("language"),
          speed: entry.number("speed"),
        },
      ]),
    ),
  };
}
