import type { MessageView } from "@/bindings";

/** What lies over the room, or is being named, just now. */
export const view = $state<{
  list: boolean;
  settings: boolean;
  characters: boolean;
  prompts: boolean;
  models: boolean;
  library: boolean;
  /** The conversation whose name is typed, in the list or in the bar. */
  naming: { id: string; where: "list" | "bar" } | null;
}>({
  list: false,
  settings: false,
  characters: false,
  prompts: false,
  models: false,
  library: false,
  naming: null,
});

/** What a dialog is about. Messages are big: they are not watched inside. */
class About {
  /** The message that a picture is to be made of. */
  picture = $state.raw<MessageView | null>(null);
  /** The message that another model is to answer. */
  again = $state.raw<string | null>(null);
  /** The folder that is named: null = a new one for these conversations. */
  folder = $state.raw<{ id: string | null; name: string; for: readonly string[] } | null>(null);
  /** Conversations that go for good; null ids = all of the trash. */
  forget = $state.raw<{ ids: readonly string[] | null; count: number } | null>(null);
}
export const about = new About();

/** Where the keyboard is brought by an action. */
class Places {
  composer: HTMLTextAreaElement | null = null;
  search: HTMLInputElement | null = null;
  toEnd: (() => void) | null = null;
}
export const places = new Places();
