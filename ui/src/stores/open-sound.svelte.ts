import type { AppError, Marker, SoundView } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";

/** Markers closer than this are one and the same place, in milliseconds. */
const SAME = 20;

function inOrder(markers: readonly Marker[]): Marker[] {
  return [...markers].sort((one, other) => one.at_ms - other.at_ms);
}

function isSame(one: Marker, other: Marker): boolean {
  return one.at_ms === other.at_ms && one.label === other.label;
}

/** One sound with all that is known of it, and the places marked in it. */
export class OpenSound {
  id = $state<string | null>(null);
  view = $state.raw<SoundView | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** As they are shown: what was changed here comes before it is kept. */
  markers = $state.raw<readonly Marker[]>([]);

  /** What is shown of the markers is what is kept, and what was changed here since. */
  #known = false;
  #run = 0;
  #reading: Promise<void> | null = null;
  #saving: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #missed = false;
  #stop: (() => void) | null = null;

  /** Follows what becomes of it, also what has become of it since this was stopped. */
  start(): void {
    if (this.#stop !== null) return;
    this.#stop = events.on("items", (batch) => {
      const mine = batch.some(
        (event) => event.ids === null || (this.id !== null && event.ids.includes(this.id)),
      );
      if (!mine) return;
      // What is being kept comes back by itself.
      if (this.#pending === 0) void this.read();
      else this.#missed = true;
    });
    if (this.view === null) return;
    this.#known = false;
    void this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  async open(id: string | null): Promise<void> {
    if (id === this.id) return;
    this.id = id;
    this.view = null;
    this.problem = null;
    this.markers = [];
    this.#known = false;
    this.#run++;
    if (id !== null) await this.read();
  }

  read(): Promise<void> {
    const reading = this.#read().finally(() => {
      if (this.#reading === reading) this.#reading = null;
    });
    this.#reading = reading;
    return reading;
  }

  async #read(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const run = ++this.#run;
    const answer = await platform.commands.getSound(id);
    // A later reading knows better, and so does who has changed a marker meanwhile.
    if (run !== this.#run) return;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.#take(answer.data);
  }

  /** Marks a place; one that is marked already stays as it is. */
  add(at: number, label = ""): Promise<AppError | null> {
    const place = Math.round(at);
    return this.#change((markers) =>
      markers.some((marker) => Math.abs(marker.at_ms - place) < SAME)
        ? markers
        : [...markers, { at_ms: place, label }],
    );
  }

  async label(index: number, label: string): Promise<AppError | null> {
    const words = label.trim();
    const named = this.markers[index];
    if (named === undefined || named.label === words) return null;
    return this.#change((markers) =>
      markers.map((marker) => (isSame(marker, named) ? { ...marker, label: words } : marker)),
    );
  }

  /** Takes a marker away; the answer's `undo` puts it back. */
  async remove(index: number): Promise<{ problem: AppError | null; undo: () => Promise<AppError | null> }> {
    const { id } = this;
    const gone = this.markers[index];
    if (id === null || gone === undefined) return { problem: null, undo: () => Promise.resolve(null) };
    const problem = await this.#change((markers) => {
      const at = markers.findIndex((marker) => isSame(marker, gone));
      return markers.filter((_, place) => place !== at);
    });
    // Another sound may be looked at by then: it goes back into the one it was taken from.
    const undo = (): Promise<AppError | null> =>
      this.id === id ? this.#change((markers) => [...markers, gone]) : this.#putBack(id, gone);
    return { problem, undo };
  }

  /** Changes the markers; before they are known it waits for them. Nobody writes over what wasn't read. */
  async #change(change: (markers: readonly Marker[]) => readonly Marker[]): Promise<AppError | null> {
    const { id } = this;
    if (!this.#known && !(await this.#learn())) return this.id === id ? this.problem : null;
    if (this.id !== id) return null;
    const next = change(this.markers);
    return next === this.markers ? null : this.#set(next);
  }

  /** Sees to it that the markers are known; false where they can't be read. */
  async #learn(): Promise<boolean> {
    if (this.#reading === null) void this.read();
    while (this.#reading !== null) await this.#reading;
    return this.#known;
  }

  async #putBack(id: string, gone: Marker): Promise<AppError | null> {
    return this.#inTurn(async () => {
      const kept = await platform.commands.getSound(id);
      if (kept.status === "error") return kept.error;
      const answer = await platform.commands.setMarkers(id, inOrder([...kept.data.markers, gone]));
      return answer.status === "error" ? answer.error : null;
    });
  }

  /** Shows them at once and keeps them, one change after the other. */
  async #set(next: readonly Marker[]): Promise<AppError | null> {
    const { id } = this;
    if (id === null) return null;
    const sorted = inOrder(next);
    this.markers = sorted;
    this.#run++;
    this.#pending++;
    const answer = await this.#inTurn(() => platform.commands.setMarkers(id, sorted)).finally(
      () => this.#pending--,
    );
    const problem = answer.status === "error" ? answer.error : null;
    if (this.#pending > 0) return problem;
    // What is shown is what is kept.
    if (this.id === id && answer.status === "ok") this.#take(answer.data);
    else if (this.id === id || this.#missed) await this.read();
    this.#missed = false;
    return problem;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#saving.then(change);
    this.#saving = turn.catch(() => undefined);
    return turn;
  }

  #take(view: SoundView): void {
    items.keep([view.item]);
    this.view = view;
    this.markers = view.markers;
    this.#known = true;
  }
}
