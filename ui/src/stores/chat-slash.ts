/** Commands that begin with a slash, in the composer. */

export const slashNames = ["search", "read", "image"] as const;
export type SlashName = (typeof slashNames)[number];

/** What the words in the composer ask for. */
export type Wish =
  | { kind: "say" }
  | { kind: "search"; query: string }
  | { kind: "read"; url: string }
  | { kind: "image"; prompt: string };

/** An address as it is typed: `example.org/tides` means https. */
function address(typed: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`;
}

export function wishOf(text: string): Wish {
  const found = /^\/(search|read|image)(?:\s+([\s\S]*))?$/.exec(text.trimStart());
  if (found === null) return { kind: "say" };
  const rest = (found[2] ?? "").trim();
  switch (found[1] as SlashName) {
    case "search":
      return { kind: "search", query: rest };
    case "read":
      return { kind: "read", url: rest === "" ? "" : address(rest) };
    case "image":
      return { kind: "image", prompt: rest };
  }
}

/** The commands that what is typed may become; null while none is being typed. */
export function completions(text: string): readonly SlashName[] | null {
  const typed = /^\/([a-z]*)$/.exec(text);
  if (typed === null) return null;
  const names = slashNames.filter((name) => name.startsWith(typed[1] ?? ""));
  return names.length === 0 ? null : names;
}

/** The names in `{{…}}`, in order, each once. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].map((hole) => hole[1] ?? ""))];
}

/** The words with their names filled in; a name without a value stays. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (hole, name: string) => values[name] || hole);
}
