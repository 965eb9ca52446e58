/** What can be done with conversations and messages. Each says how it went. */
import type { AppError, ConversationFormat, ConversationRow, MessageView } from "@/bindings";
import { complain } from "@/gallery/item-actions";
import { t } from "@/i18n/index.svelte";
import { toPlainText } from "@/markdown/plain";
import { withoutReferences } from "@/markdown/references";
import { chat } from "@/stores/chat.svelte";
import { notices } from "@/stores/notices.svelte";
import { places, view } from "./view.svelte";

export const titleOf = (row: ConversationRow | null): string =>
  row === null || row.title === "" ? t("chat.untitled") : row.title;

export function focusComposer(): void {
  setTimeout(() => places.composer?.focus());
}

export function begin(): void {
  chat.begin();
  view.list = false;
  focusComposer();
}

export async function show(id: string, message: string | null = null, words = ""): Promise<void> {
  view.list = false;
  await chat.show(id, message, words);
  if (message === null) focusComposer();
}

/** After the open one is gone from its shelf, the next is shown. */
async function leaveGone(ids: readonly string[]): Promise<void> {
  if (chat.open.id === null || !ids.includes(chat.open.id)) return;
  const next = chat.list.rows.find((row) => !ids.includes(row.id));
  if (next && chat.list.shelf.kind !== "trashed") await chat.show(next.id);
  else chat.begin();
}

export async function trash(ids: readonly string[]): Promise<void> {
  // An answer that is being written is stopped first, and what has come of it goes along.
  const problem = await chat.list.change(ids, { trashed: true });
  if (problem !== null) {
    complain(problem);
    return;
  }
  await leaveGone(ids);
  notices.info(t("chat.trashed", { count: ids.length }), {
    label: t("common.undo"),
    run: () => void restore(ids, true),
  });
}

export async function restore(ids: readonly string[], andShow = false): Promise<void> {
  complain(await chat.list.change(ids, { trashed: false }));
  const [first] = ids;
  if (andShow && first !== undefined) await chat.show(first);
}

export async function archive(ids: readonly string[], archived: boolean): Promise<void> {
  const problem = await chat.list.change(ids, { archived });
  if (problem !== null) {
    complain(problem);
    return;
  }
  if (!archived) return;
  notices.info(t("chat.archived", { count: ids.length }), {
    label: t("common.undo"),
    run: () => void chat.list.change(ids, { archived: false }).then(complain),
  });
}

export async function pin(row: ConversationRow): Promise<void> {
  complain(await chat.list.change([row.id], { pinned: !row.pinned }));
}

export async function move(ids: readonly string[], folder: string | null): Promise<void> {
  complain(await chat.list.change(ids, { folder: folder ?? "" }));
}

/** The name of a conversation was written, or left as it is (null). */
export function settleName(row: { readonly id: string; readonly title: string }, title: string | null): void {
  view.naming = null;
  if (title !== null && title !== row.title)
    void chat.list.change([row.id], { title }).then((problem) => complain(problem));
}

export async function exportThese(ids: readonly string[], format: ConversationFormat): Promise<void> {
  const answer = await chat.export(ids, format);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) notices.success(t("chat.exported", { name: answer.data }));
}

export async function importSome(): Promise<void> {
  const answer = await chat.import();
  if ("code" in answer) {
    complain(answer);
    return;
  }
  for (const refused of answer.refused) complain(refused);
  const count = answer.conversations.length;
  if (count > 0) notices.success(t("chat.imported", { count }));
}

export async function copyMessage(message: MessageView, asMarkdown = true): Promise<void> {
  const sources = message.citations.length;
  const text = asMarkdown ? withoutReferences(message.text, sources) : toPlainText(message.text, sources);
  try {
    await navigator.clipboard.writeText(text);
    notices.success(t("chat.copied"));
  } catch {
    notices.info(t("chat.notCopied"));
  }
}

export async function stop(): Promise<void> {
  complain(await chat.open.stopWriting());
}

export async function walk(message: string, by: -1 | 1): Promise<void> {
  complain(await chat.open.step(message, by));
}

/** Takes up an earlier message to say it anew. */
export function edit(message: MessageView): void {
  chat.composer.edit(message);
  focusComposer();
}

/** The last message of one's own, for whoever wants to say it better. */
export function editLast(): boolean {
  const step = chat.open.path.findLast((one) => one.role === "user");
  const message = step && chat.open.message(step.id);
  if (!message) return false;
  edit(message);
  return true;
}

export function told(problem: AppError | null): void {
  complain(problem);
}
