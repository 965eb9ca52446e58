import { describe, expect, it } from "vitest";
import type { ImportReport } from "@/bindings";
import { fakePlatform, type FakeOptions } from "@/platform/fake";
import { fakeId, fakeError, fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { Imports } from "./imports.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const files = [
  { handle: "picked-1", name: "rialto.jpg", bytes: 10, is_folder: false },
  { handle: "picked-2", name: "cut.png", bytes: 0, is_folder: false },
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
      taken: 1,
      already_there: [fakeItem(2, now)],
      known: 1,
      passed_over: 0,
      refused: [{ name: "cut.png", folder: null, error: fakeError("input_empty") }],
      refused_count: 1,
      refused_list: null,
      cancelled: false,
    };
    const imports = begin({ importPicked: () => Promise.resolve({ status: "ok", data: report }) });
    const brought = await imports.bring(files);
    expect(brought.items.map((item) => item.id)).toEqual([fakeId(1), fakeId(2)]);
    expect(imports.report?.refused[0]?.name).toBe("cut.png");
    imports.stop();
  });

  it("shows how far it is, one import after the other", async () => {
    const finish: (() => void)[] = [];
    const empty: ImportReport = {
      items: [],
      taken: 0,
      already_there: [],
      known: 0,
      passed_over: 0,
      refused: [],
      refused_count: 0,
      refused_list: null,
      cancelled: false,
    };
    const imports = begin({
      importPicked: async () => {
        await new Promise<void>((go) => finish.push(go));
        return { status: "ok", data: empty };
      },
    });
    const both = Promise.all([imports.bring(files), imports.bring(files.slice(0, 1))]);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect([imports.progress, finish.length]).toEqual([
      { done: 0, total: 2, counting: false, paused: false, refused: 0 },
      1,
    ]);
    events.dispatch([
      { type: "import_progress", done: 1, total: 2, counting: false, paused: false, refused: 1 },
    ]);
    expect(imports.progress).toMatchObject({ done: 1, total: 2, refused: 1 });
    finish[0]?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(imports.progress).toMatchObject({ done: 0, total: 1, refused: 0 });
    expect(finish).toHaveLength(2);
    finish[1]?.();
    await both;
    expect(imports.busy).toBe(false);
    imports.stop();
  });

  it("counts a folder first, and always tells what became of what is in it", async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((go) => (finish = go));
    const fake = fakePlatform();
    usePlatform(
      fakePlatform({
        over: {
          importPicked: async (handles) => {
            await held;
            return fake.commands.importPicked(handles);
          },
        },
      }),
    );
    const imports = new Imports();
    imports.start();
    const brought = imports.pickFolder();
    await expect.poll(() => imports.progress?.counting).toBe(true);
    finish();
    expect(await brought).toMatchObject({ taken: 1, known: 0, nothing: false });
    expect(imports.report?.taken).toBe(1);
    imports.stop();
  });

  it("pauses and goes on at once, and takes that back when it can't be done", async () => {
    const finish: (() => void)[] = [];
    let refuses = false;
    const fake = fakePlatform();
    usePlatform(
      fakePlatform({
        over: {
          importPicked: async (handles) => {
            await new Promise<void>((go) => finish.push(go));
            return fake.commands.importPicked(handles);
          },
          pauseImport: () =>
            Promise.resolve(
              refuses
                ? { status: "error" as const, error: fakeError("internal") }
                : { status: "ok" as const, data: null },
            ),
        },
      }),
    );
    const imports = new Imports();
    imports.start();
    expect(await imports.pause(true)).toBeNull();
    const brought = imports.bring(files);
    await expect.poll(() => finish.length).toBe(1);
    expect(await imports.pause(true)).toBeNull();
    expect(imports.progress?.paused).toBe(true);
    refuses = true;
    expect(await imports.pause(false)).toMatchObject({ code: "internal" });
    expect(imports.progress?.paused).toBe(true);
    void imports.cancel();
    expect(imports.stopping).toBe(true);
    finish[0]?.();
    await brought;
    expect([imports.stopping, imports.progress]).toEqual([false, null]);
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
