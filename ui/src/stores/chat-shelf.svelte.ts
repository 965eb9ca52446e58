import type { AppError, ChatPreset, SavedPrompt } from "@/bindings";
import { platform } from "@/platform/platform";
import { variablesOf } from "./chat-slash";
import type { Settings } from "./chat-settings";

/** What is kept to be used again: settings under names, and words. */
export class Kept {
  presets = $state.raw<readonly ChatPreset[]>([]);
  prompts = $state.raw<readonly SavedPrompt[]>([]);
  problem = $state.raw<AppError | null>(null);

  async load(): Promise<void> {
    const [presets, prompts] = await Promise.all([
      platform.commands.listChatPresets(),
      platform.commands.listSavedPrompts(),
    ]);
    if (presets.status === "ok") this.presets = presets.data;
    else this.problem = presets.error;
    if (prompts.status === "ok") this.prompts = prompts.data;
    else this.problem = prompts.error;
  }

  /** Keeps settings; those that have the name already are replaced. */
  async savePreset(name: string, settings: Settings): Promise<AppError | null> {
    const known = this.presets.find((preset) => preset.name === name);
    const answer = await platform.commands.saveChatPreset({ id: known?.id ?? "", name, settings });
    return this.#settle(answer);
  }

  async deletePreset(id: string): Promise<AppError | null> {
    return this.#settle(await platform.commands.deleteChatPreset(id));
  }

  async savePrompt(id: string, name: string, text: string): Promise<AppError | null> {
    const answer = await platform.commands.savePrompt({ id, name, text, variables: variablesOf(text) });
    return this.#settle(answer);
  }

  async deletePrompt(id: string): Promise<AppError | null> {
    return this.#settle(await platform.commands.deleteSavedPrompt(id));
  }

  async #settle(answer: { status: "ok" } | { status: "error"; error: AppError }): Promise<AppError | null> {
    if (answer.status === "error") return answer.error;
    await this.load();
    return null;
  }
}
