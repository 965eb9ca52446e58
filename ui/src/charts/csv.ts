/** Tables as CSV by RFC 4180: lines end with CR LF, and what holds a comma, a quote or a line's end is quoted. */
import type { Table } from "./types";

function field(text: string, isWord: boolean): string {
  // A name that begins like a formula would be worked out by a spreadsheet.
  const safe = isWord && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Figures are written with all their digits and a point, whatever the language. */
export function csv(table: Table): string {
  const head = table.headings.map((heading) => field(heading, true));
  const rows = table.rows.map((row) =>
    row.map((cell, index) => field(cell.exact, index < table.figuresFrom)),
  );
  return [head, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
