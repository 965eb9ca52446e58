import type { AppError, Money, PieceView, TranscriptFormat, TranscriptSummary } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { EMPTY_SETTINGS } from "./chat-settings";
import { keepDraft } from "./chat-drafts";
import { closing } from "./closing.svelte";
import { events } from "./events";
import { mayHaveBeenCharged } from "./jobs.svelte";
import { notices } from "./notices.svelte";
import { overBudget } from "./over-budget.svelte";
import { TranscriptEditor } from "./transcript-editor.svelte";
import { TranscriptList } from "./transcript-list.svelte";
import { TranscriptSearch } from "./transcript-search.svelte";
import type { Outcome } from "./undo.svelte";

/** The transcript that is open, and looking for words in it. */
type Opened = { readonly editor: TranscriptEditor; readonly search: TranscriptSearch };

/** The transcripts: their list, and the one that is open. */
export class Transcripts {
  readonly list = new TranscriptList();
  #open = $state.raw<Opened | null>(null);
  readonly editor: TranscriptEditor | null = $derived.by(() => this.#open?.editor ?? null);
  readonly search: TranscriptSearch | null = $derived.by(() => this.#open?.search ?? null);

  /** Those with changes that could not be kept: nothing of them is lost while the window is open. */
  readonly #held = new Map<string, Opened>();
  #stops: (() => void)[] = [];

  async start(): Promise<void> {
    if (this.#stops.length === 0) {
      this.#stops = [
        events.on("transcripts", (batch) => {
          const { editor } = this;
          if (editor !== null && batch.some((event) => event.ids.includes(editor.id))) void editor.read();
        }),
        events.on("job", (batch) => this.editor?.takeJobs(batch.map((event) => event.job))),
      ];
      closing.guardWith(() => this.unkept());
    }
    await Promise.all([this.list.start(), this.editor?.read()]);
  }

  /** Keeps what isn't kept yet; the open one stays open. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.list.stop();
    await this.#leave();
  }

  /** Opens one. */
  async show(id: string): Promise<void> {
    if (this.editor?.id === id) return;
    void this.#leave();
    for (const [kept, { editor }] of this.#held) if (!editor.unkept) this.#held.delete(kept);
    const held = this.#held.get(id);
    const editor = held?.editor ?? new TranscriptEditor(id);
    this.#open = held ?? { editor, search: new TranscriptSearch(editor) };
    await editor.read();
  }

  close(): void {
    void this.#leave();
    this.#open = null;
  }

  async #leave(): Promise<void> {
    const left = this.#open;
    if (left === null) return;
    if (left.editor.unkept || left.editor.typing !== null) this.#held.set(left.editor.id, left);
    if (await left.editor.leave()) this.#held.delete(left.editor.id);
    // Where it was edited nobody looks any more.
    else if (left.editor.problem !== null) notices.error(left.editor.problem);
  }

  /** The name of one with changes that can't be kept; null when all is kept. */
  async unkept(): Promise<string | null> {
    await this.editor?.leave();
    if (this.#open?.editor.unkept === true) this.#held.set(this.#open.editor.id, this.#open);
    for (const { editor } of this.#held.values()) {
      if (await editor.leave()) this.#held.delete(editor.id);
      else return editor.summary?.title ?? "";
    }
    return null;
  }

  async trash(id: string, trashed: boolean): Promise<Outcome> {
    if (this.editor?.id === id) this.close();
    return this.list.trash([id], trashed);
  }

  async rename(id: string, title: string): Promise<AppError | null> {
    const problem = await this.list.rename(id, title);
    if (problem === null && this.editor?.id === id) await this.editor.read();
    return problem;
  }

  /** Sends missing pieces again: one, or all. For no more than was shown; where no price was, for no more than before. */
  async retry(
    piece: number | null,
    model: string | null,
    evenIfCharged: boolean,
    most: Money | null,
  ): Promise<AppError | null> {
    const { editor } = this;
    if (editor === null) return null;
    const answer = await overBudget.asking((agreed) =>
      platform.commands.retryPieces(editor.id, piece, model, evenIfCharged, most, agreed),
    );
    if (answer.status === "error") return answer.error;
    editor.take(answer.data);
    this.list.take(answer.data.summary);
    return null;
  }

  async cancel(): Promise<AppError | null> {
    const { editor } = this;
    if (editor === null) return null;
    const answer = await platform.commands.cancelTranscription(editor.id);
    if (answer.status === "error") return answer.error;
    editor.take(answer.data);
    this.list.take(answer.data.summary);
    return null;
  }

  /** Asks where to and writes it there, as it is now; null when the dialog was closed. */
  async export(format: TranscriptFormat): Promise<Result<string | null>> {
    const { editor } = this;
    if (editor === null) return { status: "ok", data: null };
    const problem = await editor.save();
    if (problem !== null) return { status: "error", error: problem };
    return platform.commands.exportTranscript(editor.id, format);
  }

  /** Its words, for the clipboard. */
  async words(format: TranscriptFormat): Promise<Result<string>> {
    const { editor } = this;
    if (editor === null) return { status: "ok", data: "" };
    const problem = await editor.save();
    if (problem !== null) return { status: "error", error: problem };
    return platform.commands.transcriptWords(editor.id, format);
  }

  /** A new conversation with it and the words that ask something of it, not sent. Answers the conversation. */
  async toChat(said: string): Promise<Result<string>> {
    const { editor } = this;
    const unkept = (await editor?.save()) ?? null;
    if (unkept !== null) return { status: "error", error: unkept };
    const begun = await platform.commands.createConversation(EMPTY_SETTINGS, null);
    if (begun.status === "error") return begun;
    const { id } = begun.data.row;
    const attached = await platform.commands.attachTranscript(id, editor?.id ?? "");
    if (attached.status === "error") {
      // Nobody wants the empty one.
      await platform.commands.changeConversations([id], { trashed: true });
      await platform.commands.deleteConversations([id]);
      return attached;
    }
    const problem = await keepDraft(id, { text: said, attachments: [attached.data], edit: null });
    return problem === null ? { status: "ok", data: id } : { status: "error", error: problem };
  }
}

/** Where work on it is still to come by itself. */
export function isUnderWay(summary: TranscriptSummary): boolean {
  return summary.state === "preparing" || summary.state === "listening";
}

/** How a piece stands, in a word. */
export type PieceState = "done" | "waiting" | "working" | "failed" | "unknown";

export function pieceState({ done, job }: PieceView): PieceState {
  if (done) return "done";
  switch (job?.state) {
    // It had one: what became of it was known to a database that is gone.
    case undefined:
      return "unknown";
    case "planned":
      return "waiting";
    case "sent":
    case "accepted":
    case "ready":
    case "saved":
      return job?.error == null ? "working" : "failed";
    case "unknown":
      return "unknown";
    case "failed":
    case "cancelled":
      return "failed";
  }
}

/** Whether sending these again may cost a second time. */
export function mayCostTwice(pieces: readonly PieceView[]): boolean {
  return pieces.some(({ done, job }) => !done && (job === null || mayHaveBeenCharged(job)));
}

export const transcripts = new Transcripts();
