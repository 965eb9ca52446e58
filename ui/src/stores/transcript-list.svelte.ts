import type { AppError, TranscriptSummary } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { failed, undos, type Outcome } from "./undo.svelte";

const PAGE = 60;
/** A pause in typing after which it is searched, in milliseconds. */
const PAUSE = 200;

/** The transcripts there are, the last changed first; or those with some words, or those in the trash. */
export class TranscriptList {
  rows = $state.raw<readonly TranscriptSummary[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  sought = $state("");
  trashed = $state(false);
  hasMore = $state(false);

  #next: string | null = null;
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | null = null;

  /** Reads the first page and follows all changes from then on. */
  async start(): Promise<void> {
    this.#stop ??= events.on("transcripts", () => void this.load());
    await this.load();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    clearTimeout(this.#timer);
    this.#run += 1;
  }

  search(words: string): void {
    this.sought = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(true), PAUSE);
  }

  async show(trashed: boolean): Promise<void> {
    this.trashed = trashed;
    // Rows of the other list would be put back, or away, though they are there already.
    this.rows = [];
    this.#next = null;
    this.loaded = false;
    await this.load(true);
  }

  /** Reads as many as are shown; of another list the first page. */
  async load(fromStart = false): Promise<void> {
    const run = ++this.#run;
    const wanted = fromStart ? PAGE : Math.max(PAGE, this.rows.length);
    const rows: TranscriptSummary[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.#page(cursor);
      if (run !== this.#run) return;
      if (page === null) {
        this.loaded = true;
        return;
      }
      rows.push(...page.transcripts);
      cursor = page.next;
    } while (cursor !== null && rows.length < wanted);
    this.#put(rows, cursor);
    this.loaded = true;
  }

  async more(): Promise<void> {
    const cursor = this.#next;
    if (cursor === null) return;
    this.#next = null;
    const run = this.#run;
    const page = await this.#page(cursor);
    if (run !== this.#run) return;
    if (page === null) this.#next = cursor;
    else this.#put([...this.rows, ...page.transcripts], page.next);
  }

  /** Takes in what another answer told of one. */
  take(summary: TranscriptSummary): void {
    const known = this.rows.some((row) => row.id === summary.id);
    if (known) this.rows = this.rows.map((row) => (row.id === summary.id ? summary : row));
    else if (!this.trashed && this.sought.trim() === "") this.rows = [summary, ...this.rows];
  }

  async trash(ids: readonly string[], trashed: boolean): Promise<Outcome> {
    const problem = await this.#trash(ids, trashed);
    if (problem !== null) return failed(problem);
    return { problem: null, undo: undos.keep(() => this.#trash(ids, !trashed)) };
  }

  async rename(id: string, title: string): Promise<AppError | null> {
    const answer = await platform.commands.renameTranscript(id, title.trim());
    if (answer.status === "error") return answer.error;
    this.take(answer.data);
    return null;
  }

  async #trash(ids: readonly string[], trashed: boolean): Promise<AppError | null> {
    const answer = await platform.commands.trashTranscripts([...ids], trashed);
    if (answer.status === "error") return answer.error;
    await this.load();
    return null;
  }

  #put(rows: readonly TranscriptSummary[], next: string | null): void {
    this.rows = rows;
    this.#next = next;
    this.hasMore = next !== null;
    this.problem = null;
  }

  async #page(cursor: string | null) {
    const sought = this.sought.trim() || null;
    const answer = await platform.commands.listTranscripts(sought, null, this.trashed, cursor, PAGE);
    if (answer.status === "ok") return answer.data;
    this.problem = answer.error;
    return null;
  }
}
