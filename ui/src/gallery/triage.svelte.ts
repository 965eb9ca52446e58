/** Going through pictures by the keyboard: rate, reject, go on. */
import type { ItemView } from "@/bindings";
import { app } from "@/stores/app.svelte";
import { sourceOf } from "@/sound/source";
import { player } from "@/stores/player.svelte";
import { choosers } from "./choosers.svelte";
import { rate, toggleFavourite, trash } from "./item-actions";
import { viewer } from "./viewer.svelte";

class Triage {
  /** What was done last, to be shown for a moment; each time is a new one. */
  last = $state.raw<{ readonly serial: number; readonly rating: number | null } | null>(null);
  #serial = 0;

  /** Whether a rating goes on to the next picture. */
  get advances(): boolean {
    return app.settings?.library_advance ?? false;
  }

  switchAdvance(): void {
    app.change({ library_advance: !this.advances });
  }

  /** Rates, and goes on where that is wished; `other` turns the wish round for once. */
  async rate(list: readonly ItemView[], rating: number, next: () => void, other = false): Promise<void> {
    this.last = { serial: ++this.#serial, rating };
    const goes = list.length === 1 && this.advances !== other;
    const done = rate(list, rating);
    if (goes) next();
    await done;
  }

  /** Puts what is shown large into the trash and goes on to its neighbour. */
  async reject(item: ItemView): Promise<void> {
    if (viewer.canStep(1)) viewer.step(1);
    else if (viewer.canStep(-1)) viewer.step(-1);
    else viewer.close();
    this.last = { serial: ++this.#serial, rating: null };
    await trash([item]);
  }
}

export const triage = new Triage();

function onControl(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest("button, input, [role=slider]") !== null;
}

/** The keys of the large view that are about choosing. True when one was taken. */
export function triageKey(event: KeyboardEvent, item: ItemView): boolean {
  const key = event.key.toLowerCase();
  if (key === " " && !onControl(event)) {
    if (item.kind === "sound") player.toggle(sourceOf(item));
    // A film has its own player, and the key is its.
    else if (item.kind === "picture") viewer.close();
    return true;
  }
  if (item.trashed_at !== null || event.repeat) return false;
  const digit =
    /^[0-5]$/.exec(key)?.[0] ?? (event.shiftKey ? /^Digit([0-5])$/.exec(event.code)?.[1] : undefined);
  if (digit !== undefined) {
    void triage.rate([item], Number(digit), () => viewer.step(1), event.shiftKey && key !== digit);
  } else if (key === "x") void triage.reject(item);
  else if (key === "f") void toggleFavourite([item]);
  else if (key === "n") triage.switchAdvance();
  else if (key === "b" && choosers.shown) choosers.ask("board", [item.id]);
  else if (key === "t" && choosers.shown) choosers.ask("tag", [item.id]);
  else return false;
  return true;
}
