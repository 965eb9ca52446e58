/** What is selected in a list of ids, by mouse and by keyboard, the way file managers do it. */
export type Keys = { readonly shift?: boolean; readonly toggle?: boolean };

export class Selection {
  /** The one that has the keyboard. */
  focused = $state<string | null>(null);
  selected = $state.raw<ReadonlySet<string>>(new Set());
  /** The only selected one; null when none or several are. */
  readonly single: string | null = $derived.by(() => {
    const [first, second] = this.selected;
    return first !== undefined && second === undefined ? first : null;
  });

  #anchor: string | null = null;
  readonly #ids: () => readonly string[];

  constructor(ids: () => readonly string[]) {
    this.#ids = ids;
  }

  /** A click: alone it selects one, with Ctrl it adds or takes away, with Shift it selects up to here. */
  pick(id: string, keys: Keys = {}): void {
    this.focused = id;
    if (keys.shift && this.#anchor !== null) {
      this.selected = new Set([...(keys.toggle ? this.selected : []), ...this.#range(this.#anchor, id)]);
      return;
    }
    this.#anchor = id;
    if (!keys.toggle) {
      this.selected = new Set([id]);
      return;
    }
    const next = new Set(this.selected);
    if (!next.delete(id)) next.add(id);
    this.selected = next;
  }

  /** The keyboard goes to another one: the selection follows, unless Ctrl holds it. */
  moveTo(id: string, keys: Keys = {}): void {
    if (keys.toggle && !keys.shift) this.focused = id;
    else this.pick(id, { shift: keys.shift ?? false });
  }

  all(): void {
    this.selected = new Set(this.#ids());
  }

  clear(): void {
    this.selected = new Set();
    this.#anchor = null;
  }

  /** After the list has changed: what went away is no longer selected, and its neighbour gets the keyboard. */
  follow(before: readonly string[]): void {
    const now = this.#ids();
    const there = new Set(now);
    const kept = [...this.selected].filter((id) => there.has(id));
    const lost = this.selected.size - kept.length;
    if (this.focused !== null && !there.has(this.focused)) {
      const at = before.indexOf(this.focused);
      const next = before.slice(at + 1).find((id) => there.has(id));
      const previous = before.slice(0, Math.max(0, at)).findLast((id) => there.has(id));
      this.focused = next ?? previous ?? null;
      if (kept.length === 0 && lost > 0 && this.focused !== null) kept.push(this.focused);
    }
    if (lost > 0) this.selected = new Set(kept);
    if (this.#anchor !== null && !there.has(this.#anchor)) this.#anchor = this.focused;
  }

  #range(from: string, to: string): readonly string[] {
    const ids = this.#ids();
    const [one, other] = [ids.indexOf(from), ids.indexOf(to)];
    if (one < 0 || other < 0) return [to];
    return ids.slice(Math.min(one, other), Math.max(one, other) + 1);
  }
}
