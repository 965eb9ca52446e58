import { SvelteMap } from "svelte/reactivity";
import type { ChatEvent, Citation, ConversationCost, MessageView, ToolCallView } from "@/bindings";
import { platform } from "@/platform/platform";

/** Calls once before the next picture of the page is painted. */
export type Frames = (run: () => void) => void;
const nextFrame: Frames = (run) => {
  // A window that nobody sees paints nothing: its words come along all the same.
  if (typeof requestAnimationFrame === "undefined" || document.hidden) setTimeout(run, 16);
  else requestAnimationFrame(run);
};

/** An answer while it is written: its words are appended once a frame, however many pieces come. */
export class LiveAnswer {
  text = $state("");
  reasoning = $state("");
  citations = $state.raw<readonly Citation[]>([]);
  toolCalls = $state.raw<readonly ToolCallView[]>([]);
  /** Its message as it is kept, once it ended. */
  message = $state.raw<MessageView | null>(null);
  /** When its first thought came, and its first word; milliseconds of the page's clock. */
  thinkingSince = $state<number | null>(null);
  thoughtFor = $state<number | null>(null);

  #text = "";
  #reasoning = "";
  #waiting = false;
  #thinkingSince: number | null = null;
  readonly #frames: Frames;
  readonly #now: () => number;
  #ended: ((message: MessageView, cost: ConversationCost) => void) | null = null;
  #end: { message: MessageView; cost: ConversationCost } | null = null;

  constructor(frames: Frames = nextFrame, now: () => number = () => Date.now()) {
    this.#frames = frames;
    this.#now = now;
  }

  /** Takes what is told. */
  readonly tell = (event: ChatEvent): void => {
    switch (event.kind) {
      case "text":
        if (event.reasoning) {
          this.#reasoning += event.text;
          this.#thinkingSince ??= this.#now();
        } else {
          this.#text += event.text;
          if (this.#thinkingSince !== null && this.thoughtFor === null)
            this.thoughtFor = this.#now() - this.#thinkingSince;
        }
        break;
      case "citations":
        this.citations = event.citations;
        break;
      case "tool_calls":
        this.toolCalls = event.calls;
        break;
      case "ended":
        this.#end = event;
        this.show();
        this.message = event.message;
        this.#ended?.(event.message, event.cost);
        return;
    }
    if (this.#waiting) return;
    this.#waiting = true;
    this.#frames(() => this.show());
  };

  /** Begins with what is there already. What was told before that is in it. */
  begin(message: MessageView): void {
    this.#text = message.text + this.#text;
    this.#reasoning = message.reasoning + this.#reasoning;
    this.citations = message.citations.length > 0 ? message.citations : this.citations;
    this.toolCalls = message.tool_calls.length > 0 ? message.tool_calls : this.toolCalls;
    this.thoughtFor ??= message.thought_ms;
    this.show();
  }

  /** Calls when it ends, or at once when it has. */
  whenEnded(run: (message: MessageView, cost: ConversationCost) => void): void {
    this.#ended = run;
    if (this.#end !== null) run(this.#end.message, this.#end.cost);
  }

  /** Shows all that has come. */
  show(): void {
    this.#waiting = false;
    this.thinkingSince = this.#thinkingSince;
    if (this.text !== this.#text) this.text = this.#text;
    if (this.reasoning !== this.#reasoning) this.reasoning = this.#reasoning;
  }
}

/** The answers that are written just now, of all conversations, by message. */
export class Answers {
  readonly #live = new SvelteMap<string, LiveAnswer>();
  readonly #following = new Set<string>();

  of(message: string): LiveAnswer | null {
    return this.#live.get(message) ?? null;
  }

  /** Keeps an answer until it ends. */
  keep(
    message: string,
    answer: LiveAnswer,
    ended: (message: MessageView, cost: ConversationCost) => void,
  ): void {
    this.#live.set(message, answer);
    answer.whenEnded((kept, cost) => {
      this.#live.delete(message);
      ended(kept, cost);
    });
  }

  /** Lets one go that has been stopped. */
  drop(message: string): void {
    this.#live.delete(message);
  }

  /** Listens again to an answer that is written, when nobody here does: after the window was opened anew, say. */
  async follow(
    message: string,
    ended: (message: MessageView, cost: ConversationCost | null) => void,
  ): Promise<void> {
    if (this.#live.has(message) || this.#following.has(message)) return;
    this.#following.add(message);
    const answer = new LiveAnswer();
    const reply = await platform.commands.followTurn(message, platform.channel(answer.tell));
    this.#following.delete(message);
    if (reply.status === "error") return;
    if (reply.data.state !== "writing") {
      ended(reply.data, null);
      return;
    }
    answer.begin(reply.data);
    this.keep(message, answer, ended);
  }
}

export const answers = new Answers();
