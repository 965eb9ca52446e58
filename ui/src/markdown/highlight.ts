/** Asks for the colours of code. One worker serves the window; it is begun with the first code and ended if it hangs. */
import type { Answer, Question } from "./highlight-words";
import { grammarOf } from "./language-names";

type Runs = readonly number[];

/** Longer code stays plain: tens of thousands of coloured pieces would make the page heavy. */
const LONGEST = 60_000;
/** A grammar that takes longer on one block has lost its way. */
const PATIENCE = 8_000;
const REMEMBERED = 200;

let worker: Worker | null = null;
let next = 0;
let watch: ReturnType<typeof setTimeout> | undefined;
const asked = new Map<number, (runs: Runs | null) => void>();
const remembered = new Map<string, Runs>();

function stop(): void {
  clearTimeout(watch);
  watch = undefined;
  worker?.terminate();
  worker = null;
  for (const done of asked.values()) done(null);
  asked.clear();
}

function watchOver(): void {
  clearTimeout(watch);
  watch = asked.size === 0 ? undefined : setTimeout(stop, PATIENCE);
}

function begin(): Worker {
  const begun = new Worker(new URL("./highlight.worker.ts", import.meta.url), { type: "module" });
  begun.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    const done = asked.get(data.id);
    asked.delete(data.id);
    watchOver();
    done?.(data.runs);
  });
  begun.addEventListener("error", stop);
  return begun;
}

/** The colours of `code`, or null when it stays plain. */
export async function highlight(code: string, info: string): Promise<Runs | null> {
  const grammar = grammarOf(info);
  if (grammar === null || code.length > LONGEST || code.trim() === "") return null;
  const key = `${grammar}\n${code}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const runs = await new Promise<Runs | null>((resolve) => {
    worker ??= begin();
    const id = next++;
    asked.set(id, resolve);
    worker.postMessage({ id, code, grammar } satisfies Question);
    watchOver();
  });
  if (runs !== null) {
    remembered.set(key, runs);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }
  return runs;
}
