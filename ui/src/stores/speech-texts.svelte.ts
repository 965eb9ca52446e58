import type { FoundText, Picked, TextEstimate, TextSource } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { overBudget } from "./over-budget.svelte";

/** Something a text can be got from, and what getting it costs. */
export type TextOffer = {
  readonly source: TextSource;
  /** The file's name, or the address. */
  readonly name: string;
  readonly estimate: TextEstimate;
};

/** What asking for a text ends in: here it is, it has a price that waits for a word, or nothing was chosen. */
export type TextAnswer = Result<FoundText | "asking" | "none">;

/** Whether this can be an address of a page. */
export function pageAddress(typed: string): string | null {
  const text = typed.trim();
  if (text === "" || /\s/.test(text)) return null;
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  try {
    const url = new URL(whole);
    return (url.protocol === "https:" || url.protocol === "http:") && url.hostname.includes(".")
      ? url.href
      : null;
  } catch {
    return null;
  }
}

/** Texts from files and web pages. What is read on this computer comes at once; what is paid for waits for a word. */
export class SpeechTexts {
  offer = $state.raw<TextOffer | null>(null);
  busy = $state(false);
  /** Its price isn't known, and it is to be got all the same. Only ever set by the user, for this one. */
  acceptUnpriced = $state(false);
  /** Something was asked for since: an answer to what was asked before is too late. */
  #run = 0;

  /** Lets the user choose a file. */
  async pick(): Promise<TextAnswer> {
    const answer = await platform.commands.pickFiles();
    return answer.status === "error" ? answer : this.take(answer.data);
  }

  /** The first of some files. */
  async take(files: readonly Picked[]): Promise<TextAnswer> {
    const [first] = files;
    if (first === undefined) return { status: "ok", data: "none" };
    return this.#ask({ kind: "file", picked: first.handle }, first.name);
  }

  page(url: string): Promise<TextAnswer> {
    return this.#ask({ kind: "page", url }, url);
  }

  /** Gets what is on offer, at its price. */
  async accept(): Promise<TextAnswer> {
    const { offer } = this;
    if (offer === null || this.busy || this.#isRefused(offer)) return { status: "ok", data: "none" };
    const { account, amount } = offer.estimate;
    const answer = await this.#fetch(offer.source, { account, amount });
    // The button says what it is now.
    if (answer.status === "error" && answer.error.code === "price_changed" && this.offer === offer) {
      const now = await platform.commands.estimateText(offer.source);
      if (now.status === "ok" && this.offer === offer) this.offer = { ...offer, estimate: now.data };
    }
    return answer;
  }

  leave(): void {
    this.#run += 1;
    this.offer = null;
    this.acceptUnpriced = false;
    this.busy = false;
  }

  #isRefused({ estimate: { problem } }: TextOffer): boolean {
    return problem !== null && !(problem.code === "price_unknown" && this.acceptUnpriced);
  }

  async #ask(source: TextSource, name: string): Promise<TextAnswer> {
    const run = ++this.#run;
    this.offer = null;
    this.acceptUnpriced = false;
    this.busy = true;
    const answer = await platform.commands.estimateText(source);
    if (run !== this.#run) return { status: "ok", data: "none" };
    this.busy = false;
    if (answer.status === "error") return answer;
    if (answer.data.free && answer.data.problem === null) return this.#fetch(source, null);
    this.offer = { source, name, estimate: answer.data };
    return { status: "ok", data: "asking" };
  }

  async #fetch(
    source: TextSource,
    expected: Parameters<typeof platform.commands.fetchText>[1],
  ): Promise<TextAnswer> {
    const run = this.#run;
    this.busy = true;
    const answer = await (expected === null
      ? platform.commands.fetchText(source, null, this.acceptUnpriced)
      : overBudget.at(expected, (agreed) =>
          platform.commands.fetchText(source, agreed, this.acceptUnpriced),
        ));
    // What was paid for is shown even when another thing was asked for meanwhile.
    if (run === this.#run) {
      this.busy = false;
      if (answer.status === "ok") this.offer = null;
    }
    return answer;
  }
}

export const speechTexts = new SpeechTexts();
