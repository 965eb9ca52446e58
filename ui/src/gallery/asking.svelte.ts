import { MOST_REMEMBERED } from "@/stores/library-bulk";

/** Asks before a change that is to so many items that it can't be taken back. */
class Asking {
  open = $state(false);
  count = $state(0);
  #run: () => void = () => undefined;

  /** Runs it at once where it can be taken back, else after a yes. */
  first(count: number, run: () => void): void {
    if (count <= MOST_REMEMBERED) {
      run();
      return;
    }
    this.count = count;
    this.#run = run;
    this.open = true;
  }

  yes(): void {
    this.#run();
  }
}

export const asking = new Asking();
