/** Where two texts differ, word by word. */

export type Piece = { readonly text: string; readonly differs: boolean };

/** Beyond this many pairs of words the middle counts as different altogether: nobody reads that closely. */
const MOST_PAIRS = 4_000_000;

/** Scripts that write no spaces between words: there the language's own rules say where a word ends. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;

/** Words with what stands between them. */
function tokens(text: string): readonly string[] {
  // Short runs only: the time it takes to find the words of a text grows with its square.
  const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
  return (text.match(/[\p{L}\p{N}\p{M}'’]+|[^\p{L}\p{N}\p{M}'’]+/gu) ?? []).flatMap((run) =>
    UNSPACED.test(run) ? [...segmenter.segment(run)].map(({ segment }) => segment) : [run],
  );
}

function isWord(token: string): boolean {
  return /[\p{L}\p{N}]/u.test(token);
}

/** Which of `words` are part of the longest run of words, gaps allowed, that both have in common. */
function common(words: readonly string[], others: readonly string[]): readonly boolean[] {
  const kept = new Array<boolean>(words.length).fill(false);
  let start = 0;
  let end = words.length;
  let otherEnd = others.length;
  while (start < end && start < otherEnd && words[start] === others[start]) kept[start++] = true;
  while (end > start && otherEnd > start && words[end - 1] === others[otherEnd - 1]) {
    kept[--end] = true;
    otherEnd--;
  }
  const rows = end - start;
  const columns = otherEnd - start;
  if (rows === 0 || columns === 0 || rows * columns > MOST_PAIRS) return kept;
  const wide = columns + 1;
  const length = new Uint32Array((rows + 1) * wide);
  const at = (row: number, column: number): number => length[row * wide + column] ?? 0;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      length[row * wide + column] =
        words[start + row] === others[start + column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns;) {
    if (words[start + row] === others[start + column]) {
      kept[start + row] = true;
      row++;
      column++;
    } else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  }
  return kept;
}

/** `text` in pieces: those of its words that `others` don't all have at that place are marked. */
export function wordsApart(text: string, others: readonly string[]): readonly Piece[] {
  const own = tokens(text);
  const words = own.map((token, index) => ({ token, index })).filter(({ token }) => isWord(token));
  const plain = words.map(({ token }) => token.toLowerCase());
  const differs = new Set<number>();
  for (const other of others) {
    const kept = common(
      plain,
      tokens(other)
        .filter(isWord)
        .map((token) => token.toLowerCase()),
    );
    for (const [place, word] of words.entries()) if (kept[place] !== true) differs.add(word.index);
  }
  const pieces: { text: string; differs: boolean }[] = [];
  for (const [index, token] of own.entries()) {
    const last = pieces.at(-1);
    // A space between two words that differ belongs to both.
    const marked = differs.has(index) || (!isWord(token) && differs.has(index - 1) && differs.has(index + 1));
    if (last?.differs === marked) last.text += token;
    else pieces.push({ text: token, differs: marked });
  }
  return pieces;
}
