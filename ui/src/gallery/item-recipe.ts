/** An item's recipe as lines. */
import type { ItemDetails, RecipeField } from "@/bindings";

/** Fields of the recipe that have a line of their own already. */
const TOLD: readonly string[] = ["prompt", "model", "seed", "width", "height", "size", "program"];

export function furtherFields(details: ItemDetails): readonly (RecipeField & { readonly key: string })[] {
  return details.recipe
    .map((field) => ({ ...field, key: field.name.toLowerCase().replace(/\W+/g, "_") }))
    .filter((field) => !TOLD.includes(field.key));
}

/** All of it, to be kept elsewhere: the prompt first, then a line for each field, by their English names. */
export function recipeText(details: ItemDetails): string {
  const { item } = details;
  const lines = new Map<string, string>();
  if (item.model !== null) lines.set("model", item.model);
  if (item.width > 0) lines.set("size", `${item.width}x${item.height}`);
  if (item.seed !== null) lines.set("seed", String(item.seed));
  for (const field of details.recipe) if (field.name !== "prompt") lines.set(field.name, field.value);
  const fields = [...lines].map(([name, value]) => `${name}: ${value}`);
  return [...(item.prompt === null ? [] : [item.prompt, ""]), ...fields].join("\n");
}

/** An id or a hash that is too long to be read anyway. */
export function short(id: string): string {
  return id.length > 18 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id;
}
