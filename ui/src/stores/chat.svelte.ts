import type { AppError, CharacterView, ConversationFormat, ConversationImport } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { Characters } from "./chat-characters.svelte";
import { Composer } from "./chat-composer.svelte";
import { ConversationList } from "./chat-list.svelte";
import type { ChatModel } from "./chat-models";
import { TextModels } from "./chat-models.svelte";
import { Offer } from "./chat-offer.svelte";
import { OpenConversation } from "./chat-open.svelte";
import { ChatSearch } from "./chat-search.svelte";
import { EMPTY_SETTINGS, fitting, forNext, settled, type Settings } from "./chat-settings";
import { Kept } from "./chat-shelf.svelte";
import { events } from "./events";

/** A message to be brought into sight. */
export type Jump = { readonly message: string; readonly words: string };

/** The Chat room: the conversations, the one that is open, and what is typed into it. */
export class Chat {
  readonly models = new TextModels();
  readonly list = new ConversationList();
  readonly open = new OpenConversation();
  readonly composer = new Composer(this.open, this.models);
  readonly search = new ChatSearch(this.list);
  readonly kept = new Kept();
  readonly characters = new Characters();
  jump = $state.raw<Jump | null>(null);
  started = $state(false);

  readonly model: ChatModel | null = $derived.by(() => this.models.find(this.open.settings.model));
  #stop: (() => void) | null = null;
  /** How often somebody went to another conversation. */
  #moves = 0;

  /** Reads what there is, and opens the conversation that was touched last. Calling it again reads what changed. */
  async start(): Promise<void> {
    this.open.start();
    this.#stop ??= events.on("accounts", () => void this.#readModels());
    const first = !this.started;
    const moves = this.#moves;
    await Promise.all([this.#readModels(), this.list.start(), this.kept.load()]);
    this.started = true;
    if (!first) {
      await this.open.reread();
      return;
    }
    // Whoever went somewhere while this was read stays there.
    if (moves !== this.#moves) return;
    const newest = [...this.list.rows].sort((one, other) => (one.touched_at < other.touched_at ? 1 : -1))[0];
    const shown = newest !== undefined && (await this.show(newest.id));
    if (!shown && this.#moves <= moves + 1) this.begin();
  }

  stop(): void {
    this.leave();
    this.#stop?.();
    this.#stop = null;
    this.list.stop();
    this.open.stop();
    this.composer.price.stop();
  }

  /** Keeps what isn't written down yet. */
  leave(): void {
    void this.composer.keepNow();
    void this.open.flush();
  }

  /** Begins a new conversation, with the settings used last. The model that was chosen for new ones comes before the last one. */
  begin(over: Partial<Settings> = {}, guest: CharacterView | null = null): void {
    const { shelf } = this.list;
    this.#moves += 1;
    this.#forsake();
    const last = this.open.settings.model === "" ? EMPTY_SETTINGS : forNext(this.open.settings);
    const model = this.models.find(over.model ?? this.models.chosen?.id ?? last.model) ?? this.models.usual;
    const settings = { ...last, ...over };
    this.open.begin(
      model === null ? settings : fitting(settings, model),
      guest,
      shelf.kind === "folder" ? shelf.id : null,
    );
    this.composer.take(null);
  }

  /** Begins a conversation with a character, by its model where that can be had. */
  talk(character: CharacterView): void {
    const model = this.models.find(character.model);
    this.begin(
      {
        character: character.slug,
        system_prompt: "",
        ...(model === null || model.offline ? {} : { model: model.id }),
      },
      character,
    );
  }

  /** Opens a conversation, at a message when one is named. */
  async show(id: string, message: string | null = null, words = ""): Promise<boolean> {
    this.#moves += 1;
    if (this.open.id !== id) {
      this.#forsake();
      if (!(await this.open.open(id))) return false;
      this.composer.take(this.open.draft);
      this.#needModel();
    }
    if (message === null) return true;
    if (!this.open.path.some((step) => step.id === message)) {
      const problem = await this.open.show(message);
      if (problem !== null) this.open.problem = problem;
    }
    this.jump = { message, words };
    return true;
  }

  /** Leaves the open one: what is typed is kept, and one that nothing was ever said in goes. */
  #forsake(): void {
    const { id } = this.open;
    const { isEmpty, errands, attaching, sending } = this.composer;
    const isBlank = this.open.isBlank && isEmpty && errands.length === 0 && attaching === 0 && !sending;
    if (id === null || !isBlank) {
      this.leave();
      return;
    }
    void platform.commands
      .changeConversations([id], { trashed: true })
      .then(() => platform.commands.deleteConversations([id]));
  }

  /** What was begun before they were known is answered by the usual one. */
  async #readModels(): Promise<void> {
    await this.models.load();
    this.#needModel();
  }

  #needModel(): void {
    if (this.open.settings.model === "" && this.models.usual)
      this.open.change({ model: this.models.usual.id });
  }

  /** Another model answers from now on; what it has no use for is left out. */
  use(model: ChatModel): void {
    this.open.change(fitting(this.open.settings, model));
  }

  /** Takes settings that were kept under a name. */
  usePreset(preset: Parameters<typeof settled>[0]): void {
    const settings = { ...settled(preset), character: this.open.settings.character };
    const model = this.models.find(settings.model) ?? this.model;
    this.open.change(model === null ? settings : fitting(settings, model));
  }

  /** Another answer to a message, by the same model or another. */
  again(parent: string, model: ChatModel | null): Offer {
    const { id, settings } = this.open;
    return new Offer(this.open, {
      conversation: id ?? "",
      parent,
      turn: { kind: "answer" },
      settings: model === null ? settings : fitting(settings, model),
    });
  }

  /** The rest of an answer that ended too early. */
  continue(message: string): Offer {
    const { id, settings } = this.open;
    return new Offer(this.open, {
      conversation: id ?? "",
      parent: message,
      turn: { kind: "continue" },
      settings,
    });
  }

  /** A branch that begins with a summary of all up to a message. */
  summary(until: string): Offer {
    const { id, settings } = this.open;
    return new Offer(this.open, {
      conversation: id ?? "",
      parent: until,
      turn: { kind: "summarise" },
      settings,
    });
  }

  export(ids: readonly string[], format: ConversationFormat): Promise<Result<string | null>> {
    return platform.commands.exportConversations([...ids], format);
  }

  async import(): Promise<ConversationImport | AppError> {
    const answer = await platform.commands.importConversations();
    if (answer.status === "error") return answer.error;
    const [first] = answer.data.conversations;
    if (first) {
      await this.list.refresh();
      await this.show(first.id);
    }
    return answer.data;
  }
}

export const chat = new Chat();
