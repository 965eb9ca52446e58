import type { AppError, AppState, Settings, SettingsPatch } from "@/bindings";
import { languageOf, type LanguageTag } from "@/i18n/index.svelte";
import { platform } from "@/platform/platform";
import { notices } from "./notices.svelte";

export type Timer = { set(run: () => void, milliseconds: number): number; clear(id: number): void };
const realTimer: Timer = { set: (run, ms) => Number(setTimeout(run, ms)), clear: (id) => clearTimeout(id) };

/** Long enough to swallow a drag of a panel's edge, short enough that a crash loses nothing one would miss. */
const persistAfter = 400;

/** What the back end told at the start, and the settings, which are kept as they change. */
export class App {
  state = $state.raw<AppState | null>(null);
  settings = $state.raw<Settings | null>(null);
  failure = $state.raw<AppError | null>(null);
  /** What the system prefers; the frame keeps it up to date. */
  systemDark = $state(true);
  systemLanguages = $state.raw<readonly string[]>(["en"]);

  readonly theme = $derived.by((): "light" | "dark" => {
    const chosen = this.settings?.theme ?? "system";
    if (chosen !== "system") return chosen;
    return this.systemDark ? "dark" : "light";
  });
  readonly language = $derived.by((): LanguageTag => {
    const chosen = this.settings?.language ?? "system";
    return chosen === "system" ? languageOf(this.systemLanguages) : chosen;
  });

  #pending: SettingsPatch = {};
  #timer: number | null = null;
  #sending: Promise<unknown> = Promise.resolve();
  readonly #last: (() => unknown)[] = [];
  readonly #clock: Timer;

  constructor(clock: Timer = realTimer) {
    this.#clock = clock;
  }

  /** Reads the state once at the start; the window stays shut behind `failure` when that can't be done. */
  async load(): Promise<boolean> {
    this.failure = null;
    const answer = await platform.commands.appState();
    if (answer.status === "error") {
      this.failure = answer.error;
      return false;
    }
    this.state = answer.data;
    this.settings = answer.data.settings;
    for (const notice of answer.data.notices) notices.error(notice);
    return true;
  }

  /** Shows the change at once and keeps it a moment later; several changes go together. */
  change(patch: SettingsPatch): void {
    if (this.settings === null) return;
    this.settings = { ...this.settings, ...(patch as Partial<Settings>) };
    this.#pending = { ...this.#pending, ...patch };
    if (this.#timer !== null) this.#clock.clear(this.#timer);
    this.#timer = this.#clock.set(() => void this.flush(), persistAfter);
  }

  /** Calls `keep` before the window closes, so that it can hand over what it has not kept yet. */
  beforeLeaving(keep: () => unknown): void {
    this.#last.push(keep);
  }

  /** Keeps everything, what is on its way included. */
  async leave(): Promise<void> {
    // All begin at once: a system that doesn't wait has them under way.
    await Promise.all([...this.#last.map((keep) => keep()), this.flush()]);
    await this.#sending;
  }

  /** Sends what is still to be kept. */
  async flush(): Promise<void> {
    if (this.#timer !== null) this.#clock.clear(this.#timer);
    this.#timer = null;
    const patch = this.#pending;
    if (Object.keys(patch).length === 0) return;
    this.#pending = {};
    const sending = platform.commands.changeSettings(patch);
    this.#sending = sending;
    const answer = await sending;
    if (answer.status === "error") {
      notices.error(answer.error);
      return;
    }
    // What was changed while this was under way is newer than the answer.
    this.settings = { ...answer.data, ...(this.#pending as Partial<Settings>) };
  }
}

export const app = new App();
