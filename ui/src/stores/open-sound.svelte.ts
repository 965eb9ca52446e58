import type { AppError, Marker, SoundView } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";

/** Markers closer than this are one and the same place, in milliseconds. */
const SAME = 20;

/** One sound with all that is known of it, and the places marked in it. */
export class OpenSound {
  id = $state<string | null>(null);
  view = $state.raw<SoundView | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** As they are shown: what was changed here comes before it is kept. */
  markers = $state.raw<readonly Marker[]>([]);

  #run = 0;
  #saving: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #stop: (() => void) | null = null;

  start(): void {
    this.#stop ??= events.on("items", (batch) => {
      const mine = batch.some(
        (event) => event.ids === null || (this.id !== null && event.ids.includes(this.id)),
      );
      // What is being kept comes back by itself.
      if (mine && this.#pending === 0) void this.read();
    });
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
    this.#run++;
    if (id !== null) await this.read();
  }

  async read(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const run = ++this.#run;
    const answer = await platform.commands.getSound(id);
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
    if (this.markers.some((marker) => Math.abs(marker.at_ms - place) < SAME)) return Promise.resolve(null);
    return this.#set([...this.markers, { at_ms: place, label }]);
  }

  label(index: number, label: string): Promise<AppError | null> {
    const words = label.trim();
    if (this.markers[index] === undefined || this.markers[index].label === words)
      return Promise.resolve(null);
    return this.#set(this.markers.map((marker, at) => (at === index ? { ...marker, label: words } : marker)));
  }

  /** Takes a marker away; the answer's `undo` puts it back. */
  async remove(index: number): Promise<{ problem: AppError | null; undo: () => Promise<AppError | null> }> {
    const { id } = this;
    const gone = this.markers[index];
    const problem = await this.#set(this.markers.filter((_, at) => at !== index));
    const undo = (): Promise<AppError | null> =>
      gone === undefined || this.id !== id ? Promise.resolve(null) : this.#set([...this.markers, gone]);
    return { problem, undo };
  }

  /** Shows them at once and keeps them, one change after the other. */
  async #set(next: readonly Marker[]): Promise<AppError | null> {
    const { id } = this;
    if (id === null) return null;
    const sorted = [...next].sort((one, other) => one.at_ms - other.at_ms);
    this.markers = sorted;
    this.#pending++;
    const turn = this.#saving.then(() => platform.commands.setMarkers(id, sorted));
    this.#saving = turn;
    const answer = await turn;
    this.#pending--;
    if (this.id !== id) return answer.status === "error" ? answer.error : null;
    if (answer.status === "error") {
      // What is shown is what is kept.
      await this.read();
      return answer.error;
    }
    if (this.#pending === 0) this.#take(answer.data);
    return null;
  }

  #take(view: SoundView): void {
    items.keep([view.item]);
    this.view = view;
    this.markers = view.markers;
  }
}
