/** The time now, for what counts up or down; it ticks only while someone looks. */
export class Clock {
  now = $state(Date.now());
  #watchers = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** Ticks until the answer is called; for an effect. */
  watch(): () => void {
    this.#watchers += 1;
    this.now = Date.now();
    this.#timer ??= setInterval(() => (this.now = Date.now()), 500);
    return () => {
      this.#watchers -= 1;
      if (this.#watchers > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }
}

/** Calls each time a day begins here, until the answer is called: what is told of today is of another day then. */
export function eachDay(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  function wait(): void {
    const now = new Date();
    const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    timer = setTimeout(() => {
      run();
      wait();
    }, next.getTime() - now.getTime());
  }
  wait();
  return () => clearTimeout(timer);
}

export const clock = new Clock();
