import type { AppError, ConversationRow, MessageHit } from "@/bindings";
import { platform } from "@/platform/platform";
import type { ConversationList } from "./chat-list.svelte";

const PAGE = 40;
/** A pause after the last key, in milliseconds. */
const PAUSE = 160;
const MOST_TITLES = 8;

/** Looks through titles and all messages. */
export class ChatSearch {
  text = $state("");
  hits = $state.raw<readonly MessageHit[]>([]);
  /** What is shown is what was asked for. */
  settled = $state(true);
  problem = $state.raw<AppError | null>(null);
  readonly #list: ConversationList;
  readonly isOn: boolean = $derived(this.text.trim() !== "");
  readonly titles: readonly ConversationRow[] = $derived.by(() => {
    const sought = this.text.trim().toLocaleLowerCase();
    if (sought === "") return [];
    return this.#list.rows
      .filter((row) => row.title.toLocaleLowerCase().includes(sought))
      .slice(0, MOST_TITLES);
  });
  next = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #run = 0;

  constructor(list: ConversationList) {
    this.#list = list;
  }

  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#run += 1;
    if (text.trim() === "") {
      this.hits = [];
      this.next = null;
      this.settled = true;
      return;
    }
    this.settled = false;
    this.#timer = setTimeout(() => void this.#read(null), PAUSE);
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    const cursor = this.next;
    this.next = null;
    await this.#read(cursor);
  }

  async #read(cursor: string | null): Promise<void> {
    const run = ++this.#run;
    if (cursor === null) void this.#list.all();
    const answer = await platform.commands.searchMessages(this.text.trim(), cursor, PAGE);
    if (run !== this.#run) return;
    this.settled = true;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") return;
    this.hits = cursor === null ? answer.data.hits : [...this.hits, ...answer.data.hits];
    this.next = answer.data.next;
  }
}
