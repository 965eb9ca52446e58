import type { AppError, InputDevice, ItemView, RecorderEvent, RecorderState } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { app } from "./app.svelte";
import { items } from "./items.svelte";
import { player, type Source } from "./player.svelte";
import { live } from "./speech-live.svelte";

/** How loud it is, from 0 to 1. */
export type Level = { readonly peak: number; readonly rms: number; readonly held: number };

const SILENCE: Level = { peak: 0, rms: 0, held: 0 };
/** A try of the microphone is as long as this, in milliseconds. */
export const TEST_LENGTH = 5000;
/** So much of what was heard last is drawn: half a minute. */
const DRAWN = 600;

/** What the recorder is being told to do. */
export type Doing = "arming" | "disarming" | "starting" | "stopping";

/** The microphone and the take that is being made. The back end records; this shows how it stands. */
export class Recorder {
  state = $state.raw<RecorderState | null>(null);
  devices = $state.raw<readonly InputDevice[] | null>(null);
  devicesProblem = $state.raw<AppError | null>(null);
  level = $state.raw<Level>(SILENCE);
  /** Something was too loud since this was last looked at. */
  clipped = $state(false);
  /** Of the running take, as it was heard last. */
  length = $state(0);
  written = $state(0);
  free = $state<number | null>(null);
  /** The loudest of each moment of the running take, the last half minute. */
  drawn = $state.raw<readonly number[]>([]);
  doing = $state<Doing | null>(null);
  /** The take that ended last. */
  kept = $state.raw<ItemView | null>(null);
  /** Counts on with each try that can be heard. */
  tried = $state(0);
  /** What stood in the way of the last thing that was asked for. */
  problem = $state.raw<AppError | null>(null);

  readonly armed: boolean = $derived(this.state?.armed ?? false);
  readonly take = $derived(this.state?.take ?? null);
  readonly testing: boolean = $derived(this.take?.is_test ?? false);
  /** Something is being recorded that will be kept. */
  readonly recording: boolean = $derived(this.take !== null && !this.take.is_test);
  readonly paused: boolean = $derived(this.take?.paused ?? false);
  readonly device: InputDevice | null = $derived(
    this.devices?.find((device) => device.id === this.state?.device) ??
      this.devices?.find((device) => device.is_default) ??
      this.devices?.[0] ??
      null,
  );
  /** What the recorder says of itself, or what it answered last. */
  readonly trouble: AppError | null = $derived(this.problem ?? this.state?.problem ?? null);

  #watching = false;

  /** Learns how the recorder stands, and follows it. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#watching) return;
    this.#watching = true;
    const watched = await platform.commands.watchRecorder(
      platform.channel<RecorderEvent>((event) => this.#hear(event)),
    );
    if (watched.status === "error") {
      this.#watching = false;
      this.problem = watched.error;
      return;
    }
    const answer = await platform.commands.recorderState();
    if (answer.status === "ok") this.#stand(answer.data);
    else this.problem = answer.error;
  }

  /** Follows it no longer. */
  stop(): void {
    this.#watching = false;
    this.state = null;
    this.devices = null;
    this.#quiet();
  }

  async readDevices(): Promise<void> {
    const answer = await platform.commands.inputDevices();
    this.devicesProblem = answer.status === "error" ? answer.error : null;
    this.devices = answer.status === "ok" ? answer.data : (this.devices ?? []);
  }

  /** Opens the microphone: this one, or the one that was used last. */
  arm(device: string | null = null): Promise<AppError | null> {
    return this.#do("arming", () => platform.commands.armRecorder(device));
  }

  /** Closes the microphone; a take is ended and kept. */
  disarm(): Promise<AppError | null> {
    return this.#do("disarming", () => platform.commands.disarmRecorder());
  }

  /** Takes another microphone; nothing is opened that was closed. */
  async choose(device: string): Promise<AppError | null> {
    if (this.take !== null) return null;
    if (this.armed) return this.arm(device);
    if (this.state !== null) this.state = { ...this.state, device };
    return null;
  }

  /** Begins a take, and opens the microphone before where it is closed. */
  async record(test = false): Promise<AppError | null> {
    if (this.take !== null || this.doing !== null) return null;
    // What is played would be recorded, also what only begins to be heard later.
    live.stop();
    player.pause();
    if (!this.armed) {
      const problem = await this.arm(this.device?.id ?? null);
      if (problem !== null) return problem;
    }
    this.drawn = [];
    this.length = 0;
    this.written = 0;
    this.clipped = false;
    return this.#do("starting", () => platform.commands.startTake(test));
  }

  /** Ends the take. */
  async end(): Promise<AppError | null> {
    if (this.take === null || this.doing === "stopping") return null;
    const { testing } = this;
    this.doing = "stopping";
    const answer = await platform.commands.stopTake();
    this.doing = null;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") {
      await this.#look();
      return answer.error;
    }
    if (this.state?.take != null) this.#stand({ ...this.state, take: null });
    if (answer.data !== null) this.#keep(answer.data);
    else if (testing) this.#play();
    return null;
  }

  pause(paused: boolean): Promise<AppError | null> {
    return this.#do(null, () => platform.commands.pauseTake(paused));
  }

  mark(label: string): Promise<AppError | null> {
    return this.#do(null, () => platform.commands.markTake(label.trim()));
  }

  /** The last try of the microphone, to be heard. */
  get test(): Source {
    const address = `${app.state?.media_origin ?? ""}/test-take?n=${this.tried}`;
    return { key: `test-${this.tried}`, address, title: "", lengthMs: null };
  }

  #hear(event: RecorderEvent): void {
    if (!this.#watching) return;
    switch (event.type) {
      case "heard": {
        const peak = event.peak ?? 0;
        this.level = { peak, rms: event.rms ?? 0, held: event.held ?? 0 };
        if (event.clipped > 0) this.clipped = true;
        this.free = event.free_bytes;
        if (event.length_ms === null) return;
        const grown = event.length_ms > this.length;
        this.length = event.length_ms;
        this.written = event.written;
        if (grown) this.drawn = [...this.drawn.slice(1 - DRAWN), peak];
        if (this.testing && this.length >= TEST_LENGTH) void this.end();
        return;
      }
      case "state":
        this.#stand(event.state);
        return;
      case "kept":
        this.#keep(event.item);
    }
  }

  #stand(state: RecorderState): void {
    const tried = this.testing && state.take === null && this.doing !== "stopping";
    this.state = state;
    this.free = state.free_bytes;
    if (state.take !== null) {
      this.length = Math.max(state.take.length_ms, this.take === null ? 0 : this.length);
      this.written = state.take.written;
    }
    if (!state.armed) this.#quiet();
    // A try that ended by itself can be heard too.
    if (tried && state.problem === null) this.#play();
  }

  #quiet(): void {
    this.level = SILENCE;
    this.clipped = false;
  }

  #keep(item: ItemView): void {
    items.keep([item]);
    if (this.kept?.id !== item.id) this.kept = item;
  }

  #play(): void {
    this.tried++;
    player.play(this.test);
  }

  async #look(): Promise<void> {
    const answer = await platform.commands.recorderState();
    if (answer.status === "ok") this.#stand(answer.data);
  }

  async #do(doing: Doing | null, run: () => Promise<Result<RecorderState>>): Promise<AppError | null> {
    if (doing !== null) this.doing = doing;
    const answer = await run();
    if (doing !== null) this.doing = null;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") {
      await this.#look();
      return answer.error;
    }
    this.#stand(answer.data);
    return null;
  }
}

export const recorder = new Recorder();
