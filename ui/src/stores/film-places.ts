/** The places of the Film room's form that a file can be put into, each by its name. */
import type { FilmModel, FilmRole } from "@/bindings";
import {
  filesOf,
  MOST_ELEMENT_IMAGES,
  nextKeyframe,
  ruleOf,
  withElementImage,
  withFile,
  type Element,
  type FileRole,
  type FilmFields,
} from "./film-form";

export type ElementPart = "front" | "images" | "film";
/** A list of the form, a time in the film, or a part of an element, counted from 0. */
export type FilmPlace = FileRole | "keyframe" | `element:${number}:${ElementPart}`;

/** Which element it is, and which part of it; null for any other place. */
export function elementOf(place: FilmPlace): { readonly at: number; readonly part: ElementPart } | null {
  const [, at, part] = /^element:(\d+):(front|images|film)$/.exec(place) ?? [];
  return at === undefined || part === undefined ? null : { at: Number(at), part: part as ElementPart };
}

/** What a file is in the film there. */
export function roleOf(place: FilmPlace): FilmRole {
  const element = elementOf(place);
  if (element !== null) return element.part === "film" ? "element_film" : "element_image";
  return place as FileRole | "keyframe";
}

/** The form with an item in a place; null where there is no room. `last`: the last frame of the film, where that is known. */
export function withPlaced(
  fields: FilmFields,
  model: FilmModel | null,
  place: FilmPlace,
  item: string,
  last?: number,
): FilmFields | null {
  const element = elementOf(place);
  if (element !== null) return withElement(fields, element.at, element.part, item);
  if (place === "keyframe") {
    const list = fields.keyframes;
    if (list.length >= (ruleOf(model, "keyframe")?.most ?? 0)) return null;
    return { ...fields, keyframes: [...list, { item, frame: nextKeyframe(list, last) }] };
  }
  const role = place as FileRole;
  const next = withFile(fields, role, item, ruleOf(model, role)?.most ?? 1);
  return filesOf(next, role).includes(item) ? next : null;
}

function withElement(fields: FilmFields, at: number, part: ElementPart, item: string): FilmFields | null {
  const before = fields.elements[at];
  if (before === undefined) return null;
  const next: Element = part === "images" ? withElementImage(before, item) : { ...before, [part]: item };
  if (next.images.length > Math.max(MOST_ELEMENT_IMAGES, before.images.length)) return null;
  return { ...fields, elements: fields.elements.with(at, next) };
}
