/** Files that were refused, by the reason: thousands of them are read as a few groups. */
import type { AppError, Refusal } from "@/bindings";
import { explain } from "@/errors/table";
import { t, tryWords } from "@/i18n/index.svelte";

export type RefusalLine =
  | {
      readonly kind: "reason";
      readonly key: string;
      readonly reason: string;
      readonly advice: string | null;
      readonly count: number;
    }
  | { readonly kind: "file"; readonly key: string; readonly name: string; readonly folder: string | null };

/** The reason without the file's name, so that it holds for all that were refused for it. */
function reasonOf(error: AppError): string {
  const nameless = { ...error, params: { ...error.params, name: t("transfer.aFile") } };
  return tryWords(`transfer.reason_${error.code}`, {}) ?? explain(nameless).what;
}

function pathOf({ name, folder }: Refusal): string {
  return folder === null || folder === "" ? name : `${folder}/${name}`;
}

/** The most frequent reason first; within it in the order they were met. `sought` narrows by name, folder or reason. */
export function refusalLines(refused: readonly Refusal[], sought = ""): readonly RefusalLine[] {
  const words = sought.trim().toLowerCase();
  const groups = new Map<string, Refusal[]>();
  for (const refusal of refused) {
    const reason = reasonOf(refusal.error);
    if (words !== "" && !`${pathOf(refusal)} ${reason}`.toLowerCase().includes(words)) continue;
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, [refusal]);
    else group.push(refusal);
  }
  return [...groups]
    .sort(([, one], [, other]) => other.length - one.length)
    .flatMap(([reason, list]) => [
      {
        kind: "reason" as const,
        key: `reason/${reason}`,
        reason,
        advice: list[0] === undefined ? null : explain(list[0].error).advice,
        count: list.length,
      },
      ...list.map((refusal, index) => ({
        kind: "file" as const,
        key: `${reason}/${String(index)}`,
        name: refusal.name,
        folder: refusal.folder === "" ? null : refusal.folder,
      })),
    ]);
}

/** All of them as lines of text, to be kept or sent to someone. */
export function refusalsAsText(refused: readonly Refusal[]): string {
  return refused
    .map((refusal) => t("transfer.refusalLine", { path: pathOf(refusal), reason: reasonOf(refusal.error) }))
    .join("\n");
}
