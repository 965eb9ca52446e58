import type { AppError, ExportOptions, ExportReport, ItemView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";

/** A pause after the last change before names are asked for again, in milliseconds. */
const PAUSE = 180;
/** Names follow from the first few; the others only give the number its digits. */
const NAMED = 1000;

/** What an item can lend to its file's name. */
export const NAME_PARTS = [
  "title",
  "prompt",
  "date",
  "time",
  "model",
  "seed",
  "rating",
  "number",
  "id",
] as const;
export type NamePart = (typeof NAME_PARTS)[number];

const USUAL: ExportOptions = {
  format: "original",
  quality: 90,
  longest_side: null,
  name_pattern: "{date} {title}",
  with_recipe: true,
  zip: false,
};

/** What is to be taken out, as far as the choices depend on it. */
export type Wanted = {
  readonly ids: readonly string[];
  /** Sound and film: they go out as they are. */
  readonly others: number;
  /** Pictures with something transparent in them. */
  readonly transparent: number;
};

/** Taking items out: what is asked about it, its names while one chooses, and how it goes. */
export class Exports {
  /** The items that the dialog is open for. */
  wanted = $state.raw<Wanted | null>(null);
  /** The last choice, for as long as the program runs. */
  options = $state.raw<ExportOptions>(USUAL);
  names = $state.raw<readonly string[]>([]);
  /** Why there are no names: a part of the pattern that doesn't exist. */
  namesProblem = $state.raw<AppError | null>(null);
  progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  stopping = $state(false);
  /** The last one that refused something or was stopped, until it is put away. */
  report = $state.raw<ExportReport | null>(null);

  #running: Wanted | null = null;
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Opens the dialog; of `known` ones it can say what a format does to them. */
  ask(ids: readonly string[], known: readonly ItemView[] = []): void {
    if (ids.length === 0) return;
    // One export at a time: the running one is what there is to see.
    if (this.progress !== null) {
      this.wanted = this.#running;
      return;
    }
    this.wanted = {
      ids,
      others: known.filter((item) => item.kind !== "picture").length,
      transparent: known.filter((item) => item.has_alpha).length,
    };
    this.names = [];
    void this.readNames();
  }

  putAway(): void {
    clearTimeout(this.#timer);
    this.#run++;
    this.wanted = null;
  }

  change(patch: Partial<ExportOptions>): void {
    this.options = { ...this.options, ...patch };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.readNames(), PAUSE);
  }

  /** The names the first of them would get. */
  async readNames(): Promise<void> {
    if (this.wanted === null) return;
    const run = ++this.#run;
    const answer = await platform.commands.exportNames(this.wanted.ids.slice(0, NAMED), this.options);
    if (run !== this.#run) return;
    this.namesProblem = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.names = answer.data;
  }

  /** Asks where to and takes them out; null when the dialog was closed. */
  async run(): Promise<Result<ExportReport | null>> {
    const { wanted } = this;
    if (wanted === null || this.progress !== null) return { status: "ok", data: null };
    const stop = events.on("export_progress", (batch) => {
      const last = batch.at(-1);
      if (last && this.progress) this.progress = { done: last.done, total: last.total };
    });
    this.progress = { done: 0, total: wanted.ids.length };
    this.#running = wanted;
    // One file needs no zip around it.
    const options = { ...this.options, zip: this.options.zip && wanted.ids.length > 1 };
    const answer = await platform.commands.exportItems([...wanted.ids], options);
    stop();
    this.progress = null;
    this.stopping = false;
    if (answer.status === "ok" && answer.data !== null) {
      if (answer.data.refused.length > 0 || answer.data.cancelled) this.report = answer.data;
      if (this.wanted === wanted) this.putAway();
    }
    return answer;
  }

  async cancel(): Promise<AppError | null> {
    this.stopping = this.progress !== null;
    const answer = await platform.commands.cancelExport();
    if (answer.status === "ok") return null;
    this.stopping = false;
    return answer.error;
  }

  /** Shows what was written last in the desktop's file manager. */
  async show(): Promise<AppError | null> {
    const answer = await platform.commands.showExport();
    return answer.status === "error" ? answer.error : null;
  }
}

export const exporting = new Exports();
