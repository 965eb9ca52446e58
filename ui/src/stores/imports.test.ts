import { describe, expect, it } from "vitest";
import type { ImportReport } from "@/bindings";
import { fakePlatform, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { Imports } from "./imports.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const files = [
  { handle: "picked-1", name: "rialto.jpg", bytes: 10 },
  { handle: "picked-2", name: "cut.png", bytes: 0 },
];

function begin(over: FakeOptions["over"] = {}): Imports {
  usePlatform(fakePlatform({ over }));
  const imports = new Imports();
  imports.start();
  return imports;
}

describe("Imports", () => {
  it("brings in what was picked, and keeps quiet about a success", async () => {
    const imports = begin();
    const brought = await imports.pick();
    expect(brought.items).toHaveLength(1);
    expect([imports.report, imports.progress]).toEqual([null, null]);
    imports.stop();
  });

  it("reports what was refused, and counts what was there already", async () => {
    const report: ImportReport = {
      items: [fakeItem(1, now)],
      already_there: [fakeItem(2, now)],
      refused: [{ name: "cut.png", error: fakeError("input_empty") }],
      cancelled: false,
    };
    const imports = begin({ importPicked: () => Promise.resolve({ status: "ok", data: report }) });
    const brought = await imports.bring(files);
    expect(brought.items.map((item) => item.id)).toEqual(["item-1", "item-2"]);
    expect(imports.report?.refused[0]?.name).toBe("cut.png");
    imports.stop();
  });

  it("shows how far it is, one import after the other", async () => {
    const finish: (() => void)[] = [];
    const empty: ImportReport = { items: [], already_there: [], refused: [], cancelled: false };
    const imports = begin({
      importPicked: async () => {
        await new Promise<void>((go) => finish.push(go));
        return { status: "ok", data: empty };
      },
    });
    const both = Promise.all([imports.bring(files), imports.bring(files.slice(0, 1))]);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect([imports.progress, finish.length]).toEqual([{ done: 0, total: 2 }, 1]);
    events.dispatch([{ type: "import_progress", done: 1, total: 2 }]);
    expect(imports.progress).toEqual({ done: 1, total: 2 });
    finish[0]?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect([imports.progress, finish.length]).toEqual([{ done: 0, total: 1 }, 2]);
    finish[1]?.();
    await both;
    expect(imports.busy).toBe(false);
    imports.stop();
  });

  it("tells an empty clipboard and a closed dialog from a failure", async () => {
    const imports = begin({
      pickPictures: () => Promise.resolve({ status: "ok", data: [] }),
      pastePicture: () => Promise.resolve({ status: "error", error: fakeError("input_unreadable") }),
    });
    expect(await imports.pick()).toMatchObject({ nothing: true, problem: null });
    expect(await imports.paste()).toMatchObject({ nothing: false, problem: { code: "input_unreadable" } });
    imports.stop();
  });

  it("knows while files are held over the window", () => {
    const imports = begin();
    events.dispatch([{ type: "drag", over: true }]);
    expect(imports.dragging).toBe(true);
    events.dispatch([{ type: "dropped", files, x: 1, y: 1 }]);
    expect(imports.dragging).toBe(false);
    imports.stop();
  });
});
