import type { AppError } from "@/bindings";
import { platform } from "@/platform/platform";
import { chosenModel, readModel, usualModel, type ChatModel } from "./chat-models";

/** The models one can talk with. */
export class TextModels {
  list = $state.raw<readonly ChatModel[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** The user's own choice for new conversations. */
  readonly chosen: ChatModel | null = $derived(chosenModel(this.list));
  readonly usual: ChatModel | null = $derived(usualModel(this.list));
  readonly #byId = $derived(new Map(this.list.map((model) => [model.id, model])));
  #run = 0;

  find(id: string | null): ChatModel | null {
    return id === null ? null : (this.#byId.get(id) ?? null);
  }

  /** A model's name; its id where it isn't known any more. */
  nameOf(id: string): string {
    return this.find(id)?.name ?? id;
  }

  /** Reads them; another account may have others. */
  async load(): Promise<void> {
    const run = ++this.#run;
    const answer = await platform.commands.listModelChoices(["text"]);
    if (run !== this.#run) return;
    this.loaded = true;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "ok") this.list = answer.data.map(readModel);
  }
}
