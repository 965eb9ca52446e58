import type { AppError, AttachmentView, FileRef, MakeRequest, MessageView, WebErrand } from "@/bindings";
import { platform } from "@/platform/platform";
import { bearing, misfits, priceChanged, readPrice, type Ask, type Misfit, type Priced } from "./chat-ask";
import {
  changeDraft,
  keepDraft,
  NO_WORDS,
  readDraft,
  withoutSent,
  type Draft,
  type Words,
} from "./chat-drafts";
import type { ChatModel } from "./chat-models";
import type { TextModels } from "./chat-models.svelte";
import type { OpenConversation } from "./chat-open.svelte";
import { completions, wishOf, type Wish } from "./chat-slash";
import { LivePrice } from "./live-price.svelte";
import { notices } from "./notices.svelte";
import { overBudget } from "./over-budget.svelte";
import { EMPTY_FORM, requestOf } from "./pictures-form";
import { pictures } from "./pictures.svelte";

/** What was typed is written down this long after the last key, in milliseconds. */
const KEEP = 500;

/** A search or a page that is being brought. */
export type Errand = { readonly id: number; readonly errand: WebErrand };

/** What was in the field when it was sent. */
type Sent = Words & { readonly editing: Editing | null; readonly back: Words };
type Editing = { readonly parent: string | null };

/** What is typed and attached, what it would cost, and sending it. */
export class Composer {
  text = $state("");
  attachments = $state.raw<readonly AttachmentView[]>([]);
  /** The message of one's own that is said anew. */
  editing = $state.raw<Editing | null>(null);
  errands = $state.raw<readonly Errand[]>([]);
  /** Files that can't go along, and why. */
  refused = $state.raw<readonly AppError[]>([]);
  /** Why the last sending failed. */
  problem = $state.raw<AppError | null>(null);
  acceptUnpriced = $state(false);
  sending = $state(false);
  attaching = $state(0);

  readonly price = new LivePrice<Ask, Priced>({ read: readPrice, bearing });
  readonly #open: OpenConversation;
  readonly #models: TextModels;
  /** What was typed before an earlier message was taken up. */
  #aside: Words | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is typed isn't what is written down. */
  #changed = false;
  #serial = 0;

  readonly model: ChatModel | null = $derived.by(() => this.#models.find(this.#open.settings.model));
  readonly wish: Wish = $derived(wishOf(this.text));
  readonly isEmpty: boolean = $derived(this.text.trim() === "" && this.attachments.length === 0);
  readonly misfits: readonly Misfit[] = $derived.by(() => misfits(this.attachments, this.model));
  readonly parent: string | null = $derived.by(() =>
    this.editing === null ? (this.#open.last?.id ?? null) : this.editing.parent,
  );
  /** What the price is asked for; null while nothing can be priced. */
  readonly ask: Ask | null = $derived.by(() => this.#ask());
  /** Whether there is something to send. */
  readonly isReady: boolean = $derived.by(() => {
    const { wish } = this;
    if (wish.kind === "search") return wish.query !== "";
    if (wish.kind === "read") return wish.url !== "";
    if (wish.kind === "image") return wish.prompt !== "" && this.ask !== null;
    // A command that is still being typed isn’t meant for the model.
    if (completions(this.text) !== null) return false;
    return !this.isEmpty && this.misfits.length === 0;
  });

  constructor(open: OpenConversation, models: TextModels) {
    this.#open = open;
    this.#models = models;
  }

  #ask(): Ask | null {
    const { wish } = this;
    switch (wish.kind) {
      case "search":
        return wish.query === "" ? null : { kind: "errand", errand: wish };
      case "read":
        return wish.url === "" ? null : { kind: "errand", errand: wish };
      case "image": {
        const request = pictureRequest(wish.prompt);
        return request === null ? null : { kind: "pictures", request };
      }
      case "say": {
        const { id, settings, path } = this.#open;
        if (id === null || (this.isEmpty && path.length === 0)) return null;
        const attachments = this.attachments.map((one) => one.id);
        return {
          kind: "turn",
          draft: {
            conversation: id,
            parent: this.parent,
            turn: { kind: "say", text: this.text.trim(), attachments },
            settings,
          },
        };
      }
    }
  }

  /** Takes up what was typed into the conversation that is open now. */
  take(kept: unknown): void {
    const { edit, ...words } = readDraft(kept);
    clearTimeout(this.#timer);
    this.#changed = false;
    this.refused = [];
    this.problem = null;
    this.acceptUnpriced = false;
    this.#aside = edit === null ? null : words;
    this.editing = edit;
    this.#put(edit ?? words);
  }

  #put({ text, attachments }: Words): void {
    this.text = text;
    this.attachments = attachments;
  }

  get #draft(): Draft {
    const words = { text: this.text, attachments: this.attachments };
    if (this.editing === null) return { ...words, edit: null };
    return { ...(this.#aside ?? NO_WORDS), edit: { ...words, parent: this.editing.parent } };
  }

  /** Something was typed. */
  type(text: string): void {
    this.text = text;
    this.problem = null;
    if (text.trim() !== "" && this.#open.id === null) void this.#open.ensure();
    this.#keepSoon();
  }

  /** What a search brought belongs to the conversation, not to the earlier message that is being said anew. */
  #attachBeside(list: readonly AttachmentView[]): void {
    if (this.editing === null || this.#aside === null) {
      this.attachNow(list);
      return;
    }
    this.#aside = { ...this.#aside, attachments: [...this.#aside.attachments, ...list] };
    this.#keepSoon();
  }

  attachNow(list: readonly AttachmentView[]): void {
    const known = new Set(this.attachments.map((one) => one.id));
    this.attachments = [...this.attachments, ...list.filter((one) => !known.has(one.id))];
    this.#keepSoon();
  }

  remove(id: string): void {
    this.attachments = this.attachments.filter((one) => one.id !== id);
    this.#keepSoon();
  }

  /** Attaches files and items; what can't go along is told in `refused`. */
  async attach(files: readonly FileRef[]): Promise<AppError | null> {
    if (files.length === 0) return null;
    return this.#attached((conversation) => platform.commands.attach({ conversation, files: [...files] }));
  }

  /** Asks for files to attach. */
  async pick(): Promise<AppError | null> {
    return this.#attached((conversation) => platform.commands.pickAttachments(conversation));
  }

  /** Attaches the picture on the clipboard; `nothing` when there is none. */
  async paste(): Promise<AppError | "nothing" | null> {
    const answer = await platform.commands.pastePicture();
    if (answer.status === "error") return answer.error;
    return answer.data === null ? "nothing" : this.attach([{ picked: answer.data.handle }]);
  }

  async #attached(ask: (conversation: string) => ReturnType<typeof platform.commands.attach>) {
    this.attaching += 1;
    try {
      const conversation = await this.#open.ensure();
      if (conversation === null) return this.#open.problem;
      const answer = await ask(conversation);
      if (answer.status === "error") return answer.error;
      if (this.#open.id === conversation) this.refused = answer.data.refused;
      else for (const refused of answer.data.refused) notices.error(refused);
      return await this.#bring(conversation, answer.data.attachments, (list) => this.attachNow(list));
    } finally {
      this.attaching -= 1;
    }
  }

  /** Attaches what was brought for a conversation; in one that isn't open any more it waits beside what was typed. */
  async #bring(
    conversation: string,
    list: readonly AttachmentView[],
    attach: (list: readonly AttachmentView[]) => void,
  ): Promise<AppError | null> {
    if (this.#open.id === conversation) {
      attach(list);
      return null;
    }
    const problem = await changeDraft(conversation, (draft) => ({
      ...draft,
      attachments: [...draft.attachments, ...list],
    }));
    // It was opened again in between, with what was read before.
    if (problem === null && this.#open.id === conversation) attach(list);
    return problem;
  }

  /** Takes up an earlier message of one's own, to say it anew on a branch of its own. */
  edit(message: MessageView): void {
    this.#aside ??= { text: this.text, attachments: this.attachments };
    this.editing = { parent: message.parent };
    this.problem = null;
    this.#put(message);
    this.#keepSoon();
  }

  /** Takes up a message of one's own to say it again where the conversation goes on now. What is being typed stays. */
  sayAgain(message: MessageView): void {
    if (!this.isEmpty || this.editing !== null) return;
    this.#put(message);
    this.#keepSoon();
  }

  /** Leaves the earlier message as it is. */
  leaveEdit(): void {
    if (this.editing === null) return;
    const back = this.#aside ?? NO_WORDS;
    this.#aside = null;
    this.editing = null;
    this.#put(back);
    this.#keepSoon();
  }

  /** Does what the words ask for, at the price they have. False when it was not done. */
  async send(): Promise<boolean> {
    if (this.sending || !this.isReady || (this.wish.kind !== "image" && this.#busy())) return false;
    this.sending = true;
    this.problem = null;
    // What is asked for is what stands there now, whatever is typed or opened while it is on its way.
    const sent: Sent = {
      text: this.text,
      attachments: this.attachments,
      editing: this.editing,
      back: this.editing === null ? NO_WORDS : (this.#aside ?? NO_WORDS),
    };
    const conversation = await this.#open.ensure();
    const problem = await this.#do(conversation, sent);
    this.sending = false;
    if (problem === null) return true;
    if (problem === "left") return false;
    if (this.#open.id !== conversation) notices.error(problem);
    else this.problem = problem;
    return false;
  }

  /** Null when it was done; `left` when nobody is there any more who saw what it costs. */
  async #do(conversation: string | null, sent: Sent): Promise<AppError | "left" | null> {
    if (conversation === null) return this.#open.problem ?? "left";
    const ask = this.#open.id === conversation ? this.#ask() : null;
    if (ask === null) return "left";
    const { parent, acceptUnpriced } = this;
    const { seen } = this.price;
    const answer = await this.price.of(ask);
    if (this.#open.id !== conversation) return "left";
    if (answer.status === "error") return answer.error;
    const priced = answer.data;
    const unpriced = priced.problem?.code === "price_unknown" && acceptUnpriced;
    if (priced.problem !== null && !unpriced) return priced.problem;
    // Somebody else pays than when a price was last seen.
    if (seen !== null && seen.account !== priced.account) {
      this.price.again(ask);
      return priceChanged;
    }
    // With a command nothing goes along: what is attached waits for the next message.
    const gone = ask.kind === "turn" ? sent : { ...sent, attachments: [] };
    if (ask.kind === "errand") {
      void this.#run(conversation, ask.errand, priced, gone);
      return null;
    }
    const problem =
      ask.kind === "turn"
        ? priced.turn && (await this.#open.send(ask.draft, priced.turn, unpriced))
        : await this.#open.makePictures({
            conversation,
            parent,
            said: sent.text.trim(),
            request: ask.request,
            expected: { account: priced.account, amount: priced.most },
          });
    if (problem === null) this.#sent(conversation, gone);
    else if (problem.code === "price_changed") this.price.again(this.ask);
    return problem;
  }

  #busy(): boolean {
    return this.wish.kind === "say" && this.#open.writing !== null;
  }

  /** Takes what was sent out of the field, or out of what is kept of a conversation that was left meanwhile. */
  #sent(conversation: string, sent: Sent): void {
    if (this.#open.id !== conversation) {
      void changeDraft(conversation, (draft) => ({
        ...(sent.editing === null ? withoutSent(draft, sent) : sent.back),
        edit: null,
      })).then((problem) => problem && notices.error(problem));
      return;
    }
    this.acceptUnpriced = false;
    this.refused = [];
    const rest = withoutSent({ text: this.text, attachments: this.attachments }, sent);
    const isEdit = sent.editing !== null && this.editing === sent.editing;
    if (isEdit) {
      this.#aside = null;
      this.editing = null;
    }
    this.#put(isEdit && rest.text === "" && rest.attachments.length === 0 ? sent.back : rest);
    this.#keepSoon();
    void this.keepNow();
  }

  async #run(conversation: string, errand: WebErrand, priced: Priced, sent: Sent): Promise<void> {
    const here: Errand = { id: (this.#serial += 1), errand };
    const { acceptUnpriced } = this;
    this.errands = [...this.errands, here];
    this.#sent(conversation, sent);
    const answer = await overBudget.at({ account: priced.account, amount: priced.most }, (agreed) =>
      platform.commands.runErrand(conversation, errand, agreed, acceptUnpriced),
    );
    this.errands = this.errands.filter((one) => one !== here);
    const problem =
      answer.status === "error"
        ? answer.error
        : await this.#bring(conversation, [answer.data], (list) => this.#attachBeside(list));
    if (problem === null) return;
    if (this.#open.id !== conversation) {
      notices.error(problem);
      return;
    }
    this.problem = problem;
    if (answer.status === "error" && this.text === "") this.text = sent.text;
  }

  /** Writes down what is typed, if it changed. */
  async keepNow(): Promise<void> {
    if (!this.#changed) return;
    clearTimeout(this.#timer);
    this.#changed = false;
    const draft = this.#draft;
    // Words into a new conversation wait until it has been written down itself.
    const id = this.#open.id ?? (await this.#open.created());
    const problem = id === null ? null : await keepDraft(id, draft);
    // What could not be written down is tried again with the next word, and when one leaves.
    if (id === null || problem !== null) this.#changed ||= this.#open.id === id;
    if (problem !== null) this.problem = problem;
  }

  #keepSoon(): void {
    this.#changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.keepNow(), KEEP);
  }
}

/** The picture a prompt asks for, with the Image room's own settings. */
export function pictureRequest(prompt: string): MakeRequest | null {
  const fields = { ...EMPTY_FORM, ...pictures.fields, mode: "make" as const, prompt, count: 1, seed: null };
  const request = requestOf(fields, { make: pictures.makeModel, edit: null }, null, false);
  if (request?.kind !== "make") return null;
  const { kind: _, ...make } = request;
  return make;
}
