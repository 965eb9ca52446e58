import type { AppError, AppEvent, commands as generated } from "@/bindings";

/** Every command of the back end, by the name the bindings give it. */
export type Commands = typeof generated;

/** What a command answers. */
export type Result<T, E = AppError> = { status: "ok"; data: T } | { status: "error"; error: E };

/** What the front end may ask of the world outside the page. */
export type Platform = {
  readonly commands: Commands;
  /** Calls `handler` with each batch of events, in order. Answers how to stop. */
  listen(handler: (events: readonly AppEvent[]) => void): () => void;
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
};
