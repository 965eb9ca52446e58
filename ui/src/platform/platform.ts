import type { Channel } from "@tauri-apps/api/core";
import type { AppError, AppEvent, commands as generated } from "@/bindings";
import type { ConsoleCommands } from "@/console-contract";

/** Every command of the back end, by the name the bindings give it. */
export type Commands = typeof generated & ConsoleCommands;

/** What a command answers. */
export type Result<T, E = AppError> = { status: "ok"; data: T } | { status: "error"; error: E };

/** What the front end may ask of the world outside the page. */
export type Platform = {
  readonly commands: Commands;
  /** Calls `handler` with each batch of events, in order. Answers how to stop. */
  listen(handler: (events: readonly AppEvent[]) => void): () => void;
  /** Where one command tells what comes while it is under way. */
  channel<T>(handler: (message: T) => void): Channel<T>;
  readonly isTauri: boolean;
};

let installed: Platform | null = null;

/** Chooses what answers; called once at the start of the program and of each test. */
export function usePlatform(chosen: Platform): void {
  installed = chosen;
}

function chosen(): Platform {
  if (installed === null) throw new Error("no platform was chosen");
  return installed;
}

/** The platform that was chosen, whenever that happens. */
export const platform: Platform = {
  get commands() {
    return chosen().commands;
  },
  get isTauri() {
    return chosen().isTauri;
  },
  listen: (handler) => chosen().listen(handler),
  channel: (handler) => chosen().channel(handler),
};
