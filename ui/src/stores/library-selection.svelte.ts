/** What is selected in a list of ids, by mouse and by keyboard, the way file managers do it. */
import { NO_IDS, type PackedIds } from "./library-ids";

export type Keys = { readonly shift?: boolean; readonly toggle?: boolean };

const NONE: ReadonlySet<string> = new Set();

/** Some of a list, a bit for each: all of a hundred thousand are 12 kB. It never changes; a new one takes its place. */
export class Chosen implements Iterable<string> {
  readonly size: number;
  readonly order: PackedIds;
  readonly #bits: Uint32Array<ArrayBuffer>;
  /** Chosen, and not in the list. */
  readonly strays: ReadonlySet<string>;

  constructor(order: PackedIds, bits = new Uint32Array(0), strays = NONE) {
    this.order = order;
    this.strays = strays;
    this.#bits = bits.length > 0 ? bits : new Uint32Array((order.length + 31) >>> 5);
    let size = strays.size;
    for (let word of this.#bits) for (; word !== 0; size++) word &= word - 1;
    this.size = size;
  }

  hasIndex(index: number): boolean {
    return index >= 0 && (((this.#bits[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  has(id: string): boolean {
    return this.strays.has(id) || this.hasIndex(this.order.indexOf(id));
  }

  /** Their places, in the order of the list. */
  *places(): Generator<number> {
    for (let at = 0; at < this.#bits.length; at++) {
      for (let word = this.#bits[at] ?? 0; word !== 0; word &= word - 1) {
        yield at * 32 + 31 - Math.clz32(word & -word);
      }
    }
  }

  /** In the order of the list; strays at the end. */
  *[Symbol.iterator](): Generator<string> {
    for (const place of this.places()) {
      const id = this.order.at(place);
      if (id !== null) yield id;
    }
    yield* this.strays;
  }

  /** With one more, or one less. */
  with(id: string, chosen: boolean): Chosen {
    const place = this.order.indexOf(id);
    if (place >= 0) return this.withRange(place, place, chosen);
    const strays = new Set(this.strays);
    if (chosen) strays.add(id);
    else strays.delete(id);
    return new Chosen(this.order, this.#bits, strays);
  }

  /** With a range, both ends of it too. */
  withRange(one: number, other: number, chosen = true): Chosen {
    const bits = this.#bits.slice();
    for (let place = Math.min(one, other); place <= Math.max(one, other); place++) {
      const bit = 1 << (place & 31);
      bits[place >>> 5] = chosen ? (bits[place >>> 5] ?? 0) | bit : (bits[place >>> 5] ?? 0) & ~bit;
    }
    return new Chosen(this.order, bits, this.strays);
  }

  /** The same ones in another list; what it doesn't have is dropped, strays that it has come in. */
  in(order: PackedIds): Chosen {
    const bits = new Uint32Array((order.length + 31) >>> 5);
    const strays = new Set<string>();
    const set = (place: number): void => {
      bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
    };
    for (const place of this.places()) {
      const now = order.indexFrom(this.order, place);
      if (now >= 0) set(now);
    }
    for (const id of this.strays) {
      const now = order.indexOf(id);
      if (now >= 0) set(now);
      else strays.add(id);
    }
    return new Chosen(order, bits, strays);
  }
}

export class Selection {
  /** The one that has the keyboard. */
  focused = $state<string | null>(null);
  selected = $state.raw(new Chosen(NO_IDS));
  /** The only selected one; null when none or several are. */
  readonly single: string | null = $derived.by(() => {
    if (this.selected.size !== 1) return null;
    const [only] = this.selected;
    return only ?? null;
  });

  #anchor: string | null = null;
  readonly #order: () => PackedIds;
  readonly #changed: () => void;

  /** `changed` is told after each change of what is selected or has the keyboard. */
  constructor(order: () => PackedIds, changed: () => void = () => undefined) {
    this.#order = order;
    this.#changed = changed;
  }

  /** A click: alone it selects one, with Ctrl it adds or takes away, with Shift it selects up to here. */
  pick(id: string, keys: Keys = {}): void {
    this.focused = id;
    if (keys.shift && this.#anchor !== null) {
      this.#select(this.#range(keys.toggle ? this.selected : this.#none(), this.#anchor, id));
      return;
    }
    this.#anchor = id;
    this.#select(keys.toggle ? this.selected.with(id, !this.selected.has(id)) : this.#none().with(id, true));
  }

  /** The keyboard goes to another one: the selection follows, unless Ctrl holds it. */
  moveTo(id: string, keys: Keys = {}): void {
    if (keys.toggle && !keys.shift) {
      this.focused = id;
      this.#changed();
    } else this.pick(id, { shift: keys.shift ?? false });
  }

  all(): void {
    const order = this.#order();
    this.#select(order.length === 0 ? this.#none() : this.#none().withRange(0, order.length - 1));
  }

  clear(): void {
    this.#anchor = null;
    this.#select(this.#none());
  }

  /** After the list has changed: what went away is no longer selected, and its neighbour gets the keyboard. */
  follow(): void {
    const now = this.#order();
    const { order: before, size } = this.selected;
    if (before === now) return;
    let next = this.selected.in(now);
    const { focused } = this;
    const place = focused === null ? -1 : before.indexOf(focused);
    if (focused !== null && place >= 0 && now.indexOf(focused) < 0) {
      this.focused = this.#neighbour(before, place, now);
      if (next.size === 0 && size > 0 && this.focused !== null) next = next.with(this.focused, true);
    }
    if (this.#anchor !== null && before.indexOf(this.#anchor) >= 0 && now.indexOf(this.#anchor) < 0) {
      this.#anchor = this.focused;
    }
    this.#select(next);
  }

  #select(chosen: Chosen): void {
    this.selected = chosen;
    this.#changed();
  }

  #none(): Chosen {
    return new Chosen(this.#order());
  }

  /** The next that is still there of those that were below, else of those above. */
  #neighbour(before: PackedIds, place: number, now: PackedIds): string | null {
    for (let at = place + 1; at < before.length; at++) {
      if (now.indexFrom(before, at) >= 0) return before.at(at);
    }
    for (let at = place - 1; at >= 0; at--) if (now.indexFrom(before, at) >= 0) return before.at(at);
    return null;
  }

  #range(base: Chosen, from: string, to: string): Chosen {
    const order = this.#order();
    const [one, other] = [order.indexOf(from), order.indexOf(to)];
    return one < 0 || other < 0 ? this.#none().with(to, true) : base.withRange(one, other);
  }
}
