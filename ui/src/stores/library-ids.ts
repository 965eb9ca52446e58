/**
 * The ids of a whole list, packed: 16 bytes for each instead of a text of 36 letters, and one table to find them by. A
 * hundred thousand take some 3 MB; a text is made where one is needed.
 */
const BYTES = 16;
const WORDS = 4;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Where a UUID's text has its dashes: before these bytes. */
const DASHED: ReadonlySet<number> = new Set([4, 6, 8, 10]);

const scratch = new Uint8Array(BYTES);
const scratchWords = new Uint32Array(scratch.buffer);

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Writes a UUID's bytes; false when the text is none. */
function parse(id: string, into: Uint8Array, offset: number): boolean {
  if (id.length !== 36) return false;
  let at = 0;
  for (let byte = 0; byte < BYTES; byte++) {
    if (DASHED.has(byte) && id.charCodeAt(at++) !== 45) return false;
    const high = digit(id.charCodeAt(at++));
    const low = digit(id.charCodeAt(at++));
    if (high < 0 || low < 0) return false;
    into[offset + byte] = high * 16 + low;
  }
  return true;
}

function hash(words: Uint32Array, at: number): number {
  let mixed = Math.imul(words[at] ?? 0, 0x9e3779b1) ^ Math.imul(words[at + 1] ?? 0, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) ^ Math.imul(words[at + 2] ?? 0, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x165667b1) ^ (words[at + 3] ?? 0);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** A list without the entries at some places, which ascend; each entry is `size` long. */
export function cutOut<T extends Uint8Array | Uint16Array>(list: T, places: readonly number[], size = 1): T {
  const rest = list.slice(0, list.length - places.length * size) as T;
  let from = 0;
  let to = 0;
  for (const place of [...places, list.length / size]) {
    // What lies between two of them is moved in one piece.
    rest.set(list.subarray(from * size, place * size), to * size);
    to += place - from;
    from = place + 1;
  }
  return rest;
}

export class PackedIds {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  /** Places by hash, one more than each so that 0 is none; made when the first id is looked for. */
  #table: Int32Array | null = null;

  /** Of 16 bytes each; a part of an id at the end is left out. */
  constructor(bytes: Uint8Array) {
    this.length = Math.floor(bytes.length / BYTES);
    // Words are read four bytes at a time, which wants a buffer of their own.
    this.#bytes = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    this.#words = new Uint32Array(this.#bytes.buffer, this.#bytes.byteOffset, this.length * WORDS);
  }

  /** Of texts; what isn't a UUID is left out. */
  static of(ids: readonly string[]): PackedIds {
    const bytes = new Uint8Array(ids.length * BYTES);
    let count = 0;
    for (const id of ids) if (parse(id, bytes, count * BYTES)) count++;
    return new PackedIds(bytes.slice(0, count * BYTES));
  }

  at(index: number): string | null {
    if (index < 0 || index >= this.length) return null;
    let text = "";
    for (let byte = 0; byte < BYTES; byte++) {
      if (DASHED.has(byte)) text += "-";
      text += HEX[this.#bytes[index * BYTES + byte] ?? 0] ?? "";
    }
    return text;
  }

  /** -1 when it isn't among them. */
  indexOf(id: string): number {
    return parse(id, scratch, 0) ? this.#find(scratchWords, 0) : -1;
  }

  /** Where the id is here that another list has at a place; -1 when it isn't. */
  indexFrom(other: PackedIds, index: number): number {
    return index < 0 || index >= other.length ? -1 : this.#find(other.#words, index * WORDS);
  }

  equals(other: PackedIds): boolean {
    if (this.length !== other.length) return false;
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#words[word] !== other.#words[word]) return false;
    }
    return true;
  }

  /** Without those at some places, which ascend. */
  without(places: readonly number[]): PackedIds {
    return new PackedIds(cutOut(this.#bytes.subarray(0, this.length * BYTES), places, BYTES));
  }

  #find(words: Uint32Array, at: number): number {
    const table = (this.#table ??= this.#index());
    const mask = table.length - 1;
    for (let slot = hash(words, at) & mask; ; slot = (slot + 1) & mask) {
      const place = (table[slot] ?? 0) - 1;
      if (place < 0) return -1;
      if (this.#same(place * WORDS, words, at)) return place;
    }
  }

  #same(own: number, words: Uint32Array, at: number): boolean {
    for (let word = 0; word < WORDS; word++) {
      if (this.#words[own + word] !== words[at + word]) return false;
    }
    return true;
  }

  #index(): Int32Array {
    // At most half full, so that a search ends soon.
    const table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, this.length) * 2)));
    const mask = table.length - 1;
    for (let index = 0; index < this.length; index++) {
      let slot = hash(this.#words, index * WORDS) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
    }
    return table;
  }
}

export const NO_IDS = new PackedIds(new Uint8Array(0));
