import type { AppError } from "@/bindings";
import type { Result } from "@/platform/platform";

/** A pause after the last change before the price is asked for, in milliseconds. */
const PAUSE = 220;

/** How a kind of request is priced. */
export type Pricing<R, P> = {
  readonly read: (request: R) => Promise<Result<P>>;
  /** What the price may depend on: of two requests that differ in it, neither shows the other's price. */
  readonly bearing: (request: R) => string;
  /** What has to change before the price is asked for again; all of it, unless said otherwise. */
  readonly asked?: (request: R) => string;
  /** How long nothing may have changed before the price is asked for, in milliseconds. */
  readonly pause?: number;
};

/** What the request in a form would cost, kept up to date; an answer that was overtaken is dropped. */
export class LivePrice<R, P> {
  /** null while there is nothing to price, or nothing is known yet. */
  value = $state.raw<P | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** What is shown belongs to an earlier request. */
  stale = $state(false);
  /** What was on show last, though it may be gone by now. */
  seen: P | null = null;

  readonly #pricing: Pricing<R, P>;
  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: string | null = null;
  #bearing: string | null = null;
  #reading: Promise<void> | null = null;

  constructor(pricing: Pricing<R, P>) {
    this.#pricing = pricing;
  }

  /** Prices a request after a pause; null puts the price away. */
  ask(request: R | null): void {
    const key = request === null ? null : (this.#pricing.asked ?? JSON.stringify)(request);
    if (key === this.#asked) return;
    this.#asked = key;
    clearTimeout(this.#timer);
    const run = ++this.#run;
    if (request === null) {
      this.value = null;
      this.problem = null;
      this.stale = false;
      return;
    }
    this.stale = true;
    // A price of other settings is not shown: nobody may press it. Words don't bear on it.
    const bearing = this.#pricing.bearing(request);
    if (bearing !== this.#bearing) this.value = null;
    this.#bearing = bearing;
    this.#timer = setTimeout(() => void this.#read(request, run), this.#pricing.pause ?? PAUSE);
  }

  /** Asks again for the same request: the account or the limit has changed. */
  again(request: R | null): void {
    this.#asked = null;
    this.ask(request);
  }

  /** The price of just this request: the one on show, or read now. */
  async of(request: R): Promise<Result<P>> {
    const key = (this.#pricing.asked ?? JSON.stringify)(request);
    if (key === this.#asked && !this.stale && this.value !== null) return { status: "ok", data: this.value };
    return this.#pricing.read(request);
  }

  /** Waits until what is shown is that of this request, without the pause. */
  async settle(request: R): Promise<void> {
    if (!this.stale) return;
    clearTimeout(this.#timer);
    this.#reading ??= this.#read(request, this.#run).finally(() => (this.#reading = null));
    await this.#reading;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#run++;
    this.#asked = null;
  }

  async #read(request: R, run: number): Promise<void> {
    const answer = await this.#pricing.read(request);
    if (run !== this.#run) return;
    this.stale = false;
    if (answer.status === "error") {
      this.value = null;
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.value = answer.data;
    this.seen = answer.data;
  }
}
