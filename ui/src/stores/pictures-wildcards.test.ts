import { describe, expect, it } from "vitest";
import { differences, wildcardsOf } from "./pictures-wildcards";

describe("wildcards", () => {
  it.each([
    ["Fog over the Giudecca", 1, 0],
    ["{dawn|dusk} over the Giudecca", 2, 1],
    ["{dawn|dusk}, {fog|rain|}", 6, 2],
    ["{a {red|green} boat|an empty square}", 3, 1],
    // Braces of another kind: nothing to choose from.
    ['{"subject": "a boat"}', 1, 0],
    ["an {aside}", 1, 0],
    ["{one {of|from} these}", 2, 1],
    ["either | or", 1, 0],
    // The same reading is counted once.
    ["{fog|fog|rain}", 2, 1],
    ["\\{dawn|dusk\\}", 1, 0],
    ["{a\\|b|c}", 2, 1],
    ['{"light": "{dawn|dusk}"}', 2, 1],
  ])("%s can be read in %i ways", (prompt, count, choices) => {
    const found = wildcardsOf(prompt);
    expect([found.count, found.choices.length, found.unbalanced]).toEqual([count, choices, false]);
  });

  it("keeps the words of a choice as they were typed", () => {
    expect(wildcardsOf("{ dawn |dusk|{blue|golden} hour}").choices).toEqual([
      [" dawn ", "dusk", "{blue|golden} hour"],
    ]);
  });

  it.each(["{dawn|dusk", "dawn|dusk}", "{dawn|{dusk}", "{a|b}}", "a smile :-}"])(
    "says that %s is unbalanced",
    (prompt) => expect(wildcardsOf(prompt)).toMatchObject({ unbalanced: true, count: 1 }),
  );

  it("doesn't count beyond reason", () => {
    expect(wildcardsOf("{a|b|c|d|e|f|g|h|i|j}".repeat(40)).count).toBe(1_000_000_000);
  });
});

describe("differences", () => {
  it("leaves out what prompts have in common", () => {
    expect(differences(["A canal at dawn, ink", "A canal at dusk, ink"])).toEqual(["dawn,", "dusk,"]);
    expect(differences(["A canal", "A canal in fog"])).toEqual(["—", "in fog"]);
    expect(differences(["alone"])).toEqual(["alone"]);
  });
});
