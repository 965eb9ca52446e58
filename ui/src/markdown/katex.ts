/** Formulas: loaded when the first one is to be shown. */
import katex from "katex";
import "katex/dist/katex.min.css";

/** Sets a formula into `place`; false when it isn't one that can be set. */
export function setFormula(place: HTMLElement, tex: string, display: boolean): boolean {
  try {
    katex.render(tex, place, {
      displayMode: display,
      throwOnError: true,
      output: "htmlAndMathml",
      strict: "ignore",
      trust: false,
      maxSize: 40,
      maxExpand: 500,
    });
    return true;
  } catch {
    return false;
  }
}
