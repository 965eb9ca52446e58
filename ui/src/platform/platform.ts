import type { AppEvent, Commands } from "@/bindings";

export type { Commands } from "@/bindings";

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
