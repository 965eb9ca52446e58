/** Colours code beside the window's thread, which has frames to draw. Grammars are loaded when they are first asked for. */
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "@shikijs/core";
import { createJavaScriptRegexEngine } from "@shikijs/engine-javascript";
import { kinds, type Answer, type Question } from "./highlight-words";
import { grammars } from "./languages";

const theme = createCssVariablesTheme({ name: "tokens", variablePrefix: "--", fontStyle: false });

let made: Promise<HighlighterCore> | null = null;

function highlighter(): Promise<HighlighterCore> {
  made ??= createHighlighterCore({
    themes: [theme],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return made;
}

async function runsOf({ code, grammar }: Question): Promise<number[]> {
  const load = grammars[grammar];
  if (load === undefined) return [];
  const core = await highlighter();
  if (!core.getLoadedLanguages().includes(grammar)) await core.loadLanguage((await load()).default);
  const lines = core.codeToTokensBase(code, { lang: grammar, theme: "tokens", tokenizeMaxLineLength: 2_000 });
  const runs: number[] = [];
  let at = 0;
  const add = (length: number, kind: number): void => {
    if (length <= 0) return;
    if (runs.at(-1) === kind) runs.push((runs.splice(-2, 2)[0] ?? 0) + length, kind);
    else runs.push(length, kind);
    at += length;
  };
  for (const { content, offset, color } of lines.flat()) {
    add(offset - at, 0);
    add(content.length, Math.max(0, kinds.indexOf(/token-([\w-]+)/.exec(color ?? "")?.[1] ?? "")));
  }
  add(code.length - at, 0);
  return runs;
}

addEventListener("message", (event: MessageEvent<Question>) => {
  const { id } = event.data;
  const answer = (runs: number[] | null): void => postMessage({ id, runs } satisfies Answer);
  runsOf(event.data).then(answer, () => answer(null));
});
