/** The recorder and the sounds of the back end in memory. */
import type { Channel } from "@tauri-apps/api/core";
import type { InputDevice, ItemView, Marker, RecorderEvent, RecorderState, SoundView } from "@/bindings";
import { fakeError } from "./fake-data";
import type { Commands, Result } from "./platform";

type RecorderCommands = Pick<
  Commands,
  | "inputDevices"
  | "recorderState"
  | "watchRecorder"
  | "armRecorder"
  | "disarmRecorder"
  | "startTake"
  | "pauseTake"
  | "markTake"
  | "stopTake"
  | "getSound"
  | "setMarkers"
  | "trimSound"
  | "exportSound"
>;

export type FakeRecorderOptions = {
  readonly devices?: readonly InputDevice[];
  /** It hears something by itself, twenty times a second; else only what it is made to hear. */
  readonly live?: boolean;
  readonly free?: number;
};

/** What a test does to the recorder. */
export type FakeRecorder = {
  /** So much is heard; a take grows by so many milliseconds. */
  hear(peak: number, more?: { readonly milliseconds?: number; readonly clipped?: number }): void;
  /** It stands otherwise, by itself. */
  change(state: Partial<RecorderState>): void;
  readonly state: RecorderState;
};

type Rest = {
  readonly find: (id: string) => ItemView | undefined;
  readonly make: (over: Partial<ItemView>) => ItemView;
  readonly changed: (ids: string[]) => void;
  readonly now: () => Date;
  readonly options: FakeRecorderOptions;
};

export const fakeDevices: readonly InputDevice[] = [
  { id: "built-in", name: "Built-in microphone", is_default: true },
  { id: "studio", name: "Studio condenser, USB", is_default: false },
];

const RATE = 48_000;
const BYTES_A_MS = (RATE * 3) / 1000;
const BEAT = 50;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}

/** The id of a sound of the fake: its length is in it, so that what serves its file knows how much to serve. */
export function fakeSoundId(serial: number, milliseconds: number): string {
  const digits = (value: number): string => String(Math.round(value)).padStart(6, "0");
  return `00000000-0000-7000-9000-${digits(milliseconds / 100)}${digits(serial)}`;
}

/** A sound that was recorded, for the library of the fake. */
export function fakeSound(
  serial: number,
  milliseconds: number,
  over: Partial<ItemView> = {},
): Partial<ItemView> {
  return {
    id: fakeSoundId(serial, milliseconds),
    kind: "sound",
    origin: "recorded",
    title: `Recording ${serial}`,
    prompt: null,
    model: null,
    seed: null,
    mime: "audio/flac",
    width: 0,
    height: 0,
    bytes: Math.round(milliseconds * BYTES_A_MS * 0.5),
    duration_ms: milliseconds,
    cost: null,
    pretend: false,
    rating: 0,
    favourite: false,
    ...over,
  };
}

export function fakeRecorder(rest: Rest): RecorderCommands & { readonly recorder: FakeRecorder } {
  const devices = rest.options.devices ?? fakeDevices;
  const free = rest.options.free ?? 214_000_000_000;
  const kept = new Map<string, readonly Marker[]>();
  let state: RecorderState = {
    armed: false,
    device: null,
    rate: null,
    channels: null,
    take: null,
    free_bytes: free,
    room_ms: free / BYTES_A_MS,
    problem: null,
  };
  let channel: Channel<RecorderEvent> | null = null;
  let beat: ReturnType<typeof setInterval> | null = null;
  let serial = 500;
  let held = 0;

  const tell = (event: RecorderEvent): void => channel?.onmessage(event);
  function stand(change: Partial<RecorderState>): RecorderState {
    state = { ...state, ...change };
    tell({ type: "state", state });
    return state;
  }
  function hear(peak: number, { milliseconds = BEAT, clipped = 0 } = {}): void {
    if (!state.armed) return;
    held = Math.max(peak, held * 0.96);
    const { take } = state;
    if (take !== null && !take.paused && !take.stalled) {
      const length_ms = take.length_ms + milliseconds;
      state = { ...state, take: { ...take, length_ms, written: Math.round(length_ms * BYTES_A_MS) } };
    }
    tell({
      type: "heard",
      peak,
      rms: peak * 0.5,
      held,
      clipped,
      length_ms: state.take?.length_ms ?? null,
      written: state.take?.written ?? 0,
      free_bytes: free - (state.take?.written ?? 0),
    });
  }
  function beats(on: boolean): void {
    if (beat !== null) clearInterval(beat);
    beat = null;
    if (!on || rest.options.live !== true) return;
    beat = setInterval(() => {
      const at = performance.now() / 1000;
      const phrase = Math.max(0, Math.sin(at * 0.9) + 0.35);
      hear(0.01 + 0.42 * phrase * Math.abs(Math.sin(at * 7)) * (0.6 + 0.4 * Math.random()));
    }, BEAT);
  }
  function ended(): ItemView | null {
    const { take } = state;
    state = { ...state, take: null };
    if (take === null || take.is_test) return null;
    serial += 1;
    const item = rest.make(
      fakeSound(serial, Math.max(100, take.length_ms), {
        title: "New recording",
        made_at: rest.now().toISOString(),
      }),
    );
    kept.set(item.id, take.markers);
    rest.changed([item.id]);
    return item;
  }
  function sound(id: string): SoundView | null {
    const item = rest.find(id);
    if (item === undefined || item.kind === "picture") return null;
    return {
      item,
      length_ms: item.duration_ms ?? 0,
      rate: RATE,
      channels: 1,
      codec: item.mime === "audio/flac" ? "FLAC" : "WAV",
      is_damaged: false,
      markers: [...(kept.get(id) ?? [])],
      chapters: [],
      transcripts: [],
    };
  }

  return {
    recorder: {
      hear,
      change: (change) => void stand(change),
      get state() {
        return state;
      },
    },
    inputDevices: () => ok([...devices]),
    recorderState: () => ok(state),
    watchRecorder(told) {
      channel = told;
      return ok(null);
    },
    armRecorder(device) {
      const wanted = device ?? state.device ?? devices.find((one) => one.is_default)?.id;
      if (devices.length === 0) return fail("no_microphone");
      if (!devices.some((one) => one.id === wanted)) return fail("microphone_gone");
      beats(true);
      return ok(stand({ armed: true, device: wanted ?? null, rate: RATE, channels: 1, problem: null }));
    },
    disarmRecorder() {
      beats(false);
      const item = ended();
      if (item !== null) tell({ type: "kept", item });
      return ok(stand({ armed: false, rate: null, channels: null, take: null }));
    },
    startTake(test) {
      if (!state.armed) return fail("no_microphone");
      if (state.take !== null) return fail("take_under_way");
      held = 0;
      const take = { length_ms: 0, written: 0, paused: false, stalled: false, is_test: test, markers: [] };
      return ok(stand({ take, problem: null }));
    },
    pauseTake(paused) {
      if (state.take === null) return fail("no_take");
      return ok(stand({ take: { ...state.take, paused } }));
    },
    markTake(label) {
      if (state.take === null) return fail("no_take");
      const { take } = state;
      return ok(stand({ take: { ...take, markers: [...take.markers, { at_ms: take.length_ms, label }] } }));
    },
    stopTake() {
      if (state.take === null) return fail("no_take");
      const item = ended();
      stand({ take: null });
      return ok(item);
    },
    getSound(id) {
      const view = sound(id);
      return view === null ? fail("file_missing") : ok(view);
    },
    setMarkers(id, markers) {
      kept.set(id, markers);
      const view = sound(id);
      return view === null ? fail("file_missing") : ok(view);
    },
    trimSound(id, from, to) {
      const whole = rest.find(id);
      if (whole === undefined) return fail("file_missing");
      serial += 1;
      const item = rest.make(fakeSound(serial, to - from, { title: whole.title, origin: "adjusted" }));
      rest.changed([item.id]);
      return ok(item);
    },
    exportSound: (id, format) => ok(`/home/you/Music/${rest.find(id)?.title ?? id}.${format}`),
  };
}
