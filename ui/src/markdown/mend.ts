import remend from "remend";
import { withoutBegun } from "./references";

/** Closes what the end of a growing text has left open, so that half a mark isn't shown as stars and brackets. */
export function mend(text: string, citations = 0): string {
  return remend(withoutBegun(text, citations), {
    linkMode: "text-only",
    setextHeadings: false,
    katex: false,
  });
}
