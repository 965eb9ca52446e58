/** The words of the Console, and of the operations it offers: too many to be read before someone wants them. */
import { console as consoleEn } from "./en/console";
import { operations as operationsEn } from "./en/operations";
import { learn } from "./index.svelte";
import { console as consoleZh } from "./zh-CN/console";
import { operations as operationsZh } from "./zh-CN/operations";

learn({
  en: { console: consoleEn, operations: operationsEn },
  "zh-CN": { console: consoleZh, operations: operationsZh },
});

/** The operations there are words for. */
export const operationIds: readonly string[] = Object.keys(operationsEn)
  .filter((key) => key.endsWith("_about"))
  .map((key) => key.slice(0, -"_about".length));

/** An operation's title and line in every language, to be found by. */
export function operationWords(id: string): readonly string[] {
  return [operationsEn, operationsZh].flatMap((words: Record<string, string>) =>
    [words[id], words[`${id}_about`]].filter((text) => text !== undefined),
  );
}
