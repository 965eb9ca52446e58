import type { AppError, LibraryCheck, LibraryMoved } from "@/bindings";
import { platform } from "@/platform/platform";
import { app } from "./app.svelte";
import { events } from "./events";
import { kept } from "./kept.svelte";

export type FolderWork = {
  readonly kind: "check" | "move";
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  readonly files: number;
  /** When its first byte was done, in milliseconds. */
  readonly since: number;
};

/** A guess from the first second is no guess. */
const TOO_EARLY = 2_000;

/** The library as a folder on a disk: whether it is there, whether it is whole, and moving it. */
export class LibraryFolder {
  work = $state.raw<FolderWork | null>(null);
  stopping = $state(false);
  checked = $state.raw<LibraryCheck | null>(null);
  moved = $state.raw<LibraryMoved | null>(null);
  /** Why the last check or move came to nothing. */
  problem = $state.raw<AppError | null>(null);
  /** It is being looked for. */
  looking = $state(false);
  /** What was told last; the status knows it at the start. */
  #told = $state<boolean | null>(null);
  readonly reachable: boolean = $derived(this.#told ?? kept.status?.reachable ?? true);

  #stop: (() => void) | null = null;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  start(): void {
    if (this.#stop) return;
    const stops = [
      events.on("library", (batch) => {
        this.#told = batch.at(-1)?.reachable ?? this.#told;
        void kept.read();
      }),
      events.on("library_work", (batch) => {
        const last = batch.at(-1);
        if (!last || this.work === null) return;
        const since = this.work.since === 0 ? this.#now() : this.work.since;
        this.work = { kind: this.work.kind, since, done: last.done, total: last.total, files: last.files };
      }),
    ];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#told = null;
  }

  /** Milliseconds until it is done, by its pace so far; null while nobody can know. */
  left(now: number): number | null {
    const { work } = this;
    if (work === null || work.since === 0 || work.done === 0 || work.total === 0) return null;
    const took = now - work.since;
    if (took < TOO_EARLY) return null;
    return (took / work.done) * Math.max(0, work.total - work.done);
  }

  /** Looks whether the folder is there again. */
  async lookAgain(): Promise<void> {
    this.looking = true;
    const answer = await platform.commands.libraryStatus();
    this.looking = false;
    if (answer.status === "error") return;
    kept.status = answer.data;
    this.#told = answer.data.reachable;
  }

  /** Looks whether files and database agree; with `hashes` every file is read. */
  async check(hashes: boolean): Promise<void> {
    if (!this.#begin("check")) return;
    this.checked = null;
    const answer = await platform.commands.checkLibrary(hashes);
    this.#end();
    if (answer.status === "error") this.problem = answer.error;
    else this.checked = answer.data;
    await kept.read();
  }

  /** Asks for a folder and moves the library there. */
  async move(): Promise<void> {
    if (!this.#begin("move")) return;
    this.moved = null;
    const answer = await platform.commands.moveLibrary();
    this.#end();
    if (answer.status === "error") this.problem = answer.error;
    else if (answer.data !== null) {
      this.moved = answer.data;
      if (!answer.data.cancelled && app.state !== null) {
        app.state = { ...app.state, library: answer.data.folder };
      }
    }
    await kept.read();
  }

  /** Asks for a folder and begins an empty library there. False when the dialog was closed. */
  async beginAnew(): Promise<AppError | boolean> {
    const answer = await platform.commands.beginLibrary();
    if (answer.status === "error") return answer.error;
    if (answer.data === null) return false;
    if (app.state !== null) app.state = { ...app.state, library: answer.data };
    await this.lookAgain();
    return true;
  }

  async cancel(): Promise<AppError | null> {
    this.stopping = this.work !== null;
    const answer = await platform.commands.cancelLibraryWork();
    if (answer.status === "ok") return null;
    this.stopping = false;
    return answer.error;
  }

  async open(): Promise<AppError | null> {
    const answer = await platform.commands.showLibraryFolder();
    return answer.status === "error" ? answer.error : null;
  }

  #begin(kind: FolderWork["kind"]): boolean {
    if (this.work !== null) return false;
    this.problem = null;
    this.work = { kind, done: 0, total: 0, files: 0, since: 0 };
    return true;
  }

  #end(): void {
    this.work = null;
    this.stopping = false;
  }
}

export const libraryFolder = new LibraryFolder();
