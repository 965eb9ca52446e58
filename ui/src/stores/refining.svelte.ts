import type { Adjustment, Background, ItemView, MaskView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { items } from "./items.svelte";

export type Editor = "mask" | "crop" | "background";

/** The editors over a picture: which is open, and what they ask of the back end. */
export class Refining {
  editor = $state<Editor | null>(null);
  item = $state.raw<ItemView | null>(null);
  /** The back end is at work on what was asked. */
  busy = $state(false);
  #guard: (() => boolean) | null = null;
  #follower: ((made: ItemView) => void) | null = null;

  open(editor: Editor, item: ItemView): void {
    if (item.kind !== "picture" || (editor === "background" && !item.has_alpha)) return;
    this.item = item;
    this.editor = editor;
  }

  close(): void {
    this.editor = null;
    this.item = null;
  }

  /** Whether this editor is still open on this picture: an answer can come after it was left. */
  isAt(editor: Editor, item: string): boolean {
    return this.editor === editor && this.item?.id === item;
  }

  /** An editor with something to lose asks before the window closes. Answers how to stop. */
  guardWith(asks: () => boolean): () => void {
    this.#guard = asks;
    return () => {
      if (this.#guard === asks) this.#guard = null;
    };
  }

  /** The window is to close: whether an editor asks about what isn't kept yet. */
  asks(): boolean {
    return this.#guard?.() ?? false;
  }

  /** Closes with what was made: whoever follows shows it. */
  finish(made: ItemView): void {
    this.close();
    this.#follower?.(made);
  }

  /** Has new pictures handed to the room that is shown. Answers how to stop. */
  follow(show: (made: ItemView) => void): () => void {
    this.#follower = show;
    return () => {
      if (this.#follower === show) this.#follower = null;
    };
  }

  keepMask(item: string, png: string): Promise<Result<MaskView>> {
    return this.#do(platform.commands.keepMask(item, png));
  }

  readMask(id: string): Promise<Result<string>> {
    return platform.commands.getMask(id);
  }

  adjust(item: string, adjustment: Adjustment): Promise<Result<ItemView>> {
    return this.#made(platform.commands.adjustPicture(item, adjustment));
  }

  compose(item: string, background: Background): Promise<Result<ItemView>> {
    return this.#made(platform.commands.composePicture(item, background));
  }

  async #do<T>(asked: Promise<Result<T>>): Promise<Result<T>> {
    this.busy = true;
    try {
      return await asked;
    } finally {
      this.busy = false;
    }
  }

  async #made(asked: Promise<Result<ItemView>>): Promise<Result<ItemView>> {
    const answer = await this.#do(asked);
    if (answer.status === "ok") items.keep([answer.data]);
    return answer;
  }
}

export const refining = new Refining();
