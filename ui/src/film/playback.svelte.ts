/** A film that is watched: what its controls show and do. */
import { untrack } from "svelte";
import { decodes } from "./codecs";
import { frameAt, RateMeter, stepFrom, USUAL_RATE } from "./frames";

/** A film is slowed down to be looked at closely. */
export const SPEEDS = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** Why it can't be shown: its file doesn't come, the system lacks what decodes it, or nobody knows. */
export type Trouble = "gone" | "codec" | "broken";

/** What the player asks of the element that shows a film; a `<video>` has it all. */
type Frames = HTMLVideoElement & {
  requestVideoFrameCallback?: (call: (now: number, frame: { mediaTime: number }) => void) => number;
};

export class Playback {
  playing = $state(false);
  /** Where it is, in milliseconds. */
  at = $state(0);
  /** In milliseconds; null until it is known. */
  length = $state<number | null>(null);
  speed = $state(1);
  loop = $state(false);
  /** 0 to 1. */
  volume = $state(1);
  muted = $state(false);
  /** Its pictures are there and can be seen. */
  ready = $state(false);
  trouble = $state<Trouble | null>(null);
  width = $state(0);
  height = $state(0);
  /** How far it is loaded, in milliseconds. */
  loaded = $state(0);
  /** Frames a second as they were told; null lets them be measured. */
  told = $state<number | null>(null);
  /** As they were seen. */
  measured = $state<number | null>(null);

  readonly rate: number = $derived(this.told ?? this.measured ?? USUAL_RATE);
  /** Whether `rate` is more than a habit. */
  readonly rateKnown: boolean = $derived(this.told !== null || this.measured !== null);
  /** Which frame is shown, from 0; at the end the last one. */
  readonly frame: number = $derived.by(() => {
    const last = this.length === null ? Infinity : frameAt(Math.max(0, this.length - 1), this.rate);
    return Math.min(last, frameAt(this.at, this.rate));
  });

  #video: Frames | null = null;
  readonly #meter = new RateMeter();
  readonly #codec: () => Promise<string | null>;
  /** Where it is to go next, while it is still on its way somewhere else. */
  #wanted: number | null = null;

  /** `codec` reads how the film's pictures are coded; it is asked where they don't come. */
  constructor(codec: () => Promise<string | null>) {
    this.#codec = codec;
  }

  /** The element that shows it, which tells nobody else where it is. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    const element = video as Frames;
    let painted = 0;
    untrack(() => {
      this.#video = element;
      this.#tune();
    });
    const tell = (): void => {
      if (!element.seeking && this.#wanted === null) this.at = element.currentTime * 1000;
      painted = element.paused ? 0 : requestAnimationFrame(tell);
    };
    const seen = (_now: number, frame: { mediaTime: number }): void => {
      if (this.#video !== element) return;
      if (!element.paused) this.measured = this.#meter.take(frame.mediaTime) ?? this.measured;
      if (this.measured === null) element.requestVideoFrameCallback?.(seen);
    };
    const on: Partial<Record<keyof HTMLMediaElementEventMap, () => void>> = {
      loadedmetadata: () => {
        this.#measure(element);
        if (element.videoWidth === 0) void this.#doubt(element);
        element.requestVideoFrameCallback?.(seen);
      },
      loadeddata: () => {
        this.#measure(element);
        if (element.videoWidth === 0) void this.#doubt(element);
      },
      resize: () => this.#measure(element),
      durationchange: () => this.#measure(element),
      progress: () => this.#load(element),
      play: () => {
        this.playing = true;
        if (painted === 0) tell();
      },
      pause: () => {
        this.playing = false;
        // On its way somewhere it is told where.
        if (!element.seeking && this.#wanted === null) this.at = element.currentTime * 1000;
      },
      seeking: () => this.#meter.reset(),
      seeked: () => this.#arrive(element),
      ended: () => (this.playing = false),
      // A poster that doesn't come is told in the same way, and is no trouble of the film's.
      error: () => {
        if (element.error !== null) void this.#explain(element);
      },
    };
    for (const [name, handler] of Object.entries(on)) element.addEventListener(name, handler);
    return () => {
      cancelAnimationFrame(painted);
      for (const [name, handler] of Object.entries(on)) element.removeEventListener(name, handler);
      element.pause();
      element.removeAttribute("src");
      element.load();
      if (this.#video === element) this.#video = null;
    };
  };

  /** The element itself, to take a frame from. */
  get element(): HTMLVideoElement | null {
    return this.#video;
  }

  async play(): Promise<void> {
    const video = this.#video;
    if (video === null || this.trouble !== null) return;
    if (this.#isAtEnd()) this.seek(0);
    try {
      await video.play();
    } catch (refused) {
      if (refused instanceof Error && refused.name === "NotSupportedError") await this.#explain(video);
    }
  }

  pause(): void {
    this.#video?.pause();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  /** Goes to a place. While it is on its way the last wish counts: nobody waits for places that were passed. */
  seek(at: number): void {
    const video = this.#video;
    if (video === null) return;
    const within = Math.max(0, this.length === null ? at : Math.min(at, this.length));
    this.at = within;
    if (video.seeking) {
      this.#wanted = within;
      return;
    }
    // It has arrived, and the event that tells so is still to come: an older wish isn't taken up then.
    this.#wanted = null;
    video.currentTime = within / 1000;
  }

  by(milliseconds: number): void {
    this.seek(this.at + milliseconds);
  }

  /** Goes on or back by frames, and stands still there. */
  step(frames: number): void {
    this.pause();
    if (this.length !== null) this.seek(stepFrom(this.at, frames, this.rate, this.length));
  }

  /** Waits until what was gone to is on show. */
  async arrived(): Promise<void> {
    const video = this.#video;
    if (video === null) return;
    while (video === this.#video && (video.seeking || this.#wanted !== null)) {
      await new Promise<void>((resolve) => {
        const ends = ["seeked", "error", "emptied"] as const;
        const end = (): void => {
          for (const name of ends) video.removeEventListener(name, end);
          resolve();
        };
        for (const name of ends) video.addEventListener(name, end);
      });
      if (video.error !== null) return;
    }
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.#tune();
  }

  stepSpeed(by: 1 | -1): void {
    const faster = SPEEDS.find((speed) => speed > this.speed + 0.001);
    const slower = SPEEDS.findLast((speed) => speed < this.speed - 0.001);
    this.setSpeed((by > 0 ? faster : slower) ?? this.speed);
  }

  setLoop(loop: boolean): void {
    this.loop = loop;
    this.#tune();
  }

  setVolume(volume: number): void {
    this.volume = Math.min(1, Math.max(0, volume));
    this.muted = false;
    this.#tune();
  }

  mute(muted: boolean): void {
    this.muted = muted;
    this.#tune();
  }

  /** At its end, or at the last frame, behind which nothing comes. */
  #isAtEnd(): boolean {
    if (this.length === null) return false;
    const last = frameAt(Math.max(0, this.length - 1), this.rate);
    return this.at >= this.length - 20 || (this.rateKnown && last > 0 && this.frame >= last);
  }

  #tune(): void {
    const video = this.#video;
    if (video === null) return;
    video.defaultPlaybackRate = this.speed;
    video.playbackRate = this.speed;
    video.loop = this.loop;
    video.volume = this.volume;
    video.muted = this.muted;
    video.preservesPitch = true;
  }

  #measure(video: HTMLVideoElement): void {
    this.width = video.videoWidth;
    this.height = video.videoHeight;
    this.ready = video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    if (Number.isFinite(video.duration) && video.duration > 0) this.length = video.duration * 1000;
  }

  #load(video: HTMLVideoElement): void {
    const { buffered } = video;
    let end = 0;
    for (let part = 0; part < buffered.length; part++) {
      if (buffered.start(part) <= video.currentTime + 0.1) end = Math.max(end, buffered.end(part));
    }
    this.loaded = end * 1000;
  }

  #arrive(video: HTMLVideoElement): void {
    const next = this.#wanted;
    this.#wanted = null;
    if (next !== null && Math.abs(next - video.currentTime * 1000) > 1) video.currentTime = next / 1000;
    else this.at = video.currentTime * 1000;
  }

  /**
   * Without its codec a film "plays" without pictures, and says no word. On a busy machine their size may only come
   * later, though: that they aren't there yet proves nothing, unless nobody knows of any.
   */
  async #doubt(video: HTMLVideoElement): Promise<void> {
    const can = decodes(video, await this.#codec());
    if (can === true || this.#video !== video || video.videoWidth > 0) return;
    if (can === false) this.trouble = "codec";
    else if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) this.trouble = "broken";
  }

  /** An answer of the server's, a codec that isn't there and a damaged file look the same to the element. */
  async #explain(video: HTMLVideoElement): Promise<void> {
    if (video.getAttribute("src") === null) return;
    const comes = await fetch(video.src, { method: "HEAD" }).then(
      (answer) => answer.ok,
      () => false,
    );
    const known = comes && decodes(video, await this.#codec()) === false;
    if (this.#video === video) this.trouble = comes ? (known ? "codec" : "broken") : "gone";
  }
}
