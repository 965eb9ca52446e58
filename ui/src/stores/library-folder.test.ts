import { beforeEach, describe, expect, it } from "vitest";
import type { LibraryStatus } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { app } from "./app.svelte";
import { events } from "./events";
import { kept } from "./kept.svelte";
import { LibraryFolder } from "./library-folder.svelte";

let time = 0;
function begin(over: FakeOptions["over"] = {}): { folder: LibraryFolder; fake: Fake } {
  const fake = fakePlatform({ over });
  usePlatform(fake);
  const folder = new LibraryFolder(() => time);
  folder.start();
  return { folder, fake };
}
const status = (reachable: boolean): LibraryStatus => ({
  items: 3,
  trashed: 0,
  bytes: 81_000_000,
  free_bytes: 1_000_000,
  reachable,
  missing: 0,
});

beforeEach(async () => {
  kept.status = null;
  time = 1_000;
  usePlatform(fakePlatform());
  await app.load();
});

describe("the library's folder", () => {
  it("counts as there until something says otherwise, and is found again", async () => {
    let there = false;
    const { folder } = begin({
      libraryStatus: () => Promise.resolve({ status: "ok", data: status(there) }),
    });
    expect(folder.reachable).toBe(true);
    kept.status = status(false);
    expect(folder.reachable).toBe(false);
    kept.status = status(true);
    events.dispatch([{ type: "library", reachable: false }]);
    expect(folder.reachable).toBe(false);
    await folder.lookAgain();
    expect([folder.reachable, folder.looking]).toEqual([false, false]);
    there = true;
    await folder.lookAgain();
    expect(folder.reachable).toBe(true);
    events.dispatch([{ type: "library", reachable: false }]);
    events.dispatch([{ type: "library", reachable: true }]);
    expect(folder.reachable).toBe(true);
    folder.stop();
  });

  it("moves, one work at a time, and knows the new place", async () => {
    const { folder, fake } = begin();
    const moving = folder.move();
    expect(folder.work).toMatchObject({ kind: "move", total: 0 });
    await folder.check(true);
    expect(fake.calls.some((call) => call.name === "checkLibrary")).toBe(false);
    await moving;
    expect(folder.work).toBeNull();
    expect(folder.moved?.folder).toBe("/media/disk/canaletto");
    expect(app.state?.library).toBe("/media/disk/canaletto");
    folder.stop();
  });

  it("keeps the old place when a move was stopped, refused, or its dialog closed", async () => {
    const before = app.state?.library;
    const cancelled = { folder: "/media/disk", files: 2, bytes: 9, cancelled: true, left: [] };
    const { folder } = begin({ moveLibrary: () => Promise.resolve({ status: "ok", data: cancelled }) });
    await folder.move();
    expect([folder.moved?.cancelled, app.state?.library]).toEqual([true, before]);
    folder.stop();
    const closed = begin({ moveLibrary: () => Promise.resolve({ status: "ok", data: null }) }).folder;
    await closed.move();
    expect([closed.moved, closed.problem]).toEqual([null, null]);
    closed.stop();
    const refused = begin({
      moveLibrary: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }),
    }).folder;
    await refused.move();
    expect([refused.problem?.code, refused.moved, refused.work, app.state?.library]).toEqual([
      "disk_full",
      null,
      null,
      before,
    ]);
    refused.stop();
  });

  it("guesses the time left by the pace, but not from nothing", async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((go) => (finish = go));
    const check = { files: 4, bytes: 400, hashed: true, cancelled: false, findings: [] };
    const { folder } = begin({
      checkLibrary: async () => {
        await held;
        return { status: "ok", data: check };
      },
    });
    const checking = folder.check(true);
    expect(folder.left(time)).toBeNull();
    events.dispatch([{ type: "library_work", done: 1, total: 400, files: 1 }]);
    time += 500;
    expect(folder.left(time)).toBeNull();
    time += 9_500;
    events.dispatch([{ type: "library_work", done: 100, total: 400, files: 1 }]);
    expect(folder.left(time)).toBe(30_000);
    await folder.cancel();
    expect(folder.stopping).toBe(true);
    finish();
    await checking;
    expect([folder.work, folder.stopping, folder.checked?.files]).toEqual([null, false, 4]);
    folder.stop();
  });
});
