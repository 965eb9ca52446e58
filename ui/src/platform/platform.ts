import type { Channel } from "@tauri-apps/api/core";
import type { AppError, AppEvent, commands as generated } from "@/bindings";
import type { ConsoleCommands, With } from "@/console-contract";

type Generated = typeof generated;
/** Those that call an operation of the API take what goes with the request second, and where to tell third. */
type Calls<Command> = Command extends (request: never, extras: With, told: never) => unknown
  ? Parameters<Command>["length"] extends 3
    ? true
    : false
  : false;

/**
 * Every command of the back end, by the name the bindings give it. The operations of the API are left to the Console, which
 * calls them by their ids.
 */
export type Commands = {
  [
    Name in keyof Generated as Name extends keyof ConsoleCommands
      ? never
      : Calls<Generated[Name]> extends true
        ? never
        : Name
  ]: Generated[Name];
} & ConsoleCommands;

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
