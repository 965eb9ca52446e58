/** Conversations under the days they were touched last. */
import type { ConversationRow } from "@/bindings";
import { dateFormat } from "@/i18n/intl";
import { language, t } from "@/i18n/index.svelte";

export type Line =
  { kind: "heading"; id: string; text: string } | { kind: "row"; id: string; row: ConversationRow };

const DAY = 86_400_000;

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

function headingOf(row: ConversationRow, today: Date): { id: string; text: string } {
  if (row.pinned && row.trashed_at === null) return { id: "pinned", text: t("chat.pinned") };
  const at = new Date(row.trashed_at ?? row.touched_at);
  const days = Math.round((startOfDay(today) - startOfDay(at)) / DAY);
  if (days <= 0) return { id: "today", text: t("chat.today") };
  if (days === 1) return { id: "yesterday", text: t("chat.yesterday") };
  if (days < 7) return { id: "week", text: t("chat.lastWeek") };
  const sameYear = at.getFullYear() === today.getFullYear();
  const words = dateFormat(language(), {
    month: "long",
    ...(sameYear ? {} : { year: "numeric" as const }),
  }).format(at);
  return {
    id: `${at.getFullYear()}-${at.getMonth()}`,
    text: words.charAt(0).toLocaleUpperCase(language()) + words.slice(1),
  };
}

/** The lines of the list: a heading where another day or month begins. */
export function linesOf(rows: readonly ConversationRow[], today: Date): Line[] {
  const lines: Line[] = [];
  let before: string | null = null;
  for (const row of rows) {
    const { id, text } = headingOf(row, today);
    if (id !== before) lines.push({ kind: "heading", id: `heading-${id}`, text });
    before = id;
    lines.push({ kind: "row", id: row.id, row });
  }
  return lines;
}

/** When a conversation was touched last, as short as its age allows: `now`, 12:04, `Yesterday`, 18 Nov. */
export function touched(iso: string, now: Date): string {
  const at = new Date(iso);
  if (now.getTime() - at.getTime() < 60_000) return t("chat.now");
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY);
  const tag = language();
  if (days <= 0) return dateFormat(tag, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  if (days === 1) return t("chat.yesterday");
  const sameYear = at.getFullYear() === now.getFullYear();
  return dateFormat(tag, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" as const }),
  }).format(at);
}
