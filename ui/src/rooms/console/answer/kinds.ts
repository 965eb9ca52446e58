/** In which ways an answer can be looked at, the best first. */
import type { JsonValue } from "@/console-contract";
import type { Run } from "@/stores/console-run.svelte";
import { isObject } from "@/stores/console-shape";
import { looksLikeCsv, readCsv } from "../csv";

export type AnswerKind = "media" | "text" | "table" | "tree" | "events";

/** The words of an answer, and what was thought before they were said. */
export type Words = { readonly text: string; readonly reasoning: string };

function firstOf(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) ? value[0] : undefined;
}
function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) ? value[name] : undefined;
}
function words(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The texts of the items of a Responses answer. */
function spoken(output: JsonValue | undefined): string {
  if (!Array.isArray(output)) return "";
  return output
    .flatMap((item) => {
      const content = field(item, "content");
      return Array.isArray(content) ? content.map((part) => words(field(part, "text"))) : [words(content)];
    })
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What an answer says in words, whatever its operation. */
function said(answer: JsonValue | undefined): Words {
  if (typeof answer === "string") return { text: answer, reasoning: "" };
  const message = field(firstOf(field(answer, "choices")), "message");
  const text =
    words(field(message, "content")) ||
    spoken(field(answer, "output")) ||
    words(field(answer, "text")) ||
    words(field(answer, "transcript")) ||
    words(field(answer, "content"));
  return { text, reasoning: words(field(message, "reasoning_content")) };
}

/** Their text is no words but what was signed. */
const WORDLESS: readonly string[] = ["getTeeSignature"];

/** What came as a stream, else what the whole answer says. */
export function textOf(run: Run): Words {
  if (WORDLESS.includes(run.operation)) return { text: "", reasoning: "" };
  const whole = said(run.answer);
  return {
    text: run.text === "" ? whole.text : run.text,
    reasoning: run.reasoning === "" ? whole.reasoning : run.reasoning,
  };
}

function csvOf(run: Run): string | null {
  const text = typeof run.answer === "string" ? run.answer : words(field(run.answer, "csv"));
  return text !== "" && looksLikeCsv(text) ? text : null;
}

export function tableOf(run: Run): readonly (readonly string[])[] {
  const text = csvOf(run);
  return text === null ? [] : readCsv(text);
}

export function viewsOf(run: Run): readonly AnswerKind[] {
  const kinds: AnswerKind[] = [];
  const { text, reasoning } = textOf(run);
  if (run.items.length > 0) kinds.push("media");
  if (csvOf(run) !== null) kinds.push("table");
  if (text !== "" || reasoning !== "") kinds.push("text");
  if (run.answer !== undefined && typeof run.answer !== "string") kinds.push("tree");
  if (run.eventsInAll > 0) kinds.push("events");
  return kinds;
}
