/** Steps that can be taken back and done again, as many as fit into a number of bytes. */
export class History<Step> {
  readonly #budget: number;
  readonly #sizeOf: (step: Step) => number;
  #done: Step[] = [];
  #undone: Step[] = [];

  constructor(budget: number, sizeOf: (step: Step) => number) {
    this.#budget = budget;
    this.#sizeOf = sizeOf;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** What was undone can't be done again after another step. The oldest steps go when there are too many. */
  push(step: Step): void {
    this.#undone = [];
    this.#done.push(step);
    let bytes = this.#done.reduce((sum, one) => sum + this.#sizeOf(one), 0);
    while (bytes > this.#budget && this.#done.length > 1) {
      const oldest = this.#done.shift();
      if (oldest !== undefined) bytes -= this.#sizeOf(oldest);
    }
  }

  /** The step to take back; null when there is none. */
  undo(): Step | null {
    const step = this.#done.pop();
    if (step === undefined) return null;
    this.#undone.push(step);
    return step;
  }

  /** The step to do again; null when there is none. */
  redo(): Step | null {
    const step = this.#undone.pop();
    if (step === undefined) return null;
    this.#done.push(step);
    return step;
  }
}
