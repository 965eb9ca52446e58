/** A line of a quick chooser. `on`: whether all, some or none of the items have it already. */
export type ChooserLine = {
  readonly id: string;
  readonly label: string;
  readonly detail: string | null;
  readonly on: "all" | "some" | "none";
};

/** The lines in which all typed words are; those that begin with what is typed come first. */
export function found(lines: readonly ChooserLine[], typed: string): readonly ChooserLine[] {
  const text = typed.trim().toLocaleLowerCase();
  if (text === "") return lines;
  const words = text.split(/\s+/);
  const matching = lines.filter((line) => {
    const label = line.label.toLocaleLowerCase();
    return words.every((word) => label.includes(word));
  });
  const begins = (line: ChooserLine): number => (line.label.toLocaleLowerCase().startsWith(text) ? 0 : 1);
  return matching.toSorted((one, other) => begins(one) - begins(other));
}

export function stateOf(on: number, all: number): ChooserLine["on"] {
  if (on === 0) return "none";
  return on >= all ? "all" : "some";
}
