import type { AppError, ImportReport, ItemView, Picked } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";

export type ImportProgress = { readonly done: number; readonly total: number };

/** Bringing pictures in: from the file dialog, the clipboard, or dropped on the window. One import at a time. */
export class Imports {
  progress = $state.raw<ImportProgress | null>(null);
  /** The last import that refused something or was cancelled, until it is put away. */
  report = $state.raw<ImportReport | null>(null);
  /** Files are held over the window. */
  dragging = $state(false);
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
        if (last && this.progress) this.progress = { done: last.done, total: last.total };
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

  /** Brings in the picture on the clipboard; `nothing` when there is none. */
  async paste(): Promise<Brought> {
    const answer = await platform.commands.pastePicture();
    if (answer.status === "error") return failed(answer.error);
    return this.bring(answer.data === null ? [] : [answer.data]);
  }

  /** Brings in files that were picked, dropped or pasted, after any import that is still under way. */
  async bring(files: readonly Picked[]): Promise<Brought> {
    if (files.length === 0) return { items: [], problem: null, nothing: true };
    const turn = this.#waiting.then(() => this.#bring(files));
    this.#waiting = turn;
    return turn;
  }

  async #bring(files: readonly Picked[]): Promise<Brought> {
    this.progress = { done: 0, total: files.length };
    const answer = await platform.commands.importPicked(files.map((file) => file.handle));
    this.progress = null;
    if (answer.status === "error") return failed(answer.error);
    const { items, already_there, refused, cancelled } = answer.data;
    if (refused.length > 0 || cancelled) this.report = answer.data;
    return { items: [...items, ...already_there], problem: null, nothing: false };
  }

  async cancel(): Promise<AppError | null> {
    const answer = await platform.commands.cancelImport();
    return answer.status === "error" ? answer.error : null;
  }
}

/** What came of an import. */
export type Brought = {
  /** Also those that were in the Library before. */
  readonly items: readonly ItemView[];
  readonly problem: AppError | null;
  /** There was nothing to bring in: the dialog was closed, the clipboard held no picture. */
  readonly nothing: boolean;
};

function failed(problem: AppError): Brought {
  return { items: [], problem, nothing: false };
}

export const imports = new Imports();
