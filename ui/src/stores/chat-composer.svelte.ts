import type {
  AppError,
  AttachmentView,
  FileRef,
  MakeRequest,
  MessageDraft,
  MessageView,
  Money,
  TurnPrice,
  WebErrand,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import type { ChatModel } from "./chat-models";
import type { TextModels } from "./chat-models.svelte";
import type { OpenConversation } from "./chat-open.svelte";
import { completions, wishOf, type Wish } from "./chat-slash";
import { LivePrice } from "./live-price.svelte";
import { notices } from "./notices.svelte";
import { EMPTY_FORM, requestOf } from "./pictures-form";
import { pictures } from "./pictures.svelte";

/** What was typed is written down this long after the last key, in milliseconds. */
const KEEP = 500;

/** What sending would do. */
export type Ask =
  | { kind: "turn"; draft: MessageDraft }
  | { kind: "errand"; errand: WebErrand }
  | { kind: "pictures"; request: MakeRequest };

/** What it would cost. */
export type Priced = {
  readonly likely: Money | null;
  /** What is set aside for it; what is sent has to name this. */
  readonly most: Money | null;
  readonly account: string;
  readonly pretend: boolean;
  readonly surcharge: boolean;
  readonly problem: AppError | null;
  readonly turn: TurnPrice | null;
};

/** Why an attachment can't go to the model. */
export type Misfit = {
  attachment: string;
  why: "vision" | "audio" | "video" | "images" | "videos";
  most: number;
};

/** A search or a page that is being brought. */
export type Errand = { readonly id: number; readonly errand: WebErrand };

type Draft = { text: string; attachments: readonly AttachmentView[] };
const NO_DRAFT: Draft = { text: "", attachments: [] };

function readDraft(kept: unknown): Draft {
  if (typeof kept !== "object" || kept === null) return NO_DRAFT;
  const { text, attachments } = kept as Partial<Draft>;
  return {
    text: typeof text === "string" ? text : "",
    attachments: Array.isArray(attachments) ? attachments : [],
  };
}

async function read(ask: Ask): Promise<Result<Priced>> {
  const { commands } = platform;
  switch (ask.kind) {
    case "turn": {
      const answer = await commands.priceTurn(ask.draft);
      return answer.status === "error"
        ? answer
        : { status: "ok", data: { ...answer.data, turn: answer.data } };
    }
    case "errand": {
      const answer = await commands.priceErrand(ask.errand);
      if (answer.status === "error") return answer;
      const { amount, ...rest } = answer.data;
      return { status: "ok", data: { ...rest, likely: amount, most: amount, turn: null } };
    }
    case "pictures": {
      const answer = await commands.estimatePicture({ kind: "make", ...ask.request });
      if (answer.status === "error") return answer;
      const { amount, ...rest } = answer.data;
      return { status: "ok", data: { ...rest, likely: amount, most: amount, turn: null } };
    }
  }
}

/** Words don't bear on whether a price may be shown; with whom one talks does. */
function bearing(ask: Ask): string {
  if (ask.kind !== "turn") return ask.kind;
  return JSON.stringify([ask.draft.conversation, ask.draft.settings?.model]);
}

/** What is typed and attached, what it would cost, and sending it. */
export class Composer {
  text = $state("");
  attachments = $state.raw<readonly AttachmentView[]>([]);
  /** The message of one's own that is said anew. */
  editing = $state.raw<MessageView | null>(null);
  errands = $state.raw<readonly Errand[]>([]);
  /** Files that can't go along, and why. */
  refused = $state.raw<readonly AppError[]>([]);
  /** Why the last sending failed. */
  problem = $state.raw<AppError | null>(null);
  acceptUnpriced = $state(false);
  sending = $state(false);
  attaching = $state(0);

  readonly price = new LivePrice<Ask, Priced>({ read, bearing });
  readonly #open: OpenConversation;
  readonly #models: TextModels;
  /** What was typed before an earlier message was taken up. */
  #aside: Draft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    const draft = readDraft(kept);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#aside = null;
    this.editing = null;
    this.refused = [];
    this.problem = null;
    this.acceptUnpriced = false;
    this.text = draft.text;
    this.attachments = draft.attachments;
  }

  /** Something was typed. */
  type(text: string): void {
    this.text = text;
    this.problem = null;
    if (text.trim() !== "" && this.#open.id === null) void this.#open.ensure();
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
      return await this.#bring(conversation, answer.data.attachments);
    } finally {
      this.attaching -= 1;
    }
  }

  /** Attaches what was brought for a conversation; in one that isn't open any more it waits beside what was typed. */
  async #bring(conversation: string, list: readonly AttachmentView[]): Promise<AppError | null> {
    if (this.#open.id === conversation) {
      this.attachNow(list);
      return null;
    }
    const answer = await platform.commands.getConversation(conversation);
    if (answer.status === "error") return answer.error;
    const { text, attachments } = readDraft(answer.data.draft);
    const kept = await platform.commands.changeConversations([conversation], {
      draft: { text, attachments: [...attachments, ...list] },
    });
    if (kept.status === "error") return kept.error;
    // It was opened again in between, with what was read before.
    if (this.#open.id === conversation) this.attachNow(list);
    return null;
  }

  /** Takes up an earlier message of one's own, to say it anew on a branch of its own. */
  edit(message: MessageView): void {
    this.#aside ??= { text: this.text, attachments: this.attachments };
    this.editing = message;
    this.problem = null;
    this.text = message.text;
    this.attachments = message.attachments;
  }

  /** Takes up a message of one's own to say it again where the conversation goes on now. What is being typed stays. */
  sayAgain(message: MessageView): void {
    if (!this.isEmpty || this.editing !== null) return;
    this.text = message.text;
    this.attachments = message.attachments;
    this.#keepSoon();
  }

  /** Leaves the earlier message as it is. */
  leaveEdit(): void {
    if (this.editing === null) return;
    const back = this.#aside ?? NO_DRAFT;
    this.#aside = null;
    this.editing = null;
    this.text = back.text;
    this.attachments = back.attachments;
  }

  /** Does what the words ask for, at the price they have. False when it was not done. */
  async send(): Promise<boolean> {
    if (this.sending || !this.isReady || (this.wish.kind !== "image" && this.#busy())) return false;
    this.sending = true;
    this.problem = null;
    try {
      const conversation = await this.#open.ensure();
      const ask = this.#ask();
      if (conversation === null || ask === null) {
        this.problem = this.#open.problem;
        return false;
      }
      this.price.ask(ask);
      await this.price.settle(ask);
      const priced = this.price.value;
      if (priced === null) {
        this.problem = this.price.problem;
        return false;
      }
      const unpriced = priced.problem?.code === "price_unknown" && this.acceptUnpriced;
      if (priced.problem !== null && !unpriced) {
        this.problem = priced.problem;
        return false;
      }
      if (ask.kind === "errand") {
        void this.#run(conversation, ask.errand, priced);
        return true;
      }
      const problem =
        ask.kind === "turn"
          ? priced.turn && (await this.#open.send(ask.draft, priced.turn, unpriced))
          : await this.#open.makePictures({
              conversation,
              parent: this.parent,
              said: this.text.trim(),
              request: ask.request,
              expected: { account: priced.account, amount: priced.most },
            });
      if (problem !== null) {
        this.problem = problem;
        if (problem.code === "price_changed") this.price.again(this.ask);
        return false;
      }
      this.#sent();
      return true;
    } finally {
      this.sending = false;
    }
  }

  #busy(): boolean {
    return this.wish.kind === "say" && this.#open.writing !== null;
  }

  #sent(): void {
    const back = this.editing === null ? NO_DRAFT : (this.#aside ?? NO_DRAFT);
    this.#aside = null;
    this.editing = null;
    this.acceptUnpriced = false;
    this.refused = [];
    this.text = back.text;
    this.attachments = back.attachments;
    this.#keepSoon();
    void this.keepNow();
  }

  async #run(conversation: string, errand: WebErrand, priced: Priced): Promise<void> {
    const typed = this.text;
    const here: Errand = { id: (this.#serial += 1), errand };
    this.errands = [...this.errands, here];
    this.text = "";
    const answer = await platform.commands.runErrand(
      conversation,
      errand,
      { account: priced.account, amount: priced.most },
      this.acceptUnpriced,
    );
    this.errands = this.errands.filter((one) => one !== here);
    this.acceptUnpriced = false;
    const problem = answer.status === "error" ? answer.error : await this.#bring(conversation, [answer.data]);
    if (problem === null) return;
    if (this.#open.id !== conversation) {
      notices.error(problem);
      return;
    }
    this.problem = problem;
    if (answer.status === "error" && this.text === "") this.text = typed;
  }

  /** Writes down what is typed, if it changed. */
  async keepNow(): Promise<void> {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { id } = this.#open;
    if (id === null) return;
    const draft = this.#aside ?? { text: this.text, attachments: this.attachments };
    // JSON null would leave the draft as it is: an empty one forgets it.
    const answer = await platform.commands.changeConversations([id], {
      draft: { text: draft.text, attachments: [...draft.attachments] },
    });
    if (answer.status === "error") this.problem = answer.error;
  }

  #keepSoon(): void {
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

function misfits(attachments: readonly AttachmentView[], model: ChatModel | null): Misfit[] {
  if (model === null) return [];
  const found: Misfit[] = [];
  const count = { image: 0, video: 0 };
  for (const { id, kind } of attachments) {
    if (kind === "image") {
      count.image += 1;
      if (!model.vision) found.push({ attachment: id, why: "vision", most: 0 });
      else if (model.mostImages !== null && count.image > model.mostImages)
        found.push({ attachment: id, why: "images", most: model.mostImages });
    }
    if (kind === "audio" && !model.audio) found.push({ attachment: id, why: "audio", most: 0 });
    if (kind === "video") {
      count.video += 1;
      if (!model.video) found.push({ attachment: id, why: "video", most: 0 });
      else if (model.mostVideos !== null && count.video > model.mostVideos)
        found.push({ attachment: id, why: "videos", most: model.mostVideos });
    }
  }
  return found;
}
