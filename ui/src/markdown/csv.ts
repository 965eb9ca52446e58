/** A table as CSV (RFC 4180). */
export function toCsv(rows: readonly (readonly string[])[]): string {
  const field = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(field).join(",")).join("\r\n");
}
