import { untrack, type Component } from "svelte";
import { plain, type PlainKey } from "@/i18n/index.svelte";
import type { RoomId } from "@/stores/route.svelte";

export type ActionGroup =
  | "go"
  | "chat"
  | "image"
  | "voice"
  | "film"
  | "music"
  | "library"
  | "queue"
  | "spend"
  | "models"
  | "console"
  | "account"
  | "app";

/** One thing the user can do. Its button, menu entry, shortcut and palette line all read this record. */
export type Action = {
  readonly id: string;
  readonly title: PlainKey;
  /** Where the title needs a value, such as a name: the words instead of `title`. */
  readonly words?: () => string;
  readonly group: ActionGroup;
  readonly icon?: Component;
  /** In the notation of tinykeys: `$mod+Enter`, `Shift+?`, `F`. Shown in the user's own notation. */
  readonly shortcut?: string;
  /** Further words to be found by, in any language. */
  readonly keywords?: readonly string[];
  /** The shortcut works only in this room. */
  readonly room?: RoomId;
  /** Also while a dialog or menu is open. */
  readonly overDialogs?: boolean;
  /** Left out of the palette: it needs to know what it is about. */
  readonly hidden?: boolean;
  /** Whether it can be done now; yes when absent. */
  readonly guard?: () => boolean;
  readonly run: () => void | Promise<void>;
};

export function isPossible(action: Action): boolean {
  return action.guard?.() ?? true;
}

export function titleOf(action: Action): string {
  return action.words?.() ?? plain(action.title);
}

/** All actions that are registered just now. */
export class Actions {
  list = $state.raw<readonly Action[]>([]);
  readonly #byId = $derived(new Map(this.list.map((action) => [action.id, action])));

  /** Adds actions; a room does so while it is shown, the answer takes them away. A later record of an id wins. */
  register(added: readonly Action[]): () => void {
    // The effect that registers mustn't run again because it did.
    this.list = [...untrack(() => this.list), ...added];
    return () => {
      this.list = this.list.filter((action) => !added.includes(action));
    };
  }

  get(id: string): Action | undefined {
    return this.#byId.get(id);
  }

  /** Does it if it can be done. */
  run(id: string): boolean {
    const action = this.get(id);
    if (action === undefined || !isPossible(action)) return false;
    void action.run();
    return true;
  }
}

export const actions = new Actions();
