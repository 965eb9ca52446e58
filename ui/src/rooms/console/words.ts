/** The words of operations, fields and of what is wrong with them. */
import "@/i18n/console";
import type { Problem } from "@/stores/console-check";
import type { Alternative, Shape } from "@/stores/console-shape";
import { number } from "@/i18n/format";
import { plain, t, tryWords, type PlainKey } from "@/i18n/index.svelte";

export function titleOf(operation: string): string {
  return tryWords(`operations.${operation}`, {}) ?? operation;
}

export function aboutOf(operation: string): string {
  return tryWords(`operations.${operation}_about`, {}) ?? "";
}

export function groupOf(group: string): string {
  return tryWords(`operations.group_${group}`, {}) ?? group;
}

const kinds: Record<Shape["is"], PlainKey> = {
  object: "console.kindObject",
  list: "console.kindList",
  map: "console.kindMap",
  choice: "console.kindAny",
  options: "console.kindText",
  fixed: "console.kindText",
  text: "console.kindText",
  number: "console.kindNumber",
  flag: "console.kindFlag",
  any: "console.kindAny",
};

export function alternativeName(alternative: Alternative): string {
  return alternative.name ?? plain(kinds[alternative.is]);
}

export function problemWords(problem: Problem): string {
  const limit =
    problem.what === "kind" && Object.hasOwn(kinds, problem.limit)
      ? plain(kinds[problem.limit as Shape["is"]])
      : /^-?\d+$/.test(problem.limit)
        ? number(Number(problem.limit))
        : problem.limit;
  return tryWords(`console.problem_${problem.what}`, { limit }) ?? problem.what;
}

/** The field a problem is about, as the API writes it: `messages[0].content`. */
export function fieldOf(problem: Problem): string {
  const steps = problem.at.split("/").slice(1);
  const name = steps.map((step, index) => {
    const plainStep = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return /^\d+$/.test(plainStep) ? `[${plainStep}]` : index === 0 ? plainStep : `.${plainStep}`;
  });
  return name.join("") || t("console.request");
}
