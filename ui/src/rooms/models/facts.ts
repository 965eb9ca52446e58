/** What else the list tells of a model, for its details and side by side. */
import type { ModelEntry } from "@/bindings";
import { number } from "@/i18n/format";
import { t } from "@/i18n/index.svelte";

type ModelFact = {
  readonly label: string;
  readonly value: string;
  /** In the letters of the text, instead of those of numbers. */
  readonly words: boolean;
};

/** Only what is told. */
export function factsOf(model: ModelEntry): ModelFact[] {
  const tokens = (count: number | null): string | null =>
    count === null ? null : t("models.tokens", { tokens: number(count) });
  const list = (values: readonly string[]): string | null => (values.length === 0 ? null : values.join(", "));
  const facts: readonly (readonly [string, string | null, boolean])[] = [
    [t("models.context"), tokens(model.context_tokens), true],
    [t("models.mostWritten"), tokens(model.most_written), true],
    [
      t("models.promptLimit"),
      model.prompt_limit === null ? null : t("models.characters", { characters: number(model.prompt_limit) }),
      true,
    ],
    [t("models.resolutions"), list(model.resolutions), false],
    [t("models.ratios"), list(model.aspect_ratios), false],
    [t("models.durations"), list(model.durations), false],
    [t("models.voices"), model.voices === 0 ? null : number(model.voices), false],
    [t("models.formats"), list(model.formats), false],
    [t("models.weights"), model.quantization, false],
    [t("models.dimensions"), model.dimensions === null ? null : number(model.dimensions), false],
    [t("models.regions"), list(model.regions), false],
    [t("models.traits"), list(model.traits), false],
  ];
  return facts.flatMap(([label, value, words]) => (value === null ? [] : [{ label, value, words }]));
}
