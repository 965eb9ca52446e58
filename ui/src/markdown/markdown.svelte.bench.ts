/**
 * What an answer costs that is written fast: `npm exec -- vitest bench --run --project chromium src/markdown`.
 * The mean is the milliseconds per 1,000 tokens at the end of a message of 200 KB, drawn and laid out.
 */
import { flushSync, mount, unmount } from "svelte";
import { bench, describe } from "vitest";
import Markdown from "./Markdown.svelte";
import { BlockReader } from "./blocks";

const section = `## Acqua alta

The sea rises **twice a day**; \`level > 110 cm\` is [rare](https://tides.example) in June.

- Wind from the _south-east_
- A full moon, and low pressure

| Month | Height |
| :-- | --: |
| November | **187 cm** |

\`\`\`ts
export const isHigh = (now: number): boolean => now > 110;
\`\`\`

`;
const written = section.repeat(Math.ceil(200_000 / section.length));
/** 2,000 tokens a second at four letters each, sixty frames a second. */
const FRAME = Math.round((2_000 * 4) / 60);
const TOKENS = 4_000;

const endings = {
  "words and blocks": section.repeat(Math.ceil(TOKENS / section.length)),
  code: `\`\`\`ts\n${"const level = 110; // cm\n".repeat(TOKENS / 25)}`,
  "one list": "- an item that says **something**\n".repeat(TOKENS / 34),
} as const;

/** Writes `ending` frame by frame behind what is written, and gives the number of blocks that changed on the page. */
function write(page: Page, ending: string): void {
  for (let at = FRAME; at < ending.length + FRAME; at += FRAME) {
    page.props.text = written + ending.slice(0, at);
    flushSync();
    // A page is laid out with every frame.
    void page.place.offsetHeight;
  }
}

type Page = {
  readonly place: HTMLElement;
  readonly props: { text: string; streaming: boolean };
  readonly close: () => void;
};

function open(): Page {
  const place = document.body.appendChild(document.createElement("div"));
  const props = $state({ text: written, streaming: true });
  const shown = mount(Markdown, { target: place, props });
  flushSync();
  void place.offsetHeight;
  const close = (): void => {
    void unmount(shown);
    place.remove();
  };
  return { place, props, close };
}

/** How many of the page's blocks were touched while `ending` was written. */
function touched(ending: string): string {
  const page = open();
  const root = page.place.querySelector(".markdown");
  if (root === null) return "";
  const observer = new MutationObserver(() => undefined);
  observer.observe(root, { subtree: true, childList: true, characterData: true });
  const shown = (): Element[] => [...root.querySelectorAll(":scope > .group > *")];
  const before = shown();
  write(page, ending);
  const targets = observer.takeRecords().map(({ target }) => target);
  const again = before.filter((block) => targets.some((target) => block.contains(target))).length;
  const said = `${again} of ${before.length} earlier blocks drawn again, ${shown().length - before.length} new`;
  page.close();
  return said;
}

describe.each(Object.entries(endings))("1,000 tokens at the end of 200 KB: %s", (name, ending) => {
  let page: Page | null = null;
  bench(
    `${name} (${touched(ending)})`,
    () => {
      page ??= open();
      write(page, ending);
    },
    {
      iterations: 5,
      time: 0,
      warmupIterations: 1,
      warmupTime: 0,
      teardown: () => {
        page?.close();
        page = null;
      },
    },
  );
});

describe("a message of 200 KB", () => {
  bench("is opened", () => open().close(), { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 });
  bench("is read", () => void new BlockReader().read(written), { iterations: 5, time: 0 });
});
