import { tryWords } from "@/i18n/index.svelte";

/** An effort in the user's words; a model's own new word stays as it is. */
export function effortWords(effort: string): string {
  return tryWords(`chat.effort_${effort}`, {}) ?? effort;
}
