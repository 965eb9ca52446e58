/** Tables written as text, by RFC 4180: fields in quotes may hold commas, quotes and lines. */

/** The rows of a table; the first is its head. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let inQuotes = false;
  const end = (): void => {
    row.push(field);
    field = "";
  };
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index];
    if (inQuotes) {
      if (letter !== '"') field += letter;
      else if (text[index + 1] === '"') {
        field += '"';
        index += 1;
      } else inQuotes = false;
    } else if (letter === '"' && field === "") inQuotes = true;
    else if (letter === ",") end();
    else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[index + 1] === "\n") index += 1;
      end();
      rows.push(row);
      row = [];
    } else field += letter;
  }
  if (field !== "" || row.length > 0) {
    end();
    rows.push(row);
  }
  return rows.filter((each) => each.length > 1 || each[0] !== "");
}

/** Whether a text looks like a table: the first rows have the same number of fields, more than one. */
export function looksLikeCsv(text: string): boolean {
  if (/^\s*[[{<]/.test(text)) return false;
  const rows = readCsv(text.slice(0, 4000)).slice(0, 4);
  const [head, ...rest] = text.length > 4000 ? rows.slice(0, 3) : rows;
  return head !== undefined && head.length > 1 && rest.every((row) => row.length === head.length);
}
