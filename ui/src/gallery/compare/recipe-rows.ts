/** The recipes of several pictures as the rows of one table. */
import type { ItemDetails } from "@/bindings";
import { dateTime, duration, grouped } from "@/i18n/format";
import { money } from "@/i18n/money";
import { t, tryWords } from "@/i18n/index.svelte";

export type RecipeRow = {
  readonly key: string;
  readonly label: string;
  /** One for each picture; null where it has none. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
};

/** Told by rows of their own, from what is known of the item itself. */
const TOLD: readonly string[] = ["prompt", "model", "seed", "width", "height", "size", "program"];

/** What comes of the making, not of the recipe. */
const INCIDENTAL: readonly string[] = ["took", "made"];

function keyOf(name: string): string {
  return name.toLowerCase().replace(/\W+/g, "_");
}

export function recipeRows(
  list: readonly ItemDetails[],
  modelName: (id: string) => string,
): readonly RecipeRow[] {
  const rows: RecipeRow[] = [];
  const add = (key: string, label: string, values: readonly (string | null)[]): void => {
    if (values.every((value) => value === null)) return;
    // No two are made at the same moment: that they differ there says nothing.
    rows.push({ key, label, values, differs: !INCIDENTAL.includes(key) && new Set(values).size > 1 });
  };
  const each = (read: (details: ItemDetails) => string | null): readonly (string | null)[] => list.map(read);

  add(
    "prompt",
    t("library.prompt"),
    each(({ item }) => item.prompt),
  );
  add(
    "model",
    t("library.model_"),
    each(({ item }) => (item.model === null ? null : modelName(item.model))),
  );
  add(
    "seed",
    t("library.seed"),
    each(({ item }) => (item.seed === null ? null : grouped(item.seed))),
  );
  add(
    "size",
    t("library.size"),
    each(({ item }) => (item.width > 0 ? `${String(item.width)} × ${String(item.height)}` : null)),
  );
  const further = new Map<string, string>();
  for (const { recipe } of list) {
    for (const { name } of recipe) if (!TOLD.includes(keyOf(name))) further.set(keyOf(name), name);
  }
  for (const [key, name] of further) {
    add(
      key,
      tryWords(`library.recipe_${key}`, {}) ?? name,
      each(({ recipe }) => recipe.find((field) => keyOf(field.name) === key)?.value ?? null),
    );
  }
  add(
    "cost",
    t("library.cost"),
    each(({ item }) => (item.cost === null ? null : money(item.cost))),
  );
  add(
    "took",
    t("compare.took"),
    each(({ receipt }) => (receipt?.took_ms == null ? null : duration(receipt.took_ms))),
  );
  add(
    "made",
    t("library.madeAt"),
    each(({ item }) => dateTime(item.made_at)),
  );
  return rows;
}

/** Tabs between, so that it can be pasted into a table. */
export function recipesAsText(titles: readonly string[], rows: readonly RecipeRow[]): string {
  const plain = (value: string | null): string => (value ?? "").replace(/\s+/g, " ").trim();
  return [["", ...titles], ...rows.map((row) => [row.label, ...row.values])]
    .map((cells) => cells.map(plain).join("\t"))
    .join("\n");
}
