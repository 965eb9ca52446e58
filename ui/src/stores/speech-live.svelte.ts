import type { ReadingView } from "@/bindings";
import { app } from "./app.svelte";
import { player } from "./player.svelte";
import { liveJob } from "./reading-progress";

/** What the player has at hand while a piece is heard that is still being spoken. */
function keyOf(reading: string, index: number): string {
  return `live ${reading} ${index}`;
}

function address(kind: "live" | "item", id: string): string {
  return `${app.state?.media_origin ?? ""}/${kind}/${id}`;
}

/** Hearing a text while it is spoken: piece after piece, each from its first bytes on, and in the whole once that is here. */
export class LiveSpeech {
  /** The reading that is heard, or is to be heard as soon as there is something. */
  reading = $state<string | null>(null);
  /** The piece that is heard. */
  index = $state(0);
  /** The next piece isn't spoken yet. */
  waiting = $state(false);
  /** It can't be heard in parts: it is heard when all of it is here. */
  whole = $state(false);
  #ends = 0;

  /** Begins with what can be heard of it now, or waits for it. */
  begin(reading: ReadingView): void {
    this.reading = reading.id;
    this.index = 0;
    this.#ends = player.ends;
    this.waiting = true;
    this.whole = false;
    this.#go(reading);
  }

  /** Stops listening; the work goes on. */
  stop(): void {
    if (this.reading !== null) player.close(keyOf(this.reading, this.index));
    this.reading = null;
    this.waiting = false;
  }

  /** Whether this is heard as it is spoken. */
  hears(reading: ReadingView): boolean {
    return this.reading === reading.id;
  }

  /** Called when readings or the player have changed. */
  look(list: readonly ReadingView[]): void {
    if (this.reading === null) return;
    const reading = list.find((one) => one.id === this.reading);
    if (reading === undefined) {
      this.stop();
      return;
    }
    if (!this.waiting) {
      const mine = player.has(keyOf(this.reading, this.index));
      // Another sound was taken up: nobody listens to this one any more.
      if (!mine) {
        this.reading = null;
        return;
      }
      if (player.ends === this.#ends && !player.failed) return;
      // Some formats only play once they are whole. Of what was heard in part the rest isn't waited for; but the pieces of a text go
      // when they are joined, and then it goes on in the whole.
      if (player.failed && this.index > 0 && reading.state !== "joining" && reading.state !== "done") {
        this.reading = null;
        return;
      }
      if (player.failed) this.whole = true;
      else this.index += 1;
      this.waiting = true;
    }
    this.#ends = player.ends;
    this.#go(reading);
  }

  #go(reading: ReadingView): void {
    const found = this.whole ? null : liveJob(reading, this.index);
    if (found !== null) {
      this.index = found.index;
      this.waiting = false;
      player.play({
        key: keyOf(reading.id, found.index),
        address: address("live", found.job.id),
        title: reading.title,
        lengthMs: null,
      });
      return;
    }
    // It was quicker than the player: then the rest is heard in the whole.
    if (reading.state === "done" && reading.item !== null) {
      const from = this.index === 0 ? 0 : reading.starts_ms[this.index];
      if (from !== undefined) {
        player.play(
          {
            key: reading.item,
            address: address("item", reading.item),
            title: reading.title,
            lengthMs: null,
          },
          from,
        );
      }
      this.reading = null;
      this.waiting = false;
      return;
    }
    if (reading.state === "incomplete" || this.index >= reading.jobs.length) {
      this.reading = null;
      this.waiting = false;
    }
  }
}

export const live = new LiveSpeech();
