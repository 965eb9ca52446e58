/**
 * Words to choose from in a prompt: `{dawn|dusk}` stands for one of them, and one may hold others. Braces without a bar
 * are words like any other, so that a prompt may be JSON; `\{`, `\|` and `\}` are the characters themselves.
 */

export type Wildcards = {
  /** The words of each choice, as they were typed; of nested ones the outermost. */
  readonly choices: readonly (readonly string[])[];
  /** How many different ways there are to read the prompt; 1 where nothing is to be chosen. */
  readonly count: number;
  /** A brace without its other half. */
  readonly unbalanced: boolean;
};

type Piece = string | Choice;
type Choice = { readonly options: readonly (readonly Piece[])[]; readonly words: readonly string[] };

/** So many readings are looked at one by one; of more it is only known how many there are. */
const MOST_READ = 4096;
/** Beyond this nobody counts. */
const MOST = 1_000_000_000;

class Reader {
  readonly #text: string;
  #at = 0;
  unbalanced = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** What stands between here and the closing brace, or the end outside of all braces. */
  read(depth = 0): Choice {
    const options: Piece[][] = [[]];
    const words: string[] = [];
    let from = this.#at;
    const here = () => options.at(-1) ?? [];
    while (this.#at < this.#text.length) {
      const letter = this.#text[this.#at] ?? "";
      const next = this.#text[this.#at + 1] ?? "";
      this.#at += 1;
      if (letter === "\\" && "{|}".includes(next) && next !== "") {
        this.#at += 1;
        here().push(next);
      } else if (letter === "{") {
        const inside = this.read(depth + 1);
        if (inside.options.length > 1) here().push(inside);
        else here().push("{", ...(inside.options[0] ?? []), "}");
      } else if (letter === "|" && depth > 0) {
        words.push(this.#text.slice(from, this.#at - 1));
        from = this.#at;
        options.push([]);
      } else if (letter === "}" && depth > 0) {
        words.push(this.#text.slice(from, this.#at - 1));
        return { options, words };
      } else {
        if (letter === "}") this.unbalanced = true;
        here().push(letter);
      }
    }
    if (depth > 0) this.unbalanced = true;
    words.push(this.#text.slice(from));
    return { options, words };
  }
}

const isChoice = (piece: Piece): piece is Choice => typeof piece !== "string";

/** How many ways there are, the same ones counted twice. */
function ways(pieces: readonly Piece[]): number {
  return pieces
    .filter(isChoice)
    .reduce((all, { options }) => Math.min(MOST, all * options.reduce((sum, one) => sum + ways(one), 0)), 1);
}

function readings(pieces: readonly Piece[]): readonly string[] {
  return pieces.reduce<readonly string[]>(
    (all, piece) =>
      isChoice(piece)
        ? all.flatMap((before) => piece.options.flatMap(readings).map((words) => before + words))
        : all.map((before) => before + piece),
    [""],
  );
}

/** Reads the choices of a prompt. */
export function wildcardsOf(prompt: string): Wildcards {
  const reader = new Reader(prompt);
  const pieces = reader.read().options[0] ?? [];
  if (reader.unbalanced) return { choices: [], count: 1, unbalanced: true };
  const all = ways(pieces);
  return {
    choices: pieces.filter(isChoice).map((choice) => choice.words),
    count: all > 1 && all <= MOST_READ ? new Set(readings(pieces)).size : all,
    unbalanced: false,
  };
}

/** What makes prompts differ, each without the words that all begin and end with. */
export function differences(prompts: readonly string[]): readonly string[] {
  const words = prompts.map((prompt) => prompt.split(/\s+/));
  const [first] = words;
  if (first === undefined || words.length < 2) return prompts;
  const shortest = Math.min(...words.map((list) => list.length));
  const alike = (at: (list: readonly string[]) => string | undefined) =>
    words.every((list) => at(list) === at(first));
  let head = 0;
  while (head < shortest && alike((list) => list[head])) head++;
  let tail = 0;
  while (tail < shortest - head && alike((list) => list[list.length - 1 - tail])) tail++;
  return words.map((list) => list.slice(head, list.length - tail).join(" ") || "—");
}
