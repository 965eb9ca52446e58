import type { AppError, MessageDraft, TurnPrice } from "@/bindings";
import { platform } from "@/platform/platform";
import type { OpenConversation } from "./chat-open.svelte";

/** Something that can be asked for with one click: another answer, the rest of one, a summary. Its price comes first. */
export class Offer {
  price = $state.raw<TurnPrice | null>(null);
  problem = $state.raw<AppError | null>(null);
  sending = $state(false);
  readonly draft: MessageDraft;
  readonly #open: OpenConversation;

  constructor(open: OpenConversation, draft: MessageDraft) {
    this.#open = open;
    this.draft = draft;
  }

  /** Whether it can be had at the price that is shown. */
  get isPossible(): boolean {
    return this.price !== null && this.problem === null && !this.sending && this.#open.writing === null;
  }

  /** Asks for the price. */
  async ask(): Promise<void> {
    const answer = await platform.commands.priceTurn(this.draft);
    if (answer.status === "error") {
      this.price = null;
      this.problem = answer.error;
      return;
    }
    this.price = answer.data;
    this.problem = answer.data.problem;
  }

  /** Takes it at the price that is shown. */
  async take(): Promise<AppError | null> {
    if (!this.isPossible || this.price === null) return this.problem;
    this.sending = true;
    const problem = await this.#open.send(this.draft, this.price, false);
    this.sending = false;
    // Nothing was begun: what it costs now is asked for anew, so that it can be had after all.
    if (problem !== null) await this.ask();
    return problem;
  }
}
