/** What the renderer asks of the app around it. */
import { getContext, setContext } from "svelte";
import type { Citation } from "@/bindings";

export type Host = {
  /** Opens a page outside. It is called with http, https and mailto addresses alone. */
  readonly open: (address: string) => void;
  /** The address under which the app shows a picture, or null when it isn't one of its own. */
  readonly image: (address: string) => string | null;
  readonly citations: readonly Citation[];
  /** Goes to the source of that number, counted from 0. */
  readonly source: (number: number) => void;
};

const key = Symbol("markdown");

export function setHost(host: Host): void {
  setContext(key, host);
}

export function host(): Host {
  return getContext<Host>(key);
}
