import type { AppError, Expected, JobView, QuotedPrice } from "@/bindings";
import type { Result } from "@/platform/platform";
import { LivePrice } from "./live-price.svelte";

/** A pause after the last change before Venice is asked for a price, in milliseconds. */
const PAUSE = 400;
/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;

/** How a kind of request is quoted. */
export type Quoting<R> = {
  readonly read: (request: R) => Promise<Result<QuotedPrice>>;
  /** What the price depends on: of two requests that differ in it, neither shows the other's price. */
  readonly bearing: (request: R) => string;
  /** What has to change before it is asked for again: the same, and what decides whether it can be sent. */
  readonly asked: (request: R) => string;
};

/** What sending can end in: its job; "repriced" when it costs another sum by now; null when it isn't sent. */
export type QuotedSent = Result<JobView> | "repriced" | null;

/** A form was filled with an earlier request. */
export type Refilled = {
  /** Takes it back; null when nobody loses anything by it. */
  readonly back: (() => void) | null;
  /** Its model isn't offered any more: the form has another. */
  readonly modelGone: boolean;
};

/** A request that Venice itself quotes: its live price, and sending it at that price and no other. */
export class Quoted<R> {
  /** A click was made and its job isn't written down yet. */
  sending = $state(false);
  readonly #price: LivePrice<R, QuotedPrice>;
  readonly #now: () => number;
  #quietUntil = 0;
  /** What the form asks for by now. */
  #form: R | null = null;

  readonly offer: QuotedPrice | null = $derived.by(() => this.#price.value);
  readonly stale: boolean = $derived.by(() => this.#price.stale);
  /** What stands in the way. What was said of an earlier form isn't said of this one. */
  readonly problem: AppError | null = $derived.by(
    () => this.#price.problem ?? (this.stale ? null : this.#judged),
  );
  /** It can be sent for what is on show. */
  readonly ready: boolean = $derived.by(
    () => this.offer !== null && this.#price.problem === null && this.#judged === null,
  );
  readonly #judged: AppError | null = $derived.by(() => this.offer?.problem ?? null);

  constructor(quoting: Quoting<R>, now: () => number = () => performance.now()) {
    this.#price = new LivePrice<R, QuotedPrice>({ ...quoting, pause: PAUSE });
    this.#now = now;
  }

  /** Has a request quoted, after a pause; null puts the price away. */
  ask(request: R | null): void {
    this.#form = request;
    this.#price.ask(request);
  }

  /** Has the same quoted again: the account or the limit has changed. */
  again(request: R | null): void {
    this.#form = request;
    // What another account pays is no price of this one's.
    this.#price.ask(null);
    this.#price.ask(request);
  }

  stop(): void {
    this.#price.stop();
  }

  /** Another form is another wish. */
  changed(): void {
    this.#quietUntil = 0;
  }

  /** Sends a request at the price on show. null when there is none, or for the second half of a double click. */
  async send(
    request: R,
    start: (request: R, expected: Expected) => Promise<Result<JobView>>,
  ): Promise<QuotedSent> {
    const shown = this.offer;
    if (this.sending || shown === null || !this.ready || this.#now() < this.#quietUntil) return null;
    this.sending = true;
    try {
      await this.#price.settle(request);
      const { offer } = this;
      if (offer === null || this.problem !== null) return null;
      // Nobody pays a price that wasn't on the button.
      if (offer.account !== shown.account || offer.amount?.amount !== shown.amount?.amount) return "repriced";
      this.#quietUntil = this.#now() + DOUBLE_CLICK;
      const answer = await start(request, { account: offer.account, amount: offer.amount });
      // Nothing was sent. The old price would be refused as often as it is pressed: the button gets that of now.
      if (answer.status === "error" && answer.error.code === "price_changed") {
        this.again(this.#form);
        return "repriced";
      }
      return answer;
    } finally {
      this.sending = false;
    }
  }
}
