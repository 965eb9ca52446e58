import { describe, expect, it, vi } from "vitest";
import type { ExportOptions, ExportReport, ItemView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeId, fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { Exports } from "./exports.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const some = [0, 1, 2].map((index) => fakeItem(index, now));

function begin(over: FakeOptions["over"] = {}): { exporting: Exports; fake: Fake } {
  const fake = fakePlatform({ now: () => now, over });
  usePlatform(fake);
  return { exporting: new Exports(), fake };
}
const idsOf = (list: readonly ItemView[]): string[] => list.map((item) => item.id);
const optionsOf = (fake: Fake): ExportOptions =>
  fake.calls.findLast((call) => call.name === "exportItems")?.args[1] as ExportOptions;

describe("Exports", () => {
  it("knows what is to be taken out, and shows its names as they change", async () => {
    vi.useFakeTimers();
    const { exporting, fake } = begin();
    const list = [...some, fakeItem(4, now, { kind: "film" }), fakeItem(5, now, { has_alpha: true })];
    exporting.ask(idsOf(list), list);
    expect(exporting.wanted).toMatchObject({ others: 1, transparent: 1 });
    await vi.waitFor(() => expect(exporting.names).toHaveLength(3));
    for (const name_pattern of ["{se", "{seed", "{seed} {number}"]) exporting.change({ name_pattern });
    await vi.advanceTimersByTimeAsync(400);
    expect(exporting.names[0]).toBe("481207 001.webp");
    expect(fake.calls.filter((call) => call.name === "exportNames")).toHaveLength(2);
    vi.useRealTimers();
  });

  it("says why a pattern gives no names, and forgets an answer that comes too late", async () => {
    const answers: (() => void)[] = [];
    const { exporting } = begin({
      exportNames: async (_, options) => {
        await new Promise<void>((go) => answers.push(go));
        return options.name_pattern === "{none}"
          ? { status: "error", error: fakeError("field_invalid") }
          : { status: "ok", data: ["late.png"] };
      },
    });
    exporting.ask(idsOf(some));
    exporting.options = { ...exporting.options, name_pattern: "{none}" };
    const second = exporting.readNames();
    answers[1]?.();
    await second;
    answers[0]?.();
    await Promise.resolve();
    expect(exporting.namesProblem?.code).toBe("field_invalid");
    expect(exporting.names).toEqual([]);
  });

  it("remembers the last choice, and puts no zip around one file", async () => {
    const { exporting, fake } = begin();
    exporting.ask(idsOf(some));
    exporting.change({ format: "jpeg", quality: 80, zip: true });
    await exporting.run();
    expect(optionsOf(fake)).toMatchObject({ format: "jpeg", quality: 80, zip: true });
    expect(exporting.wanted).toBeNull();
    exporting.ask(idsOf(some.slice(0, 1)));
    await exporting.run();
    expect(optionsOf(fake)).toMatchObject({ format: "jpeg", zip: false });
    expect(exporting.options.zip).toBe(true);
  });

  it("tells how far it is, stops, and reports what was refused", async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((go) => (finish = go));
    const report: ExportReport = {
      target: "Exports",
      written: 2,
      bytes: 800_000,
      refused: [{ name: fakeId(2), folder: null, error: fakeError("file_missing") }],
      cancelled: false,
    };
    const { exporting } = begin({
      exportItems: async () => {
        await held;
        return { status: "ok", data: report };
      },
    });
    exporting.ask(idsOf(some));
    const done = exporting.run();
    expect(exporting.progress).toEqual({ done: 0, total: 3 });
    events.dispatch([{ type: "export_progress", done: 2, total: 3 }]);
    expect(exporting.progress).toEqual({ done: 2, total: 3 });
    // A second one waits for the first.
    expect(await exporting.run()).toEqual({ status: "ok", data: null });
    await exporting.cancel();
    expect(exporting.stopping).toBe(true);
    finish();
    await done;
    expect(exporting.report).toEqual(report);
    expect([exporting.progress, exporting.stopping, exporting.wanted]).toEqual([null, false, null]);
  });

  it("leaves the dialog open when the folder wasn't chosen or it came to nothing", async () => {
    let status: "closed" | "failed" = "closed";
    const { exporting } = begin({
      exportItems: () =>
        Promise.resolve(
          status === "closed"
            ? { status: "ok" as const, data: null }
            : { status: "error" as const, error: fakeError("disk_full") },
        ),
    });
    exporting.ask(idsOf(some));
    await exporting.run();
    expect(exporting.wanted?.ids).toHaveLength(3);
    status = "failed";
    expect(await exporting.run()).toMatchObject({ status: "error" });
    expect([exporting.wanted?.ids.length, exporting.report, exporting.progress]).toEqual([3, null, null]);
  });
});
