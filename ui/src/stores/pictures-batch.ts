/** Many pictures of one wish: what the form asks for, how many that comes to, and where a batch stands. */
import type { JobView, ModelView, PictureBatch } from "@/bindings";
import { isRunning, mayHaveBeenCharged } from "./jobs.svelte";
import { MOST_IN_BATCH, type FormFields } from "./pictures-form";
import { makeRequest, MOST_PICTURES } from "./pictures-making";
import { wildcardsOf } from "./pictures-wildcards";

/** The models that are compared: those that are there and answer, and the chosen one when there is none. */
export function comparedModels(
  fields: FormFields,
  chosen: ModelView,
  known: readonly ModelView[],
): readonly ModelView[] {
  const found = fields.compareModels.flatMap((id) => known.find((model) => model.id === id) ?? []);
  const able = found.filter((model) => !model.offline);
  return able.length > 0 ? able : [chosen];
}

/** The batch that a form asks for; null where one request will do. */
export function batchOf(
  fields: FormFields,
  model: ModelView | null,
  known: readonly ModelView[],
): PictureBatch | null {
  if (fields.mode !== "make" || model === null || fields.prompt.trim() === "") return null;
  const { kind: _, ...request } = makeRequest(fields, model);
  if (!fields.many) {
    // More than one request takes; and words to choose from are read anew for each picture.
    if (fields.count <= MOST_PICTURES && wildcardsOf(fields.prompt).count < 2) return null;
    return {
      request,
      models: [],
      styles: [],
      wording: "by_chance",
      each: fields.count,
      seeds_in_a_row: fields.seedLocked,
    };
  }
  const models = comparedModels(fields, model, known).map((entry) => entry.id);
  return {
    request,
    models: models.length === 1 && models[0] === model.id ? [] : [...models],
    styles: [...fields.compareStyles],
    wording: fields.wording,
    each: fields.each,
    seeds_in_a_row: fields.seedsInARow,
  };
}

export type Reckoning = {
  readonly models: number;
  readonly styles: number;
  /** How many wordings each picture is made in; 1 where chance decides. */
  readonly wordings: number;
  readonly each: number;
  readonly pictures: number;
  readonly tooMany: boolean;
};

/** How many pictures a batch comes to. */
export function reckon(batch: PictureBatch): Reckoning {
  const models = Math.max(1, batch.models.length);
  const styles = Math.max(1, batch.styles.length);
  const wordings = batch.wording === "each" ? wildcardsOf(batch.request.prompt).count : 1;
  const pictures = models * styles * wordings * batch.each;
  return { models, styles, wordings, each: batch.each, pictures, tooMany: pictures > MOST_IN_BATCH };
}

/** Where the jobs of a batch stand. */
export type Standing = {
  readonly wanted: number;
  readonly made: number;
  readonly running: readonly JobView[];
  /** What came to nothing and was surely not charged. */
  readonly failed: readonly JobView[];
  /** What may have been charged: each is the user's to decide on. */
  readonly unclear: readonly JobView[];
};

export function standing(batch: readonly JobView[]): Standing {
  const ended = batch.filter((job) => !isRunning(job) && job.state !== "saved");
  return {
    wanted: batch.reduce((sum, job) => sum + job.wanted, 0),
    made: batch.reduce((sum, job) => sum + job.items.length, 0),
    running: batch.filter(isRunning),
    failed: ended.filter((job) => !mayHaveBeenCharged(job)),
    unclear: ended.filter(mayHaveBeenCharged),
  };
}

/**
 * About how long a batch will still take, in milliseconds, or null when nobody knows: by its own pace once some of it is
 * done, before that by how long such work usually takes.
 */
export function timeLeft(batch: readonly JobView[], now: number): number | null {
  const running = batch.filter(isRunning);
  if (running.length === 0) return null;
  const done = batch.filter((job) => job.state === "saved" && job.finished_at !== null);
  const begun = batch.flatMap((job) => (job.sent_at === null ? [] : [Date.parse(job.sent_at)]));
  if (done.length > 1) {
    // What was tried again later doesn't slow the others down.
    const ends = done.map((job) => Date.parse(job.finished_at ?? ""));
    const pace = (Math.max(...ends) - Math.min(...begun)) / done.length;
    const since = Math.max(0, now - Math.max(...ends));
    if (pace > 0) return Math.max(1000, pace * running.length - since);
  }
  const sent = running.filter((job) => job.sent_at !== null);
  const lasts = running.map((job) => job.expected_ms);
  if (lasts.some((time) => time === null)) return null;
  const rests = running.reduce((sum, job) => {
    const gone = job.sent_at === null ? 0 : now - Date.parse(job.sent_at);
    return sum + Math.max(0, (job.expected_ms ?? 0) - gone);
  }, 0);
  return Math.max(1000, rests / Math.max(1, sent.length));
}
