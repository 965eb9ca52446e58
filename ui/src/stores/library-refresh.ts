/** Reads anew when something changed: at once when all is calm, else after a rest of some times the last reading. */
const REST_BY_READING = 5;
const LONGEST_REST = 2000;

export class Refresh {
  readonly #read: () => Promise<void>;
  #reading: Promise<void> | null = null;
  #wanted = false;
  #calmFrom = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(read: () => Promise<void>) {
    this.#read = read;
  }

  /** Something changed. */
  poke(): void {
    this.#wanted = true;
    if (this.#reading !== null || this.#timer !== undefined) return;
    const rest = this.#calmFrom - performance.now();
    if (rest <= 0) void this.#start();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#start();
      }, rest);
    }
  }

  /** Reads without a rest, after a reading that is under way; it may have missed what is asked for now. */
  async now(): Promise<void> {
    while (this.#reading !== null) await this.#reading;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = false;
    this.#calmFrom = 0;
  }

  #start(): Promise<void> {
    this.#wanted = false;
    const begun = performance.now();
    this.#reading = this.#read().finally(() => {
      const now = performance.now();
      this.#reading = null;
      this.#calmFrom = now + Math.min(LONGEST_REST, (now - begun) * REST_BY_READING);
      if (this.#wanted) this.poke();
    });
    return this.#reading;
  }
}
