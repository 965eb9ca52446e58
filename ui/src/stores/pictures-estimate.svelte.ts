import type { AppError, Estimate, PictureRequest } from "@/bindings";
import { platform } from "@/platform/platform";

/** A pause after the last change before the price is asked for, in milliseconds. */
const PAUSE = 220;

/** What the request in the form would cost, kept up to date; an answer that was overtaken is dropped. */
export class LiveEstimate {
  /** null while there is nothing to price, or nothing is known yet. */
  value = $state.raw<Estimate | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** What is shown belongs to an earlier request. */
  stale = $state(false);

  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: string | null = null;
  #bearing: string | null = null;
  #reading: Promise<void> | null = null;

  /** Prices a request after a pause; null puts the price away. */
  ask(request: PictureRequest | null): void {
    const key = request === null ? null : priced(request);
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
    const bearing = bearingOf(request);
    if (bearing !== this.#bearing) this.value = null;
    this.#bearing = bearing;
    this.#timer = setTimeout(() => void this.#read(request, run), PAUSE);
  }

  /** Asks again for the same request: the account or the limit has changed. */
  again(request: PictureRequest | null): void {
    this.#asked = null;
    this.ask(request);
  }

  /** Waits until what is shown is that of this request, without the pause. */
  async settle(request: PictureRequest): Promise<void> {
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

  async #read(request: PictureRequest, run: number): Promise<void> {
    const answer = await platform.commands.estimatePicture(request);
    if (run !== this.#run) return;
    this.stale = false;
    if (answer.status === "error") {
      this.value = null;
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    this.value = answer.data;
  }
}

/** A request without its words and its seed: what its price may depend on. */
function bearingOf(request: PictureRequest): string {
  return JSON.stringify({ ...request, prompt: null, negative_prompt: null, seed: null });
}

/** A request without what doesn't bear on its price, so that a roll of the dice asks for nothing. */
function priced(request: PictureRequest): string {
  return JSON.stringify(request.kind === "make" ? { ...request, seed: null } : request);
}
