/** A transcript that is open: its text, what is done to it, and keeping it. */
import type { AppError, JobView, PieceView, Transcript, TranscriptSummary } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { TranscriptClock } from "./transcript-clock";
import { History } from "./transcript-history";
import {
  addSpeaker,
  assign,
  dropSpeaker,
  indexOf,
  joinToPrevious,
  lineText,
  NO_TEXT,
  remove,
  renameSpeaker,
  setWords,
  spanOf,
  split,
  whole,
  wordCount,
  type Text,
} from "./transcript-lines";
import { merge, settle, type Conflict } from "./transcript-merge";
import { aligned, type Word } from "./transcript-words";

/** It is kept so long after the last change, in milliseconds, */
const KEEP = 900;
/** and at the latest so long after the first. */
const KEEP_AT_LAST = 5000;
/** One that failed is tried again by itself after so long, in milliseconds; then after twice as long, and so on, */
const AGAIN = 8000;
/** but no later than this. */
const AGAIN_AT_LAST = 120_000;
/** How often a save that was overtaken is tried with what has come in between. */
const TRIES = 4;
/** The answer to a save that is based on an older text. */
export const OVERTAKEN = "transcript_changed";

/** kept: all of it is on disk. changed: it will be in a moment. failed: it could not be; the text is here only. */
export type Keeping = "kept" | "changed" | "saving" | "failed";

export class TranscriptEditor {
  readonly id: string;
  summary = $state.raw<TranscriptSummary | null>(null);
  pieces = $state.raw<readonly PieceView[]>([]);
  hasWordTimes = $state(false);
  text = $state.raw<Text>(NO_TEXT);
  keeping = $state<Keeping>("kept");
  /** Why it could not be read or kept. */
  problem = $state.raw<AppError | null>(null);
  /** Lines that were changed elsewhere too; until that is decided mine are shown, and nothing is kept. */
  conflicts = $state.raw<readonly Conflict[]>([]);
  canUndo = $state(false);
  canRedo = $state(false);
  /** The line whose text is being typed. */
  typing = $state<number | null>(null);

  /** Which word is heard when. */
  readonly clock: TranscriptClock = $derived.by(() => new TranscriptClock(this.text.lines));
  readonly words: number = $derived.by(() => wordCount(this.text));
  readonly unkept: boolean = $derived.by(() => this.keeping !== "kept" || this.conflicts.length > 0);

  /** As it is kept, by the revision. */
  #base: Text = NO_TEXT;
  #revision = 0;
  readonly #history: History;
  /** The words of the line before it was typed into. */
  #typed: { readonly line: number; readonly words: readonly Word[]; readonly span: [number, number] } | null =
    null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #since: number | null = null;
  #again = AGAIN;
  #saving: Promise<void> | null = null;
  #reading: Promise<void> | null = null;
  #readAgain = false;

  constructor(id: string, history: History = new History()) {
    this.id = id;
    this.#history = history;
  }

  /** Reads it; what was edited here and isn't kept yet is brought together with it. */
  read(): Promise<void> {
    if (this.#reading !== null) {
      this.#readAgain = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
      if (!this.#readAgain) return;
      this.#readAgain = false;
      void this.read();
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    for (;;) {
      while (this.#saving !== null) await this.#saving;
      const answer = await platform.commands.getTranscript(this.id);
      // What is on its way there would look like somebody else's, also when it went off while this was read.
      if (this.#saving !== null) continue;
      this.#takeAnswer(answer);
      return;
    }
  }

  #takeAnswer(answer: Result<Transcript>): boolean {
    if (answer.status === "error") {
      this.problem = answer.error;
      return false;
    }
    if (this.problem !== null && this.keeping !== "failed") this.problem = null;
    this.#take(answer.data);
    return true;
  }

  /** Takes in how it is kept now, as another answer has told it. */
  take(transcript: Transcript): void {
    if (this.#saving === null) this.#take(transcript);
    else void this.read();
  }

  #take(transcript: Transcript): void {
    this.summary = transcript.summary;
    this.pieces = transcript.pieces;
    this.hasWordTimes = transcript.has_word_times;
    if (transcript.revision <= this.#revision && this.#base !== NO_TEXT) return;
    const { text: theirs } = transcript;
    const { text, conflicts } = merge(this.#base, this.text, theirs);
    this.#base = theirs;
    this.#revision = transcript.revision;
    // What has come meanwhile is no part of what is being typed: taking that back must not take it away.
    this.#history.close();
    this.text = text;
    const known = new Set(conflicts.map((pair) => pair.mine.id));
    this.conflicts = [...this.conflicts.filter((pair) => !known.has(pair.mine.id)), ...conflicts];
  }

  /** A job of one of its pieces took a step. */
  takeJobs(jobs: readonly JobView[]): void {
    const byId = new Map(jobs.map((job) => [job.id, job]));
    if (!this.pieces.some((piece) => piece.job !== null && byId.has(piece.job.id))) return;
    this.pieces = this.pieces.map((piece) => {
      const job = piece.job === null ? undefined : byId.get(piece.job.id);
      return job === undefined ? piece : { ...piece, job };
    });
  }

  // What is done to it.

  /** Somebody begins to type into a line. */
  begin(line: number): void {
    if (this.#typed?.line === line) return;
    this.end();
    const index = indexOf(this.text, line);
    const words = this.text.lines[index]?.words;
    if (words === undefined) return;
    this.typing = line;
    this.#typed = { line, words, span: spanOf(this.text, index) };
  }

  /** What stands in the line now. Times come from what stood there before it was typed into. */
  type(line: number, text: string): void {
    this.begin(line);
    const typed = this.#typed;
    if (typed === null) return;
    const next = setWords(this.text, indexOf(this.text, line), aligned(typed.words, text, typed.span));
    this.#do(next, `type ${line}`);
  }

  /** Typing has ended; a line that is left empty goes. */
  end(): void {
    const line = this.#typed?.line;
    this.#typed = null;
    this.typing = null;
    if (line === undefined) return;
    const index = indexOf(this.text, line);
    if (this.text.lines[index]?.words.length === 0) this.#do(remove(this.text, index), `type ${line}`);
    this.#history.close();
  }

  /** Cuts a line in two; answers the second. */
  split(line: number, offset: number): number | null {
    this.#typed = null;
    const index = indexOf(this.text, line);
    if (index < 0) return null;
    this.#do(split(this.text, index, offset));
    return this.text.lines[index + 1]?.id ?? null;
  }

  /** Joins a line to the one before; answers that one and where in its text they meet. */
  join(line: number): { readonly line: number; readonly offset: number } | null {
    const index = indexOf(this.text, line);
    const before = this.text.lines[index - 1];
    if (before === undefined) return null;
    this.#typed = null;
    const rest = this.text.lines[index];
    this.#do(joinToPrevious(this.text, index));
    const joined = this.text.lines[index - 1];
    const length = joined === undefined ? 0 : lineText(joined).length;
    return { line: before.id, offset: length - (rest === undefined ? 0 : lineText(rest).length) };
  }

  remove(line: number): void {
    if (this.#typed?.line === line) this.#typed = null;
    if (this.typing === line) this.typing = null;
    this.#do(remove(this.text, indexOf(this.text, line)));
  }

  assign(line: number, speaker: number | null, onwards: boolean): void {
    this.#do(assign(this.text, indexOf(this.text, line), speaker, onwards));
  }

  /** Somebody new speaks in a line. */
  assignNew(line: number, name: string, onwards: boolean): number {
    const added = addSpeaker(this.text, name);
    this.#do(assign(added.text, indexOf(added.text, line), added.id, onwards));
    return added.id;
  }

  renameSpeaker(id: number, name: string): void {
    if (name.trim() !== "") this.#do(renameSpeaker(this.text, id, name.trim()));
  }

  /** Two are one, or nobody is known to have spoken. */
  dropSpeaker(id: number, into: number | null): void {
    this.#do(dropSpeaker(this.text, id, into));
  }

  /** Puts another text in place of this one, in one step. */
  replace(text: Text): void {
    this.#do(text);
  }

  undo(): boolean {
    return this.#step(this.#history.undo(this.text));
  }
  redo(): boolean {
    return this.#step(this.#history.redo(this.text));
  }

  #step(text: Text | null): boolean {
    this.#told();
    if (text === null) return false;
    this.#typed = null;
    this.#put(text);
    return true;
  }

  #do(next: Text, key: string | null = null): void {
    if (next === this.text) return;
    const before = this.text;
    // Another change of the same line begins with what it left.
    if (key === null) this.#typed = null;
    this.#history.add(before, next, key);
    this.#put(next);
    this.#told();
  }

  #told(): void {
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
  }

  #put(text: Text): void {
    this.text = text;
    this.keeping = "changed";
    this.#keepSoon();
  }

  // Keeping it.

  #keepSoon(): void {
    const now = performance.now();
    this.#since ??= now;
    clearTimeout(this.#timer);
    const wait = Math.min(KEEP, Math.max(0, this.#since + KEEP_AT_LAST - now));
    this.#timer = setTimeout(() => void this.save(), wait);
  }

  /** Keeps what isn't kept yet. */
  async save(): Promise<AppError | null> {
    clearTimeout(this.#timer);
    while (this.#saving !== null) await this.#saving;
    if (this.keeping === "kept" || this.conflicts.length > 0) return null;
    this.#saving = this.#save().finally(() => (this.#saving = null));
    await this.#saving;
    return this.keeping === "failed" ? this.problem : null;
  }

  async #save(): Promise<void> {
    this.#since = null;
    for (let left = TRIES; left > 0; left -= 1) {
      const { text } = this;
      this.keeping = "saving";
      const answer = await platform.commands.saveTranscript(this.id, this.#revision, whole(text));
      if (answer.status === "ok") {
        this.#base = text;
        this.#revision = answer.data;
        this.problem = null;
        this.#again = AGAIN;
        // What was typed meanwhile follows.
        this.keeping = this.text === text ? "kept" : "changed";
        return;
      }
      this.problem = answer.error;
      if (answer.error.code !== OVERTAKEN) break;
      if (!this.#takeAnswer(await platform.commands.getTranscript(this.id))) break;
      if (this.conflicts.length > 0) {
        this.keeping = "changed";
        return;
      }
    }
    this.keeping = "failed";
    // One that is gone for good can't be kept any more.
    if (this.problem?.code === "not_found") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), this.#again);
    this.#again = Math.min(AGAIN_AT_LAST, this.#again * 2);
  }

  /** What becomes of lines that were changed elsewhere too. */
  async decide(how: "mine" | "theirs" | "both"): Promise<void> {
    const { conflicts } = this;
    this.conflicts = [];
    this.problem = null;
    if (how !== "mine") {
      const before = this.text;
      const next = settle(before, conflicts, how);
      this.#history.add(before, next);
      this.#told();
      this.text = next;
    }
    this.keeping = "changed";
    await this.save();
  }

  /** Before it is left: all is kept, and where a question stands open both answers are. */
  async leave(): Promise<boolean> {
    this.end();
    if (this.conflicts.length > 0) await this.decide("both");
    else await this.save();
    return !this.unkept;
  }
}
