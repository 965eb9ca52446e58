import type { AppError, ImportReport, ItemView, Picked } from "@/bindings";
import type { FileKind } from "@/console-contract";
import { platform } from "@/platform/platform";
import { events } from "./events";

export type ImportProgress = {
  readonly done: number;
  readonly total: number;
  /** Folders are still being counted: there may be more. */
  readonly counting: boolean;
  readonly paused: boolean;
  /** Files not taken so far. */
  readonly refused: number;
};

/** Bringing pictures, sounds and films in: from the file dialog, the clipboard, or dropped on the window. One import at a time. */
export class Imports {
  progress = $state.raw<ImportProgress | null>(null);
  /** The last import that has more to say than how many came in, until it is put away. */
  report = $state.raw<ImportReport | null>(null);
  /** Files are held over the window. */
  dragging = $state(false);
  /** It was told to stop and hasn't yet. */
  stopping = $state(false);
  readonly busy: boolean = $derived(this.progress !== null);

  #waiting: Promise<unknown> = Promise.resolve();
  #stop: (() => void) | null = null;

  start(): void {
    if (this.#stop) return;
    const stops = [
      events.on("drag", (batch) => {
        this.dragging = batch.at(-1)?.over ?? false;
      }),
      events.on("dropped", () => {
        this.dragging = false;
      }),
      events.on("import_progress", (batch) => {
        const last = batch.at(-1);
        if (!last || !this.progress) return;
        const { done, total, counting, paused, refused } = last;
        this.progress = { done, total, counting, paused, refused };
      }),
    ];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Opens the file dialog and brings in what was chosen. */
  async pick(): Promise<Brought> {
    const answer = await platform.commands.pickPictures();
    if (answer.status === "error") return failed(answer.error);
    return this.bring(answer.data);
  }

  /** Opens the file dialog for sounds and films. */
  async pickSounds(): Promise<Brought> {
    const answer = await platform.commands.pickFiles();
    if (answer.status === "error") return failed(answer.error);
    return this.bring(answer.data);
  }

  /** Opens the file dialog for one file of a kind. */
  async pickOne(kind: FileKind): Promise<Brought> {
    const answer = await platform.commands.pickFile(kind);
    if (answer.status === "error") return failed(answer.error);
    return this.bring(answer.data === null ? [] : [answer.data]);
  }

  /** Opens the folder dialog and brings in all that is in the chosen one and below it. */
  async pickFolder(): Promise<Brought> {
    const answer = await platform.commands.pickFolder();
    if (answer.status === "error") return failed(answer.error);
    return this.bring(answer.data);
  }

  /** Brings in the picture on the clipboard; `nothing` when there is none. */
  async paste(): Promise<Brought> {
    const answer = await platform.commands.pastePicture();
    if (answer.status === "error") return failed(answer.error);
    return this.bring(answer.data === null ? [] : [answer.data]);
  }

  /** Brings in files that were picked, dropped or pasted, after any import that is still under way. */
  async bring(files: readonly Picked[]): Promise<Brought> {
    if (files.length === 0) return { ...NONE, nothing: true };
    const turn = this.#waiting.then(() => this.#bring(files));
    this.#waiting = turn;
    return turn;
  }

  async #bring(files: readonly Picked[]): Promise<Brought> {
    const folders = files.some((file) => file.is_folder);
    this.progress = { done: 0, total: files.length, counting: folders, paused: false, refused: 0 };
    const answer = await platform.commands.importPicked(files.map((file) => file.handle));
    this.progress = null;
    this.stopping = false;
    if (answer.status === "error") return failed(answer.error);
    const { items, taken, already_there, known, passed_over, refused, cancelled } = answer.data;
    // Of a folder one wants to know what became of all that is in it.
    if (refused.length > 0 || cancelled || passed_over > 0 || folders) this.report = answer.data;
    return { items: [...items, ...already_there], taken, known, problem: null, nothing: false };
  }

  /** Holds the running import after the file it is at, or lets it go on. */
  async pause(paused: boolean): Promise<AppError | null> {
    if (this.progress === null) return null;
    const before = this.progress;
    this.progress = { ...before, paused };
    const answer = await platform.commands.pauseImport(paused);
    if (answer.status === "ok") return null;
    if (this.progress !== null) this.progress = { ...this.progress, paused: before.paused };
    return answer.error;
  }

  async cancel(): Promise<AppError | null> {
    this.stopping = this.progress !== null;
    const answer = await platform.commands.cancelImport();
    if (answer.status === "ok") return null;
    this.stopping = false;
    return answer.error;
  }
}

/** What came of an import. */
export type Brought = {
  /** The first of them, also of those that were in the Library before. */
  readonly items: readonly ItemView[];
  /** How many are new. */
  readonly taken: number;
  /** How many were there already. */
  readonly known: number;
  readonly problem: AppError | null;
  /** There was nothing to bring in: the dialog was closed, the clipboard held no picture. */
  readonly nothing: boolean;
};

const NONE: Brought = { items: [], taken: 0, known: 0, problem: null, nothing: false };

function failed(problem: AppError): Brought {
  return { ...NONE, problem };
}

export const imports = new Imports();
