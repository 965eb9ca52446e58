import type { JsonValue, OperationView } from "@/console-contract";
import { problemsOf, type Problem } from "./console-check";
import { isObject, SchemaBook } from "./console-shape";
import { keepable, pointerOf, split, startOf, valueAt, withValue, type Path } from "./console-values";

/** Where a JSON text stops being JSON, counted from 1. */
export type TextProblem = { readonly line: number; readonly column: number };

/** The request of one operation while it is being filled in, as a form and as JSON. */
export class Draft {
  readonly operation: OperationView;
  readonly book: SchemaBook;
  value: JsonValue = $state.raw({});
  /** The JSON as it was typed, while it is no JSON or no request. */
  typed: string | null = $state(null);

  readonly problems: readonly Problem[] = $derived.by(() => problemsOf(this.book, this.value));
  readonly #byPlace = $derived(new Map(this.problems.map((problem) => [problem.at, problem])));
  readonly #split = $derived(split(this.value));
  /** The request as it is sent, and the files that go with it. */
  readonly request: JsonValue = $derived(this.#split.request);
  readonly files = $derived(this.#split.files);
  readonly names = $derived(this.#split.names);
  readonly text: string = $derived(this.typed ?? JSON.stringify(this.value, null, 2));
  readonly textProblem: TextProblem | null = $derived(this.typed === null ? null : problemIn(this.typed));

  readonly #changed: () => void;

  constructor(operation: OperationView, value: JsonValue | undefined, changed: () => void = () => undefined) {
    this.operation = operation;
    this.book = new SchemaBook(operation.schema);
    this.value = isObject(value) ? value : this.#start();
    this.#changed = changed;
  }

  #start(): JsonValue {
    return startOf(this.book, this.book.root) ?? {};
  }

  at(path: Path): JsonValue | undefined {
    return valueAt(this.value, path);
  }

  problemAt(path: Path): Problem | null {
    return this.#byPlace.get(pointerOf(path)) ?? null;
  }

  set(path: Path, value: JsonValue | undefined): void {
    this.replace(withValue(this.value, path, value) ?? {});
  }

  /** Takes the place of all that was filled in. */
  replace(value: JsonValue): void {
    this.typed = null;
    this.value = value;
    this.#changed();
  }

  clear(): void {
    this.replace(this.#start());
  }

  /** Whether nothing has been filled in. */
  get isEmpty(): boolean {
    return JSON.stringify(this.value) === JSON.stringify(this.#start());
  }

  /** Takes what was typed as JSON; while it can't be read, the form keeps what it had. */
  type(text: string): void {
    try {
      const value = JSON.parse(text) as JsonValue;
      if (typeof value === "object" && value !== null) {
        this.value = value;
        this.typed = JSON.stringify(value, null, 2) === text ? null : text;
        this.#changed();
        return;
      }
    } catch {
      // Told by `textProblem`.
    }
    this.typed = text;
  }

  /** Whether what was typed as JSON is no request. */
  get isBroken(): boolean {
    return this.textProblem !== null;
  }

  /** What may be written down of it. */
  kept(): JsonValue {
    return keepable(this.book, this.value);
  }
}

/** Where a text stops being a JSON object, or null where it is one. */
function problemIn(text: string): TextProblem | null {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === "object" && value !== null ? null : { line: 1, column: 1 };
  } catch (thrown) {
    return placeOf(thrown instanceof Error ? thrown.message : "", text);
  }
}

/** Engines tell the place in different words: by line and column, by position, or not at all. */
function placeOf(message: string, text: string): TextProblem {
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named !== null) return { line: Number(named[1]), column: Number(named[2]) };
  const position = /position (\d+)/.exec(message);
  const before = text.slice(0, position === null ? text.length : Number(position[1])).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
