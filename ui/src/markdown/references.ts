/** The places where an answer names its sources: `[REF]0[/REF]`, `[REF]0,2[/REF]`, counted from 0. */
import type { TokenizerExtensionFunction } from "marked";

export type ReferenceToken = {
  readonly type: "reference";
  readonly raw: string;
  readonly numbers: readonly number[];
};

const whole = /^\[REF\]([\d,\s]*)\[\/REF\]/;
/** The beginning of one at the end of what has come so far. */
const begun = /\[(?:R(?:E(?:F(?:\](?:[\d,\s]*(?:\[(?:\/(?:R(?:EF?)?)?)?)?)?)?)?)?)$/;

export const references: TokenizerExtensionFunction = (src) => {
  if (src.charCodeAt(0) !== 91) return undefined;
  const found = whole.exec(src);
  if (found === null) return undefined;
  const numbers = (found[1] ?? "").split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
  const token: ReferenceToken = { type: "reference", raw: found[0], numbers };
  return token;
};

export function withoutBegun(text: string): string {
  return text.replace(begun, "");
}
