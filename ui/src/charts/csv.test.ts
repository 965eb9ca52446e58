import { describe, expect, it } from "vitest";
import { csv } from "./csv";

const cell = (exact: string): { shown: string; exact: string } => ({ shown: `shown ${exact}`, exact });

describe("a table as CSV", () => {
  it("has all digits, and lines that end as the standard says", () => {
    const table = {
      headings: ["Day", "Film (USD)"],
      rows: [
        [cell("2026-11-21"), cell("1.400000000001")],
        [cell("2026-11-22"), cell("-0.02")],
      ],
      figuresFrom: 1,
    };
    expect(csv(table)).toBe("Day,Film (USD)\r\n2026-11-21,1.400000000001\r\n2026-11-22,-0.02\r\n");
  });

  it("quotes what would break it", () => {
    const table = {
      headings: ['He said "gondola"', "a,b"],
      rows: [[cell("two\nlines"), cell("3")]],
      figuresFrom: 1,
    };
    expect(csv(table)).toBe('"He said ""gondola""","a,b"\r\n"two\nlines",3\r\n');
  });

  it("hands no formula to a spreadsheet", () => {
    const table = { headings: ["What"], rows: [[cell("=1+1")], [cell("@sum")]], figuresFrom: 1 };
    expect(csv(table)).toBe("What\r\n'=1+1\r\n'@sum\r\n");
  });
});
