/** What is heard: one sound at a time for the whole window. */
import { untrack } from "svelte";

/** A sound that can be played. */
export type Source = {
  /** Tells it from all others: an item's id, or a name of the caller's own. */
  readonly key: string;
  readonly address: string;
  readonly title: string;
  /** As far as it is known before it is loaded, in milliseconds. */
  readonly lengthMs: number | null;
};

/** What makes the sound: the page lends one, a test its own. Times are in milliseconds. */
export interface Sounding {
  open(address: string, at: number): void;
  /** Rejects when it can't. */
  play(): Promise<void>;
  pause(): void;
  seek(at: number): void;
  tune(rate: number, volume: number): void;
  /** Whether its end passes into its beginning, without a gap as far as that can be had. */
  repeat(loop: boolean): void;
  close(): void;
}

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;
const SLOWEST = RATES[0];
const FASTEST = 3;

export class Player {
  source = $state.raw<Source | null>(null);
  /** It plays, or will as soon as it can. */
  playing = $state(false);
  /** Where it is, in milliseconds; while it plays as often as the screen is painted. */
  at = $state(0);
  /** null until it is known. */
  length = $state<number | null>(null);
  rate = $state(1);
  /** 0 to 1. */
  volume = $state(1);
  muted = $state(false);
  /** It begins again at its end; another sound begins without. */
  loop = $state(false);
  /** It can't be played. */
  failed = $state(false);
  /** How many sounds were heard to their end: what follows upon one looks at this. */
  ends = $state(0);
  /** A part is played: it stops there. */
  until = $state<number | null>(null);

  #sounding: Sounding | null = null;

  /** Lends what makes the sound; the answer takes it back. */
  attach(sounding: Sounding): () => void {
    this.#sounding = sounding;
    // Whoever lends it isn't asked for it anew with each moment that is played.
    untrack(() => {
      this.#tune();
      if (this.loop) sounding.repeat(true);
      if (this.source === null) return;
      sounding.open(this.source.address, this.at);
      if (this.playing) void this.#start();
    });
    return () => {
      if (this.#sounding !== sounding) return;
      sounding.close();
      this.#sounding = null;
      this.playing = false;
    };
  }

  has(key: string): boolean {
    return this.source?.key === key;
  }

  /** Where it is in this sound; the beginning of one that isn't at hand. */
  atOf(key: string): number {
    return this.has(key) ? this.at : 0;
  }

  isPlaying(key: string): boolean {
    return this.playing && this.has(key);
  }

  /** Takes up a sound, silently. The one that is at hand already stays where it is. */
  load(source: Source, at?: number): void {
    if (this.source?.key === source.key && this.source.address === source.address && !this.failed) {
      if (at !== undefined) this.seek(at);
      return;
    }
    this.#sounding?.pause();
    this.source = source;
    this.playing = false;
    this.failed = false;
    this.until = null;
    if (this.loop) this.setLoop(false);
    this.at = Math.max(0, at ?? 0);
    this.length = source.lengthMs;
    this.#sounding?.open(source.address, this.at);
  }

  /** Plays: this sound or the one at hand, from there or from where it is. At its end it begins again. */
  play(source?: Source, at?: number): void {
    if (source) this.load(source, at);
    else if (at !== undefined) this.seek(at);
    if (this.source === null || this.failed) return;
    this.until = null;
    if (this.#isAtEnd()) this.seek(0);
    this.#go();
  }

  /** Plays a part of a sound and stops at its end. */
  playPart(source: Source, from: number, to: number): void {
    this.load(source, from);
    if (this.failed) return;
    this.until = to;
    this.#go();
  }

  pause(): void {
    this.playing = false;
    this.#sounding?.pause();
  }

  toggle(source?: Source): void {
    if (this.playing && (source === undefined || this.has(source.key))) this.pause();
    else this.play(source);
  }

  seek(at: number): void {
    if (this.source === null) return;
    this.at = this.#within(at);
    if (this.until !== null && this.at >= this.until) this.until = null;
    this.#sounding?.seek(this.at);
  }

  /** Goes on or back by so much. */
  by(milliseconds: number): void {
    this.seek(this.at + milliseconds);
  }

  setRate(rate: number): void {
    this.rate = Math.min(FASTEST, Math.max(SLOWEST, rate));
    this.#tune();
  }

  /** The next faster or slower of the usual rates. */
  stepRate(by: 1 | -1): void {
    const faster = RATES.find((rate) => rate > this.rate + 0.001) ?? FASTEST;
    const slower = RATES.findLast((rate) => rate < this.rate - 0.001) ?? SLOWEST;
    this.setRate(by > 0 ? faster : slower);
  }

  setLoop(loop: boolean): void {
    this.loop = loop;
    this.#sounding?.repeat(loop);
  }

  /** Plays over and over from a little before the end: that is where one hears whether a loop is one. */
  playSeam(source: Source, before: number): void {
    this.load(source);
    if (this.failed) return;
    this.until = null;
    this.setLoop(true);
    const length = this.length ?? source.lengthMs ?? 0;
    this.seek(Math.max(0, length - before));
    this.#go();
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

  /** Puts the sound away. `key`: only if it is this one. */
  close(key?: string): void {
    if (key !== undefined && !this.has(key)) return;
    this.#sounding?.close();
    this.source = null;
    this.playing = false;
    this.failed = false;
    this.until = null;
    this.at = 0;
    this.length = null;
    if (this.loop) this.setLoop(false);
  }

  /** For what makes the sound: so far it is. */
  heard(at: number): void {
    if (this.until !== null && at >= this.until) {
      const end = this.until;
      this.pause();
      this.until = null;
      this.at = end;
      return;
    }
    this.at = at;
  }

  /** For what makes the sound: its length is known now. What can't say how long it will be says infinity. */
  measured(length: number): void {
    if (Number.isFinite(length) && length > 0) this.length = length;
  }

  /** For what makes the sound: it was begun, or held, by a key of the keyboard or of a headset. */
  started(): void {
    this.playing = true;
  }

  stopped(): void {
    this.playing = false;
  }

  ended(): void {
    if (this.loop) {
      this.seek(0);
      this.#go();
      return;
    }
    this.ends += 1;
    this.playing = false;
    this.until = null;
    if (this.length !== null) this.at = this.length;
  }

  cannot(): void {
    this.playing = false;
    this.failed = true;
  }

  #go(): void {
    this.playing = true;
    if (this.#sounding) void this.#start();
  }

  async #start(): Promise<void> {
    const { source } = this;
    try {
      await this.#sounding?.play();
    } catch (refused) {
      // Another sound was taken up, or it was paused, before it could begin.
      if (this.source !== source || (refused instanceof Error && refused.name === "AbortError")) return;
      if (refused instanceof Error && refused.name === "NotSupportedError") this.cannot();
      else this.playing = false;
    }
  }

  #tune(): void {
    this.#sounding?.tune(this.rate, this.muted ? 0 : this.volume);
  }

  #isAtEnd(): boolean {
    return this.length !== null && this.at >= this.length - 20;
  }

  #within(at: number): number {
    return Math.max(0, this.length === null ? at : Math.min(at, this.length));
  }
}

export const player = new Player();
