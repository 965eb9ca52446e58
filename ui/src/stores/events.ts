import type { AppEvent } from "@/bindings";
import type { Platform } from "@/platform/platform";

type Kind = AppEvent["type"];
type Of<K extends Kind> = Extract<AppEvent, { type: K }>;
type Handler<K extends Kind> = (events: readonly Of<K>[]) => void;

/** Brings the back end's events to whoever asked for their kind; all of a batch's kind in one call. */
export class EventHub {
  readonly #handlers = new Map<Kind, Set<Handler<Kind>>>();

  /** Calls `handler` with the events of `kind` of each batch. Answers how to stop. */
  on<K extends Kind>(kind: K, handler: Handler<K>): () => void {
    // A handler is only ever called with the kind it is kept under.
    const kept = handler as unknown as Handler<Kind>;
    const set = this.#handlers.get(kind) ?? new Set();
    set.add(kept);
    this.#handlers.set(kind, set);
    return () => set.delete(kept);
  }

  /** Hands out a batch. Several calls per batch still paint once: Svelte updates after the last. */
  dispatch(events: readonly AppEvent[]): void {
    const sorted = new Map<Kind, AppEvent[]>();
    for (const event of events) sorted.set(event.type, [...(sorted.get(event.type) ?? []), event]);
    for (const [kind, batch] of sorted) {
      for (const handler of this.#handlers.get(kind) ?? []) handler(batch);
    }
  }

  /** Listens to the platform until told to stop. */
  start(source: Platform): () => void {
    return source.listen((events) => this.dispatch(events));
  }
}

export const events = new EventHub();
