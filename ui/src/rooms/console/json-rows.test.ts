import { describe, expect, it } from "vitest";
import type { JsonValue } from "@/console-contract";
import { looksLikeCsv, readCsv } from "./csv";
import { allOpen, findIn, openAtFirst, rowsOf, waysTo, writtenPath } from "./json-rows";

const value: JsonValue = {
  object: "list",
  data: [
    { id: "a", "model spec": { name: "Lagoon", tags: [] } },
    { id: "b", on: null },
  ],
};

describe("the lines of a tree", () => {
  it("are those of what is open, with their places for screen readers", () => {
    const rows = rowsOf(value, new Set(["", "/data"]));
    expect(
      rows.map(
        (row) => `${row.level} ${row.name ?? "-"} ${row.place}/${row.siblings} ${row.children ?? "."}`,
      ),
    ).toEqual(["1 - 1/1 2", "2 object 1/2 .", "2 data 2/2 2", "3 0 1/2 2", "3 1 2/2 2"]);
    expect(rowsOf(value, new Set())).toHaveLength(1);
    expect(rowsOf(value, allOpen(value))).toHaveLength(11);
    expect(rowsOf("text", new Set())).toMatchObject([{ name: null, children: null }]);
  });

  it("begin with the top, as far as it can be looked over", () => {
    expect([...openAtFirst(value, 4)]).toEqual([""]);
    expect([...openAtFirst(value, 5)]).toEqual(["", "/data"]);
    expect(openAtFirst({ long: Array.from({ length: 9000 }, () => 1) }).size).toBe(1);
  });

  it("are found by names and values, and opened down to", () => {
    const [first, ...rest] = findIn(value, "LAGOON");
    expect(rest).toEqual([]);
    expect(waysTo(first ?? [])).toEqual(["", "/data", "/data/0", "/data/0/model spec"]);
    expect(writtenPath(first ?? [])).toBe('data[0]["model spec"].name');
    expect(findIn(value, "id")).toHaveLength(2);
    expect(findIn(value, "  ")).toEqual([]);
    expect(findIn(value, "null").map(writtenPath)).toEqual(["data[1].on"]);
  });
});

describe("CSV", () => {
  it("is read with quotes, commas and lines in its fields", () => {
    expect(readCsv('a,b\r\n"x, ""y""","1\n2"\r\n,\r\n')).toEqual([
      ["a", "b"],
      ['x, "y"', "1\n2"],
      ["", ""],
    ]);
    expect(readCsv("")).toEqual([]);
    expect(readCsv("a,b\n1,2")).toHaveLength(2);
  });

  it("is told from prose, pages and JSON", () => {
    expect(looksLikeCsv("timestamp,amount\n2026,-1\n2027,-2\n")).toBe(true);
    expect(looksLikeCsv("Good morning, lagoon.\nThe water is calm.")).toBe(false);
    expect(looksLikeCsv("<html><body>a,b</body></html>")).toBe(false);
    expect(looksLikeCsv('{"a": 1, "b": 2}')).toBe(false);
    expect(looksLikeCsv("one word")).toBe(false);
  });
});
