import { SvelteMap } from "svelte/reactivity";
import type {
  AppError,
  CharacterView,
  ConversationCost,
  ConversationRow,
  ConversationView,
  MessageDraft,
  MessageView,
  PathStep,
  PicturesDraft,
  TurnBegun,
  TurnPrice,
} from "@/bindings";
import { platform } from "@/platform/platform";
import { answers, LiveAnswer } from "./chat-answers.svelte";
import { EMPTY_SETTINGS, settled, type Settings } from "./chat-settings";
import { events } from "./events";
import { overBudget } from "./over-budget.svelte";

/** Messages are asked for so many at once. */
const AT_ONCE = 60;
/** Settings are written down this long after the last change, in milliseconds. */
const KEEP = 400;
const NOTHING: ConversationCost = { real: [], pretend: [], is_estimate: false, unknown: 0 };

/** The conversation that is open: its shown branch, and of its messages those that were looked at. */
export class OpenConversation {
  /** null = a new one, which isn't written down before something is typed into it. */
  id = $state<string | null>(null);
  row = $state.raw<ConversationRow | null>(null);
  settings = $state.raw<Settings>(EMPTY_SETTINGS);
  path = $state.raw<readonly PathStep[]>([]);
  cost = $state.raw<ConversationCost>(NOTHING);
  /** The character of a new one. */
  guest = $state.raw<CharacterView | null>(null);
  loading = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** What was typed into it and not sent, as it was read. */
  draft: unknown = null;

  readonly character: CharacterView | null = $derived(this.row?.character ?? this.guest);
  readonly last: PathStep | null = $derived(this.path.at(-1) ?? null);
  /** The answer that is being written. */
  readonly writing: string | null = $derived.by(() => {
    // It needn't be the last: a picture can be asked for below it, and another branch can be on show.
    for (const message of this.#messages.values())
      if (message.state === "writing" && message.pictures === null) return message.id;
    return null;
  });

  readonly #messages = new SvelteMap<string, MessageView>();
  readonly #asked = new Set<string>();
  #wanted = new Set<string>();
  #run = 0;
  #folder: string | null = null;
  #creating: { readonly run: number; readonly id: Promise<string | null> } | null = null;
  #isNew = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | null = null;
  #rereading = false;
  #rereadAgain = false;

  start(): void {
    this.#stop ??= events.on("conversations", (batch) => {
      const mine = batch.some(
        (event) => event.ids === null || (this.id !== null && event.ids.includes(this.id)),
      );
      if (mine) void this.reread();
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  message(id: string): MessageView | null {
    return this.#messages.get(id) ?? null;
  }

  /** Opens one. Answers what it says about the draft in it, or null when it can't be opened. */
  async open(id: string): Promise<boolean> {
    void this.flush();
    const run = ++this.#run;
    this.loading = true;
    const answer = await platform.commands.getConversation(id);
    if (run !== this.#run) return false;
    this.loading = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return false;
    }
    this.#clear();
    this.id = id;
    this.settings = settled(answer.data.settings);
    this.draft = answer.data.draft;
    this.#take(answer.data);
    return true;
  }

  /** Begins a new one, which isn't written down yet. */
  begin(settings: Settings, guest: CharacterView | null = null, folder: string | null = null): void {
    void this.flush();
    this.#clear();
    this.loading = false;
    this.settings = settings;
    this.guest = guest;
    this.#folder = folder;
  }

  /** Whether it was begun just now, and nobody has given it anything to be known by. */
  get isBlank(): boolean {
    const { row } = this;
    return this.#isNew && this.path.length === 0 && row?.title === "" && !row.pinned;
  }

  /** Writes a new one down, if that wasn't done; its id, or null when it can't be. */
  ensure(): Promise<string | null> {
    if (this.id !== null) return Promise.resolve(this.id);
    if (this.#creating?.run !== this.#run) this.#creating = { run: this.#run, id: this.#create() };
    return this.#creating.id;
  }

  /** The id of a new one that is being written down; null when none is. */
  created(): Promise<string | null> {
    return this.#creating?.run === this.#run ? this.#creating.id : Promise.resolve(null);
  }

  async #create(): Promise<string | null> {
    const run = this.#run;
    const { settings } = this;
    const answer = await platform.commands.createConversation(settings, this.#folder);
    if (run === this.#run) this.#creating = null;
    if (answer.status === "error") {
      if (run === this.#run) this.problem = answer.error;
      return null;
    }
    const { row } = answer.data;
    // Who went on to another one meanwhile finds it in the list, with what was typed.
    if (run !== this.#run) return row.id;
    this.id = row.id;
    this.row = row;
    this.#isNew = true;
    if (this.settings !== settings) this.change({});
    return row.id;
  }

  /** Changes how messages are asked for, at once to see and a moment later for good. */
  change(patch: Partial<Settings>): void {
    this.settings = { ...this.settings, ...patch };
    this.#isNew = false;
    if (this.id === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), KEEP);
  }

  /** Writes the settings down now, if they changed. */
  async flush(): Promise<void> {
    if (this.#timer === undefined || this.id === null) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const answer = await platform.commands.changeConversations([this.id], { settings: this.settings });
    if (answer.status === "error") this.problem = answer.error;
  }

  /** Sees to it that these messages come; those asked for in one go go in one reading. */
  need(id: string): void {
    if (this.#messages.has(id) || this.#asked.has(id)) return;
    if (this.#wanted.size === 0) queueMicrotask(() => void this.#readWanted());
    this.#wanted.add(id);
  }

  async #readWanted(): Promise<void> {
    const ids = [...this.#wanted];
    this.#wanted = new Set();
    await this.#read(ids);
  }

  async #read(ids: readonly string[]): Promise<void> {
    const run = this.#run;
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const part = ids.slice(from, from + AT_ONCE);
      for (const id of part) this.#asked.add(id);
      const answer = await platform.commands.getMessages(part);
      for (const id of part) this.#asked.delete(id);
      if (run !== this.#run) return;
      if (answer.status === "error") this.problem = answer.error;
      else this.#put(answer.data);
    }
  }

  /** Reads the branch again, and what of it isn't finished. */
  async reread(): Promise<void> {
    if (this.#rereading) {
      this.#rereadAgain = true;
      return;
    }
    this.#rereading = true;
    do {
      this.#rereadAgain = false;
      const { id } = this;
      const run = this.#run;
      if (id === null) break;
      const answer = await platform.commands.getConversation(id);
      if (run !== this.#run || answer.status === "error") continue;
      this.#take(answer.data);
      const open = [...this.#messages.values()].filter(
        ({ pictures }) => pictures !== null && pictures.items.length < pictures.wanted,
      );
      if (open.length > 0) await this.#read(open.map((message) => message.id));
    } while (this.#rereadAgain);
    this.#rereading = false;
  }

  /** Walks to the branch beside the one a message is on. */
  async step(message: string, by: -1 | 1): Promise<AppError | null> {
    return this.#branch(platform.commands.showNextBranch(message, by));
  }

  /** Shows the branch a message is on. */
  async show(message: string): Promise<AppError | null> {
    return this.#branch(platform.commands.showBranch(message));
  }

  async #branch(asked: ReturnType<typeof platform.commands.showBranch>): Promise<AppError | null> {
    const run = this.#run;
    const answer = await asked;
    if (answer.status === "error") return answer.error;
    if (run === this.#run) this.#take(answer.data);
    return null;
  }

  /** Sends a turn at the price that was shown for it. */
  async send(draft: MessageDraft, price: TurnPrice, acceptUnpriced: boolean): Promise<AppError | null> {
    const answer = new LiveAnswer();
    const conversation = draft.conversation ?? "";
    const begun = await overBudget.at({ account: price.account, amount: price.most }, (agreed) =>
      // What was refused has closed its channel.
      platform.commands.sendTurn(draft, agreed, acceptUnpriced, platform.channel(answer.tell)),
    );
    if (begun.status === "error") return begun.error;
    answer.begin(begun.data.answer);
    this.#begun(conversation, begun.data);
    answers.keep(begun.data.answer.id, answer, this.#ended(conversation));
    return null;
  }

  async makePictures(draft: PicturesDraft): Promise<AppError | null> {
    const begun = await overBudget.at(draft.expected, (expected) =>
      platform.commands.makePicturesHere({ ...draft, expected }),
    );
    if (begun.status === "error") return begun.error;
    this.#begun(draft.conversation, begun.data);
    return null;
  }

  /** Stops the answer that is written; what has come is kept. */
  async stopWriting(): Promise<AppError | null> {
    const id = this.writing;
    if (id === null) return null;
    const run = this.#run;
    const answer = await platform.commands.stopTurn(id);
    if (answer.status === "error") {
      // It ended by itself in the same moment.
      if (this.writing === id) await this.reread();
      return answer.error.code === "not_found" ? null : answer.error;
    }
    answers.drop(id);
    if (run === this.#run) this.#put([answer.data]);
    return null;
  }

  #ended(conversation: string | null) {
    return (message: MessageView, cost: ConversationCost | null): void => {
      if (this.id !== conversation) return;
      this.#put([message]);
      if (cost !== null) this.cost = cost;
    };
  }

  /** What was begun in one that was left meanwhile is shown when it is opened again. */
  #begun(conversation: string, begun: TurnBegun): void {
    if (this.id !== conversation) return;
    this.#isNew = false;
    this.#put([...(begun.said ? [begun.said] : []), begun.answer]);
    this.row = begun.row;
    this.path = begun.path;
  }

  #take(view: ConversationView): void {
    this.row = view.row;
    this.cost = view.cost;
    this.#put(view.messages);
    if (!samePath(this.path, view.path)) this.path = view.path;
    for (const message of view.messages) {
      if (message.state !== "writing" || message.pictures !== null) continue;
      void answers.follow(message.id, this.#ended(this.id));
    }
  }

  /** An answer that has ended isn't turned back by one that was overtaken. */
  #put(list: readonly MessageView[]): void {
    for (const message of list) {
      const before = this.#messages.get(message.id);
      if (before !== undefined && before.state !== "writing" && message.state === "writing") continue;
      this.#messages.set(message.id, message);
    }
  }

  /** What was asked for until now, while the next one was read too, is no news of what is shown from here on. */
  #clear(): void {
    this.#run += 1;
    this.id = null;
    this.row = null;
    this.guest = null;
    this.path = [];
    this.cost = NOTHING;
    this.problem = null;
    this.draft = null;
    this.#folder = null;
    this.#isNew = false;
    this.#messages.clear();
    this.#asked.clear();
    this.#wanted.clear();
  }
}

function samePath(one: readonly PathStep[], other: readonly PathStep[]): boolean {
  return (
    one.length === other.length &&
    one.every((step, index) => {
      const beside = other[index];
      return beside?.id === step.id && beside.branch === step.branch && beside.branches === step.branches;
    })
  );
}
