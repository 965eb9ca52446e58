/** What the window and the worker that colours its code say to each other. */
export type Question = { readonly id: number; readonly code: string; readonly grammar: string };

/** Lengths of text, each followed by the number of its kind; null when the code could not be read. */
export type Answer = { readonly id: number; readonly runs: readonly number[] | null };

/** What a piece of code can be, and the names of the classes that colour it; the first is nothing in particular. */
export const kinds: readonly string[] = [
  "plain",
  "keyword",
  "string",
  "string-expression",
  "comment",
  "constant",
  "function",
  "parameter",
  "punctuation",
  "link",
  "inserted",
  "deleted",
  "changed",
];
