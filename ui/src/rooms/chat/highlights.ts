const NAME = "chat-found";
/** A message comes into the page a little after it was scrolled to. */
const TRIES = 20;

/** Marks what was searched for in a message, without touching what is rendered. */
export class Highlights {
  #frame = 0;

  mark(inside: HTMLElement, message: string, words: string): void {
    this.clear();
    const sought = words.trim().toLocaleLowerCase();
    // A webview that can't do it shows the message without.
    if (sought === "" || typeof Highlight === "undefined") return;
    let left = TRIES;
    const look = (): void => {
      const at = inside.querySelector(`[data-message="${CSS.escape(message)}"]`);
      const ranges = at === null ? [] : rangesOf(at, sought);
      if (ranges.length > 0) CSS.highlights.set(NAME, new Highlight(...ranges));
      else if ((left -= 1) > 0) this.#frame = requestAnimationFrame(look);
    };
    this.#frame = requestAnimationFrame(look);
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    if (typeof Highlight !== "undefined") CSS.highlights.delete(NAME);
  }
}

function rangesOf(root: Element, sought: string): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.nodeValue?.toLocaleLowerCase() ?? "";
    for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) {
      if (at + sought.length > (node.nodeValue?.length ?? 0)) break;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + sought.length);
      ranges.push(range);
    }
  }
  return ranges;
}
