/** Marks what was searched for in the lines that are in the page. */
import type { Match } from "@/stores/transcript-find";

const [ALL, NOW] = ["transcript-found", "transcript-found-now"] as const;

export class FoundMarks {
  #byLine = new Map<number, readonly Match[]>();
  #current: Match | null = null;

  show(root: Element | null, matches: readonly Match[], current: Match | null): void {
    const byLine = new Map<number, Match[]>();
    for (const match of matches) byLine.set(match.line, [...(byLine.get(match.line) ?? []), match]);
    this.#byLine = byLine;
    this.#current = current;
    this.again(root);
  }

  /** The lines in the page are others now. */
  again(root: Element | null): void {
    if (typeof Highlight === "undefined") return;
    if (root === null || this.#byLine.size === 0) {
      this.stop();
      return;
    }
    const [all, now] = [new Highlight(), new Highlight()];
    // What is looked at lies over the others.
    now.priority = 1;
    for (const row of root.querySelectorAll<HTMLElement>("[data-line]")) {
      const text = row.querySelector("[data-text]")?.firstChild;
      if (!(text instanceof Text)) continue;
      for (const match of this.#byLine.get(Number(row.dataset["line"])) ?? []) {
        if (match.to > text.length) continue;
        const range = document.createRange();
        range.setStart(text, match.from);
        range.setEnd(text, match.to);
        (match === this.#current ? now : all).add(range);
      }
    }
    CSS.highlights.set(ALL, all);
    CSS.highlights.set(NOW, now);
  }

  stop(): void {
    if (typeof Highlight === "undefined") return;
    CSS.highlights.delete(ALL);
    CSS.highlights.delete(NOW);
  }
}
