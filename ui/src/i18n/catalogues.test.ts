import { afterEach, describe, expect, it } from "vitest";
import { table } from "@/errors/table";
import "./accounts";
import "./chat";
import "./console";
import "./film";
import "./models";
import "./music";
import "./sound";
import "./spend";
import "./voice";
import "./watch";
import { en } from "./en";
import { accounts as accountsEn } from "./en/accounts";
import { chat as chatEn } from "./en/chat";
import { console as consoleEn } from "./en/console";
import { film as filmEn } from "./en/film";
import { models as modelsEn } from "./en/models";
import { music as musicEn } from "./en/music";
import { operations as operationsEn } from "./en/operations";
import { record as recordEn } from "./en/record";
import { sound as soundEn } from "./en/sound";
import { spend as spendEn } from "./en/spend";
import { speech as speechEn } from "./en/speech";
import { transcript as transcriptEn } from "./en/transcript";
import { voice as voiceEn } from "./en/voice";
import { watch as watchEn } from "./en/watch";
import { bytes, day, duration, grouped, time, timecode } from "./format";
import { language, languageOf, setLanguage, t, tryWords } from "./index.svelte";
import { money } from "./money";
import { zhCN } from "./zh-CN";
import { accounts as accountsZh } from "./zh-CN/accounts";
import { chat as chatZh } from "./zh-CN/chat";
import { console as consoleZh } from "./zh-CN/console";
import { film as filmZh } from "./zh-CN/film";
import { models as modelsZh } from "./zh-CN/models";
import { music as musicZh } from "./zh-CN/music";
import { operations as operationsZh } from "./zh-CN/operations";
import { record as recordZh } from "./zh-CN/record";
import { sound as soundZh } from "./zh-CN/sound";
import { spend as spendZh } from "./zh-CN/spend";
import { speech as speechZh } from "./zh-CN/speech";
import { transcript as transcriptZh } from "./zh-CN/transcript";
import { voice as voiceZh } from "./zh-CN/voice";
import { watch as watchZh } from "./zh-CN/watch";

afterEach(() => setLanguage("en"));

type Words = string | { one?: string; other: string };
const flat = (catalogue: Record<string, Record<string, Words>>): Map<string, Words> =>
  new Map(
    Object.entries(catalogue).flatMap(([name, words]) =>
      Object.entries(words).map(([key, value]): [string, Words] => [`${name}.${key}`, value]),
    ),
  );
const holes = (words: Words): string[] => {
  const text = typeof words === "string" ? words : words.other;
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();
};
const english = flat({
  ...en,
  accounts: accountsEn,
  chat: chatEn,
  console: consoleEn,
  film: filmEn,
  models: modelsEn,
  music: musicEn,
  operations: operationsEn,
  record: recordEn,
  sound: soundEn,
  speech: speechEn,
  spend: spendEn,
  transcript: transcriptEn,
  voice: voiceEn,
  watch: watchEn,
});
const chinese = flat({
  ...zhCN,
  accounts: accountsZh,
  chat: chatZh,
  console: consoleZh,
  film: filmZh,
  models: modelsZh,
  music: musicZh,
  operations: operationsZh,
  record: recordZh,
  sound: soundZh,
  speech: speechZh,
  spend: spendZh,
  transcript: transcriptZh,
  voice: voiceZh,
  watch: watchZh,
});

describe("catalogues", () => {
  it("hold the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each([...english.keys()])("%s has the same holes in both languages", (key) => {
    expect(holes(chinese.get(key) ?? "")).toEqual(holes(english.get(key) ?? ""));
  });

  it("are written: no empty text, no Chinese left in English letters", () => {
    for (const [key, words] of chinese) {
      const text = typeof words === "string" ? words : words.other;
      const without = text.replace(/\{\w+\}/g, "").trim();
      const same = english.get(key) === words;
      expect(text, key).not.toBe("");
      if (without.length > 12 && !same) expect(without, key).toMatch(/\p{Script=Han}/u);
    }
  });

  it("have words for what happened and what to do, for each code", () => {
    for (const code of Object.keys(table)) {
      expect(english.has(`errors.${code}`), code).toBe(true);
      expect(english.has(`errors.${code}_do`), code).toBe(true);
    }
  });
});

describe("t", () => {
  it("fills holes and chooses the plural of the language", () => {
    expect(t("app.kept", { count: 1 })).toBe("1 item");
    expect(t("app.kept", { count: 12408 })).toBe("12,408 items");
    setLanguage("zh-CN");
    expect(t("app.kept", { count: 1 })).toBe("1 个作品");
    expect(language()).toBe("zh-CN");
  });

  it("knows the words that come later, once they are here", () => {
    expect(t("operations.webSearch")).toBe("Search the web");
    setLanguage("zh-CN");
    expect(t("console.events", { count: 1200 })).toBe("1,200 个事件");
  });

  it("gives up on words with a hole that stays empty", () => {
    expect(tryWords("errors.size_not_divisible", { divisor: "16" })).toContain("16");
    expect(tryWords("errors.size_not_divisible", {})).toBeNull();
    expect(tryWords("errors.NEVER_HEARD_OF", {})).toBeNull();
  });
});

describe("languageOf", () => {
  it("takes the first that there is a catalogue for", () => {
    expect(languageOf(["fr-FR", "zh-TW", "en"])).toBe("zh-CN");
    expect(languageOf(["en-GB", "zh"])).toBe("en");
    expect(languageOf(["fr"])).toBe("en");
  });
});

describe("money", () => {
  it("keeps each currency's sign and precision", () => {
    expect(money({ amount: "0.04", currency: "usd" })).toBe("$0.04");
    expect(money({ amount: "0.0400", currency: "usd" })).toBe("$0.04");
    expect(money({ amount: "0.0325", currency: "usd" })).toBe("$0.0325");
    expect(money({ amount: "3", currency: "usd" })).toBe("$3.00");
    expect(money({ amount: "-1234.5", currency: "usd" })).toBe("−$1,234.50");
    expect(money({ amount: "6.2", currency: "diem" })).toBe("6.20 DIEM");
    expect(money({ amount: "12000", currency: "credits" })).toBe("12,000 credits");
  });

  it("keeps digits that a float would lose, and text that is no number", () => {
    expect(money({ amount: "9007199254740993.000000000000000001", currency: "usd" })).toBe(
      "$9,007,199,254,740,993.000000000000000001",
    );
    expect(money({ amount: "NaN", currency: "usd" })).toBe("NaN");
  });
});

describe("format", () => {
  it("says sizes, lengths of time and days", () => {
    expect(bytes(0)).toBe("0 bytes");
    expect(bytes(8_100_000_000)).toBe("8.1 GB");
    expect(bytes(214_000_000_000)).toBe("214 GB");
    expect(duration(4120)).toBe("4.1 s");
    expect(duration(100_000)).toBe("1 min 40 s");
    expect(duration(7_500_000)).toBe("2 h 5 min");
    const today = new Date(2026, 10, 21, 9);
    expect(day("2026-11-21", today)).toBe("Today");
    expect(day("2026-11-20", today)).toBe("Yesterday");
    expect(day("2026-11-03", today)).toBe("November 3");
    expect(day("2025-11-03", today)).toBe("November 3, 2025");
    expect(time("2026-11-21T00:05:00")).toBe("00:05");
    expect([0, 7400, 59_999, 750_000, 3_723_000].map((at) => timecode(at))).toEqual([
      "0:00",
      "0:07",
      "0:59",
      "12:30",
      "1:02:03",
    ]);
    expect([timecode(7400, 1), timecode(61_050, 2)]).toEqual(["0:07.4", "1:01.05"]);
    expect(grouped(481207)).toBe("481\u202f207");
    setLanguage("zh-CN");
    expect(duration(100_000)).toBe("1 分 40 秒");
    expect(day("2026-11-21", today)).toBe("今天");
  });
});
