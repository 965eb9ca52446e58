/** The Film room's form as plain data: how it starts, how it is kept, and the request it stands for. */
import type {
  FileRef,
  FilmDocument,
  FilmInputRule,
  FilmMode,
  FilmModel,
  FilmRequest,
  FilmRole,
  ItemView,
  MediaKind,
} from "@/bindings";
import { KeptForm } from "./kept-form";
import { chosenOf } from "./pictures-making";

/** What is chosen for one model and may not suit another. */
export type FilmChoices = {
  readonly duration: string | null;
  readonly ratio: string | null;
  readonly resolution: string | null;
  readonly factor: number | null;
  readonly audio: boolean | null;
};

/** A document of one's own: a handle, which means nothing after the next start, or as it was kept when it was sent. */
export type DocumentFile = Exclude<FilmDocument, { address: string }>;

/** The roles that are lists of items, or one, in the form; elements and places in the film have fields of their own. */
export type FileRole = Exclude<FilmRole, "document" | "element_image" | "element_film" | "keyframe">;

export type Element = {
  readonly front: string | null;
  readonly images: readonly string[];
  readonly film: string | null;
};
export type Keyframe = { readonly item: string; readonly frame: number };

export type FilmFields = {
  readonly mode: FilmMode;
  /** The model of each mode; the first there is where none was chosen. */
  readonly models: Readonly<Partial<Record<FilmMode, string>>>;
  readonly prompt: string;
  readonly negative: string;
  readonly choices: Readonly<Record<string, FilmChoices>>;
  /** Items by what they are in the film. */
  readonly files: Readonly<Partial<Record<FileRole, readonly string[]>>>;
  /** The address of a page or a file that anybody can read; a file of one's own goes before it. */
  readonly address: string;
  readonly document: { readonly file: DocumentFile; readonly name: string } | null;
  readonly task: string;
  readonly elements: readonly Element[];
  readonly keyframes: readonly Keyframe[];
};

export const NO_FILM_CHOICES: FilmChoices = {
  duration: null,
  ratio: null,
  resolution: null,
  factor: null,
  audio: null,
};

export const EMPTY_FILM: FilmFields = {
  mode: "text",
  models: {},
  prompt: "",
  negative: "",
  choices: {},
  files: {},
  address: "",
  document: null,
  task: "auto",
  elements: [],
  keyframes: [],
};

export const FILM_MODES: readonly FilmMode[] = ["text", "image", "reference", "film", "upscale"];
export const TASKS = ["auto", "reference", "edit", "extend"] as const;
/** Places in a film are told in frames of this rate, whatever it has itself. */
export const KEYFRAME_RATE = 24;
/** Pictures of an element beside that from the front. */
export const MOST_ELEMENT_IMAGES = 3;
/** Choices of more models than this aren't remembered. */
const MOST_REMEMBERED = 40;

const FILE_ROLES: readonly FileRole[] = [
  "image",
  "end_image",
  "sound",
  "film",
  "reference_image",
  "reference_film",
  "reference_sound",
  "scene",
];

/** What kind of item a role wants. */
export function kindOf(role: FilmRole): MediaKind | null {
  switch (role) {
    case "sound":
    case "reference_sound":
      return "sound";
    case "film":
    case "reference_film":
    case "element_film":
      return "film";
    case "document":
      return null;
    default:
      return "picture";
  }
}

/** What a model takes of a role; null for nothing. */
export function ruleOf(model: FilmModel | null, role: FilmRole): FilmInputRule | null {
  return model?.inputs.find((rule) => rule.role === role && rule.most > 0) ?? null;
}

/** The roles of files that a model takes, in the order of the form. */
export function fileRolesOf(model: FilmModel | null): readonly FileRole[] {
  return FILE_ROLES.filter((role) => ruleOf(model, role) !== null);
}

export function filmChoicesOf(fields: FilmFields, model: string | null): FilmChoices {
  return (model === null ? undefined : fields.choices[model]) ?? NO_FILM_CHOICES;
}

export function withFilmChoices(fields: FilmFields, model: string, patch: Partial<FilmChoices>): FilmFields {
  const { [model]: known, ...others } = fields.choices;
  const entries = Object.entries(others).slice(1 - MOST_REMEMBERED);
  return {
    ...fields,
    choices: Object.fromEntries([...entries, [model, { ...(known ?? NO_FILM_CHOICES), ...patch }]]),
  };
}

/** The form with another model: shape, length and size go along to one that is new, as far as it has them. */
export function withFilmModel(fields: FilmFields, from: FilmModel | null, to: FilmModel): FilmFields {
  const next = { ...fields, mode: to.mode, models: { ...fields.models, [to.mode]: to.id } };
  if (fields.choices[to.id] !== undefined || from === null) return next;
  return withFilmChoices(next, to.id, filmChoicesOf(fields, from.id));
}

/** The files of an element. */
function filesOfElement({ front, images, film }: Element): readonly string[] {
  return [front, ...images, film].filter((id) => id !== null);
}

/** An element that is empty before one that isn't: Venice counts them, and the prompt calls them by number. */
function hasGap(fields: FilmFields, model: FilmModel): boolean {
  if (mostElements(model) === 0) return false;
  const filled = fields.elements.map((element) => filesOfElement(sentOf(element, model)).length > 0);
  return filled.slice(0, filled.lastIndexOf(true) + 1).includes(false);
}

function mostElements(model: FilmModel): number {
  return Math.max(ruleOf(model, "element_image")?.most ?? 0, ruleOf(model, "element_film")?.most ?? 0);
}

/** What goes along of an element: what the model takes nothing of is not shown either. */
function sentOf(element: Element, model: FilmModel): Element {
  const pictures = ruleOf(model, "element_image") !== null;
  return {
    front: pictures ? element.front : null,
    images: pictures ? element.images.slice(0, MOST_ELEMENT_IMAGES) : [],
    film: ruleOf(model, "element_film") === null ? null : element.film,
  };
}

/** What goes along of all elements, in their order. */
function sentElements(fields: FilmFields, model: FilmModel): readonly Element[] {
  return fields.elements
    .map((element) => sentOf(element, model))
    .filter((element) => filesOfElement(element).length > 0)
    .slice(0, mostElements(model));
}

/** What stands between the form and a request. */
export type FilmMissing = "model" | "prompt" | FileRole | "element" | "keyframe" | "document";

export function missingInFilm(fields: FilmFields, model: FilmModel | null): FilmMissing | null {
  if (model === null) return "model";
  for (const { role, required } of model.inputs) {
    if (!required) continue;
    if (role === "element_image" || role === "element_film") {
      if (sentElements(fields, model).length === 0) return "element";
    } else if (role === "keyframe") {
      if (fields.keyframes.length === 0) return "keyframe";
    } else if (role === "document") {
      if (fields.address.trim() === "" && fields.document === null) return "document";
    } else if ((fields.files[role] ?? []).length === 0) return role;
  }
  if (hasGap(fields, model)) return "element";
  if (model.mode !== "upscale" && fields.prompt.trim() === "") return "prompt";
  return null;
}

const asFile = (item: string): FileRef => ({ item });

function firstOf(fields: FilmFields, model: FilmModel, role: FileRole): FileRef | null {
  const [first] = allOf(fields, model, role);
  return first ?? null;
}

/** As many as the model takes. */
function allOf(fields: FilmFields, model: FilmModel, role: FileRole): FileRef[] {
  const most = ruleOf(model, role)?.most ?? 0;
  return (fields.files[role] ?? []).slice(0, most).map(asFile);
}

/** What is in the form for a role. */
export function filesOf(fields: FilmFields, role: FileRole): readonly string[] {
  return fields.files[role] ?? [];
}

/** The choice of each kind that holds for a model: the user's while the model has it, else its first. */
export function settled(fields: FilmFields, model: FilmModel): FilmChoices {
  const choices = filmChoicesOf(fields, model.id);
  const factors = model.upscale_factors.map(String);
  const factor = chosenOf(choices.factor === null ? null : String(choices.factor), factors, "2");
  return {
    duration: chosenOf(choices.duration, model.durations, null),
    ratio: chosenOf(choices.ratio, model.aspect_ratios, null),
    resolution: chosenOf(choices.resolution, model.resolutions, null),
    factor: factor === null ? null : Number(factor),
    audio: model.audio_configurable ? (choices.audio ?? true) : null,
  };
}

function elementsOf(fields: FilmFields, model: FilmModel): FilmRequest["elements"] {
  return sentElements(fields, model).map((element) => ({
    front: element.front === null ? null : asFile(element.front),
    images: element.images.map(asFile),
    film: element.film === null ? null : asFile(element.film),
  }));
}

function documentOf(fields: FilmFields, model: FilmModel): FilmRequest["document"] {
  if (ruleOf(model, "document") === null) return null;
  if (fields.document !== null) return fields.document.file;
  const address = fields.address.trim();
  return address === "" ? null : { address };
}

/** What the form asks of a model, whether or not all is there yet. Fields the model doesn't have are left out. */
export function filmRequest(fields: FilmFields, model: FilmModel): FilmRequest {
  const choices = settled(fields, model);
  const films = allOf(fields, model, "reference_film");
  return {
    model: model.id,
    prompt: model.mode === "upscale" ? "" : fields.prompt.trim(),
    negative_prompt:
      model.mode === "upscale" || fields.negative.trim() === "" ? null : fields.negative.trim(),
    duration: choices.duration,
    aspect_ratio: choices.ratio,
    resolution: model.mode === "upscale" ? null : choices.resolution,
    upscale_factor: choices.factor,
    audio: choices.audio,
    image: firstOf(fields, model, "image"),
    end_image: firstOf(fields, model, "end_image"),
    sound: firstOf(fields, model, "sound"),
    film: firstOf(fields, model, "film"),
    reference_images: allOf(fields, model, "reference_image"),
    reference_films: films,
    reference_sounds: allOf(fields, model, "reference_sound"),
    document: documentOf(fields, model),
    task: model.tasks && films.length > 0 ? fields.task : null,
    elements: elementsOf(fields, model),
    scenes: allOf(fields, model, "scene"),
    keyframes: sentKeyframes(fields, model).map(({ item, frame }) => ({ image: asFile(item), frame })),
  };
}

const once = (items: readonly string[]): readonly string[] => [...new Set(items)];

/** All items a form speaks of. */
export function itemsIn(fields: FilmFields): readonly string[] {
  return [
    ...Object.values(fields.files).flat(),
    ...fields.elements.flatMap(filesOfElement),
    ...fields.keyframes.map((keyframe) => keyframe.item),
  ];
}

/** The items that go along with a model, each with its place. */
export function placed(fields: FilmFields, model: FilmModel): readonly (readonly [FilmRole, string])[] {
  const files = fileRolesOf(model).flatMap((role) =>
    filesOf(fields, role)
      .slice(0, ruleOf(model, role)?.most ?? 0)
      .map((item) => [role, item] as const),
  );
  const elements = sentElements(fields, model).flatMap((element) => [
    ...filesOfElement({ ...element, film: null }).map((item) => ["element_image", item] as const),
    ...(element.film === null ? [] : [["element_film", element.film] as const]),
  ]);
  const keyframes = sentKeyframes(fields, model).map(({ item }) => ["keyframe", item] as const);
  return [...files, ...elements, ...keyframes];
}

function sentKeyframes(fields: FilmFields, model: FilmModel): readonly Keyframe[] {
  return fields.keyframes.slice(0, ruleOf(model, "keyframe")?.most ?? 0);
}

/** Where one more picture goes: a second behind the last, and no two in one place while there is another. */
export function nextKeyframe(list: readonly Keyframe[], last: number | undefined): number {
  const before = list.at(-1)?.frame;
  const taken = new Set(list.map(({ frame }) => frame));
  let frame = before === undefined ? 0 : Math.min(before + KEYFRAME_RATE, last ?? Infinity);
  while (frame > 0 && taken.has(frame)) frame -= 1;
  return frame;
}

/** How many files of the form a model has no place for. */
export function leftOut(fields: FilmFields, model: FilmModel): number {
  let count = 0;
  for (const role of FILE_ROLES) {
    count += Math.max(0, filesOf(fields, role).length - (ruleOf(model, role)?.most ?? 0));
  }
  const filesIn = (elements: readonly Element[]): number => elements.flatMap(filesOfElement).length;
  count += filesIn(fields.elements) - filesIn(sentElements(fields, model));
  if (fields.document !== null && ruleOf(model, "document") === null) count += 1;
  return count + fields.keyframes.length - sentKeyframes(fields, model).length;
}

/** Where an item of this kind goes in a film by this model: the first place that takes it and isn't full. */
export function placeFor(
  fields: FilmFields,
  model: FilmModel | null,
  item: Pick<ItemView, "kind">,
): FileRole | null {
  const roles = fileRolesOf(model).filter((role) => kindOf(role) === item.kind);
  const free = roles.find((role) => filesOf(fields, role).length < (ruleOf(model, role)?.most ?? 0));
  return free ?? roles[0] ?? null;
}

/** An element with one more picture of it. */
export function withElementImage(element: Element, item: string): Element {
  return { ...element, images: once([...element.images, item]) };
}

/** The form with an item in a place; where only one fits it takes the other's, else it is added while there is room. */
export function withFile(fields: FilmFields, role: FileRole, item: string, most: number): FilmFields {
  const list = filesOf(fields, role);
  if (list.includes(item)) return fields;
  const next = most <= 1 ? [item] : [...list, item].slice(0, Math.max(most, list.length));
  return { ...fields, files: { ...fields.files, [role]: next } };
}

export function withoutFile(fields: FilmFields, role: FileRole, item: string): FilmFields {
  return {
    ...fields,
    files: { ...fields.files, [role]: filesOf(fields, role).filter((other) => other !== item) },
  };
}

const itemOf = (file: FileRef | null): string | null => file?.item ?? null;
/** Each once: a list of the form knows its rows by their items. */
const itemsOf = (files: readonly FileRef[]): readonly string[] =>
  once(files.flatMap((file) => itemOf(file) ?? []));

function documentFrom(asked: FilmRequest["document"]): FilmFields["document"] {
  if (asked?.kept === undefined) return null;
  return { file: { kept: asked.kept }, name: asked.kept };
}

/** What a film was started from, where its model is no longer there to tell. */
function modeOf(request: FilmRequest): FilmMode {
  if (request.upscale_factor !== null) return "upscale";
  if (request.film !== null) return "film";
  const { reference_images, reference_films, reference_sounds, scenes, elements } = request;
  const others = [reference_images, reference_films, reference_sounds, scenes, elements];
  if (others.some((list) => list.length > 0)) return "reference";
  return request.image === null ? "text" : "image";
}

/** The form filled with what a film was asked for with. */
export function withFilmRequest(
  fields: FilmFields,
  request: FilmRequest,
  model: FilmModel | null,
): FilmFields {
  const mode = model?.mode ?? modeOf(request);
  const single = (file: FileRef | null): readonly string[] => itemsOf(file === null ? [] : [file]);
  const next: FilmFields = {
    ...fields,
    mode,
    models: { ...fields.models, [mode]: request.model },
    prompt: request.prompt,
    negative: request.negative_prompt ?? "",
    files: {
      image: single(request.image),
      end_image: single(request.end_image),
      sound: single(request.sound),
      film: single(request.film),
      reference_image: itemsOf(request.reference_images),
      reference_film: itemsOf(request.reference_films),
      reference_sound: itemsOf(request.reference_sounds),
      scene: itemsOf(request.scenes),
    },
    address: request.document?.address ?? "",
    document: documentFrom(request.document),
    task: request.task ?? "auto",
    elements: request.elements.map(({ front, images, film }) => ({
      front: itemOf(front),
      images: itemsOf(images),
      film: itemOf(film),
    })),
    keyframes: request.keyframes.flatMap(({ image, frame }) => {
      const item = itemOf(image);
      return item === null ? [] : [{ item, frame }];
    }),
  };
  return withFilmChoices(next, request.model, {
    duration: request.duration,
    ratio: request.aspect_ratio,
    resolution: request.resolution,
    factor: request.upscale_factor,
    audio: request.audio,
  });
}

/** Whether anything that was typed or chosen is no longer there. */
export function filmLost(before: FilmFields, after: FilmFields): boolean {
  const gone = (was: string, is: string): boolean => was.trim() !== "" && was !== is;
  if (gone(before.prompt, after.prompt) || gone(before.negative, after.negative)) return true;
  if (gone(before.address, after.address)) return true;
  if (before.document !== null && before.document.name !== after.document?.name) return true;
  const there = new Set(itemsIn(after));
  return itemsIn(before).some((item) => !there.has(item));
}

function documentKept(kept: KeptForm): FilmFields["document"] {
  const file = kept.record("file").text("kept");
  return file === null ? null : { file: { kept: file }, name: kept.text("name") ?? file };
}

/** Reads what was kept. Whatever doesn't fit, from an older version or a broken file, starts afresh. */
export function readFilm(json: string | null): FilmFields {
  const kept = KeptForm.read(json);
  const files = kept.record("files");
  const models = kept.record("models");
  return {
    mode: kept.one("mode", FILM_MODES) ?? "text",
    models: Object.fromEntries(
      FILM_MODES.flatMap((mode) => {
        const id = models.text(mode);
        return id === null ? [] : [[mode, id] as const];
      }),
    ),
    prompt: kept.text("prompt") ?? "",
    negative: kept.text("negative") ?? "",
    choices: Object.fromEntries(
      kept.named("choices").map(([id, entry]) => [
        id,
        {
          duration: entry.text("duration"),
          ratio: entry.text("ratio"),
          resolution: entry.text("resolution"),
          factor: entry.number("factor"),
          audio: entry.yes("audio"),
        },
      ]),
    ),
    files: Object.fromEntries(FILE_ROLES.map((role) => [role, once(files.texts(role))])),
    address: kept.text("address") ?? "",
    document: documentKept(kept.record("document")),
    task: kept.one("task", TASKS) ?? "auto",
    elements: kept.records("elements").map((entry) => ({
      front: entry.text("front"),
      images: once(entry.texts("images")),
      film: entry.text("film"),
    })),
    keyframes: kept.records("keyframes").flatMap((entry) => {
      const item = entry.text("item");
      const frame = entry.number("frame");
      return item === null || frame === null || frame < 0 ? [] : [{ item, frame: Math.round(frame) }];
    }),
  };
}
