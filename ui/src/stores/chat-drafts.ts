/** What was typed into a conversation and not sent. It is kept with the conversation. */
import type { AppError, AttachmentView } from "@/bindings";
import { platform } from "@/platform/platform";

export type Words = { readonly text: string; readonly attachments: readonly AttachmentView[] };
/** An earlier message that is being said anew: below which message, and how. */
export type Edit = Words & { readonly parent: string | null };
/** `edit` is what is in the field where there is one; the words beside it wait below. */
export type Draft = Words & { readonly edit: Edit | null };

export const NO_WORDS: Words = { text: "", attachments: [] };

export function readDraft(kept: unknown): Draft {
  if (typeof kept !== "object" || kept === null) return { ...NO_WORDS, edit: null };
  const { edit } = kept as { edit?: unknown };
  if (typeof edit !== "object" || edit === null) return { ...readWords(kept), edit: null };
  const { parent } = edit as { parent?: unknown };
  return {
    ...readWords(kept),
    edit: { ...readWords(edit), parent: typeof parent === "string" ? parent : null },
  };
}

function readWords(kept: object): Words {
  const { text, attachments } = kept as Partial<Words>;
  return {
    text: typeof text === "string" ? text : "",
    attachments: Array.isArray(attachments) ? attachments : [],
  };
}

/** Writes a draft down. JSON null would leave what is kept as it is: an empty one forgets it. */
export async function keepDraft(conversation: string, draft: Draft): Promise<AppError | null> {
  const { text, attachments, edit } = draft;
  const answer = await platform.commands.changeConversations([conversation], {
    draft: {
      text,
      attachments: [...attachments],
      ...(edit === null ? {} : { edit: { ...edit, attachments: [...edit.attachments] } }),
    },
  });
  return answer.status === "error" ? answer.error : null;
}

/** Changes the draft of a conversation that isn't open. */
export async function changeDraft(
  conversation: string,
  change: (draft: Draft) => Draft,
): Promise<AppError | null> {
  const answer = await platform.commands.getConversation(conversation);
  if (answer.status === "error") return answer.error;
  return keepDraft(conversation, change(readDraft(answer.data.draft)));
}

/** What is left of words once these were sent: what was typed after them, and what was attached since. */
export function withoutSent(now: Words, sent: Words): Words {
  const gone = new Set(sent.attachments.map((one) => one.id));
  return {
    text: now.text.startsWith(sent.text) ? now.text.slice(sent.text.length).trimStart() : now.text,
    attachments: now.attachments.filter((one) => !gone.has(one.id)),
  };
}
