/**
 * The blocks of a text that grows. What has been read isn't read again: once a block has begun behind another, and its
 * first line is whole, nothing that comes later changes the one before, so reading goes on from there.
 *
 * ```ts
 * const reader = new BlockReader();
 * reader.read("# Tides\n\nHigh wa", true);
 * reader.read("# Tides\n\nHigh water at **nine", true); // reads the paragraph alone
 * ```
 */
import type { Links, Token, Tokens } from "marked";
import { OpenFence } from "./fence";
import { lexBlocks, noLinks } from "./lexer";

/** What a block needs of the rest of the text. Another object when that has changed for this block. */
export type Scope = { readonly links: Links };

export type Block = {
  readonly index: number;
  /** Where it begins in the text. */
  readonly start: number;
  readonly token: Token;
  readonly scope: Scope;
  /** More of it may come. */
  readonly open: boolean;
};

export type BlockGroup = readonly Block[];

/** Blocks are handed out in groups, so that one more block doesn't mean looking at all of them. */
const GROUP = 32;
/**
 * Up to this length the last block is read anew with whatever comes. A longer one is when it has grown by an eighth, or
 * when eight times as long has passed as reading it took: then it takes little of the time, however long it is.
 */
const LONG = 8_192;
const SHARE = 8;

export class BlockReader {
  /** Characters that went through the lexer so far: a measure of the work. */
  lexed = 0;

  #source = "";
  #stable = 0;
  #links = noLinks();
  #blocks: Block[] = [];
  #groups: BlockGroup[] = [];
  #fence: OpenFence | null = null;
  /** Where the text ended when the last block was lexed, and what it was then. */
  #read = 0;
  #tail: readonly Block[] = [];
  #readAt = 0;
  #readTook = 0;
  readonly #clock: () => number;
  /** The settled blocks that name a link which isn't known. */
  #wanting = new Map<string, number[]>();

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** The blocks of `text`, of which more will come when `streaming`. */
  read(text: string, streaming = false): readonly BlockGroup[] {
    const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
    // Three times as long as `startsWith` to read, and sixty times as fast: this is done with every frame.
    if (source.slice(0, this.#source.length) !== this.#source) this.#forget();
    this.#source = source;
    if (!streaming) this.#fence = null;
    if (this.#fence === null || this.#closeFence(this.#fence)) this.#tail = this.#readTail(streaming);
    if (this.#fence !== null) {
      this.#tail = [this.#block(this.#fence.token(source), 0, this.#fence.start, true)];
    }
    return this.#grouped();
  }

  /** How many blocks are settled: they will not be read again. */
  get settled(): number {
    return this.#blocks.length;
  }

  #readTail(streaming: boolean): readonly Block[] {
    if (streaming && this.#canWait()) return this.#waiting();
    const text = this.#source.slice(this.#stable);
    const begun = this.#clock();
    const tokens = lexBlocks(text, noLinks());
    this.#readAt = this.#clock();
    this.#readTook = this.#readAt - begun;
    this.lexed += text.length;
    this.#read = this.#source.length;
    const rest = this.#settle(tokens, streaming);
    const last = rest.at(-1);
    if (streaming && last !== undefined) {
      this.#fence = OpenFence.of(last.token, this.#source, last.start);
      if (this.#fence !== null) {
        this.#keep(rest.slice(0, -1));
        this.#stable = this.#fence.start;
        return [];
      }
    }
    return rest;
  }

  #canWait(): boolean {
    const length = this.#source.length - this.#stable;
    if (length <= LONG || this.#read <= this.#stable) return false;
    const grown = this.#source.length - this.#read >= length / SHARE;
    return !grown && this.#clock() - this.#readAt <= this.#readTook * SHARE;
  }

  /** Keeps the blocks that can't change any more, and gives the others. */
  #settle(tokens: readonly Token[], streaming: boolean): Block[] {
    const placed: { token: Token; start: number }[] = [];
    let at = this.#stable;
    for (const token of tokens) {
      if (token.type !== "space") placed.push({ token, start: at });
      at += token.raw.length;
    }
    let last = placed.length - 1;
    const begins = placed[last]?.start ?? at;
    if (!this.#source.includes("\n", begins)) last -= 1;
    // A formula whose end never comes is part of the paragraph before it.
    const latest = placed.at(-1)?.token as { type: string; open?: boolean } | undefined;
    if (latest?.type === "maths" && latest.open === true) last = Math.min(last, placed.length - 2);
    const settled = streaming ? Math.max(0, last) : 0;
    // The address of a link that is still being written isn't known yet.
    for (const { token } of streaming ? placed.slice(0, settled) : placed) this.#define(token);
    this.#keep(
      placed.slice(0, settled).map(({ token, start }, index) => this.#block(token, index, start, false)),
    );
    this.#stable = placed[settled]?.start ?? this.#stable;
    return placed
      .slice(settled)
      .map(({ token, start }, index, rest) =>
        this.#block(token, index, start, streaming && index === rest.length - 1),
      );
  }

  /** A block that was read before and came out the same is the same object. */
  #block(token: Token, ahead: number, start: number, open: boolean): Block {
    const index = this.#blocks.length + ahead;
    const before = this.#tail.find((block) => block.index === index);
    if (before?.start === start && before.open === open && before.token.raw === token.raw) {
      if (before.token.type === token.type) return before;
    }
    return { index, start, token, scope: { links: this.#links }, open };
  }

  #keep(blocks: readonly Block[]): void {
    for (const block of blocks) {
      this.#blocks.push(block.open ? { ...block, open: false } : block);
      if (block.token.type === "code" || !block.token.raw.includes("[")) continue;
      for (const [, name = ""] of block.token.raw.matchAll(/\[([^[\]\n]{1,200})\]/g)) {
        const label = labelOf(name);
        if (label in this.#links) continue;
        const wanting = this.#wanting.get(label) ?? [];
        if (wanting.at(-1) !== block.index) wanting.push(block.index);
        this.#wanting.set(label, wanting);
      }
    }
  }

  /** Takes in the links that a block defines. Earlier blocks that name them are shown anew. */
  #define(token: Token): void {
    for (const { tag, href, title } of definitions(token)) {
      if (tag in this.#links) continue;
      this.#links[tag] = { href, title };
      this.#tail = [];
      for (const index of this.#wanting.get(tag) ?? []) {
        const block = this.#blocks[index];
        if (block === undefined) continue;
        this.#blocks[index] = { ...block, scope: { links: this.#links } };
        this.#groups.splice(Math.floor(index / GROUP));
      }
      this.#wanting.delete(tag);
    }
  }

  /** True when the code has ended: what is behind it is read as usual. */
  #closeFence(fence: OpenFence): boolean {
    const end = fence.end(this.#source);
    if (end === null) return false;
    const text = this.#source.slice(fence.start, end);
    this.lexed += text.length;
    const [token] = lexBlocks(text, this.#links);
    if (token !== undefined) this.#keep([this.#block(token, 0, fence.start, false)]);
    this.#fence = null;
    this.#stable = end;
    this.#read = end;
    return true;
  }

  /** The last block as it was read, and what has come since as it came. */
  #waiting(): readonly Block[] {
    const kept = this.#tail.filter(({ token }) => token.type !== "waiting");
    const text = this.#source.slice(this.#read);
    const token = { type: "waiting", raw: text, text };
    return text === "" ? kept : [...kept, this.#block(token, kept.length, this.#read, true)];
  }

  #grouped(): readonly BlockGroup[] {
    while ((this.#groups.length + 1) * GROUP <= this.#blocks.length) {
      const from = this.#groups.length * GROUP;
      this.#groups.push(this.#blocks.slice(from, from + GROUP));
    }
    const rest = [...this.#blocks.slice(this.#groups.length * GROUP), ...this.#tail];
    const groups = [...this.#groups];
    for (let from = 0; from < rest.length; from += GROUP) groups.push(rest.slice(from, from + GROUP));
    return groups;
  }

  #forget(): void {
    this.#source = "";
    this.#stable = 0;
    this.#read = 0;
    this.#links = noLinks();
    this.#blocks = [];
    this.#groups = [];
    this.#tail = [];
    this.#fence = null;
    this.#wanting = new Map();
  }
}

function* definitions(token: Token): Generator<Tokens.Def> {
  if (token.type === "def") yield token as Tokens.Def;
  const { items = [], tokens = [] } = token as Partial<Tokens.List & Tokens.Blockquote>;
  for (const inner of [...items, ...tokens]) yield* definitions(inner);
}

/** As marked compares them. */
function labelOf(name: string): string {
  return name.replace(/\s+/g, " ").trim().toLowerCase().toUpperCase().toLowerCase();
}

/** The blocks of a text that is whole. */
export function readBlocks(text: string): Block[] {
  return new BlockReader().read(text).flat();
}
