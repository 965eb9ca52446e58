/** What the chosen model says of other fields: its voices, formats, ratios, durations. */
import type { JsonValue } from "@/console-contract";
import { consoleRoom } from "@/stores/console.svelte";
import type { Draft } from "@/stores/console-draft.svelte";
import { isObject } from "@/stores/console-shape";
import type { Path } from "@/stores/console-values";

/** Where `model_spec` tells what a field may be. */
const PLACES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  voice: [["voices"]],
  response_format: [["supported_formats"]],
  aspect_ratio: [
    ["constraints", "aspect_ratios"],
    ["constraints", "aspectRatios"],
  ],
  resolution: [["constraints", "resolutions"]],
  quality: [["constraints", "qualities"]],
  duration: [["constraints", "durations"]],
  reasoning_effort: [["capabilities", "reasoningEffortOptions"]],
};

function textsAt(spec: JsonValue, place: readonly string[]): readonly string[] {
  const found = place.reduce<JsonValue | undefined>(
    (at, name) => (isObject(at) ? at[name] : undefined),
    spec,
  );
  if (!Array.isArray(found)) return [];
  return found.flatMap((entry) => {
    if (typeof entry === "string") return [entry];
    return isObject(entry) && typeof entry["id"] === "string" ? [entry["id"]] : [];
  });
}

export function suggestionsFor(draft: Draft, path: Path): readonly string[] {
  const places = path.length === 1 ? PLACES[String(path[0])] : undefined;
  const id = draft.at(["model"]) ?? draft.at(["modelId"]);
  if (places === undefined || typeof id !== "string") return [];
  const spec = consoleRoom.models.find(id.split(":")[0] ?? id)?.spec ?? consoleRoom.models.find(id)?.spec;
  return spec === undefined ? [] : places.flatMap((place) => textsAt(spec, place));
}
