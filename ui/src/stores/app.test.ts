import { beforeEach, describe, expect, it } from "vitest";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { App, type Timer } from "./app.svelte";

/** A timer that goes off when it is told to. */
class HandTimer implements Timer {
  #due = new Map<number, () => void>();
  #next = 1;
  set(run: () => void): number {
    this.#due.set(this.#next, run);
    return this.#next++;
  }
  clear(id: number): void {
    this.#due.delete(id);
  }
  goOff(): void {
    const due = [...this.#due.values()];
    this.#due.clear();
    for (const run of due) run();
  }
}

let fake: Fake;
let timer: HandTimer;
let app: App;
const sent = (): unknown[] =>
  fake.calls.filter(({ name }) => name === "changeSettings").map(({ args }) => args[0]);

beforeEach(async () => {
  fake = fakePlatform();
  usePlatform(fake);
  timer = new HandTimer();
  app = new App(timer);
  await app.load();
});

describe("App", () => {
  it("follows the system until a theme and a language are chosen", () => {
    app.systemDark = false;
    app.systemLanguages = ["zh-Hans-CN"];
    expect([app.theme, app.language]).toEqual(["light", "zh-CN"]);
    app.change({ theme: "dark", language: "en" });
    expect([app.theme, app.language]).toEqual(["dark", "en"]);
  });

  it("shows a change at once and keeps several with one call", async () => {
    app.change({ form_width: 300 });
    app.change({ form_width: 340, details_open: true });
    expect(app.settings?.form_width).toBe(340);
    expect(sent()).toEqual([]);
    timer.goOff();
    await Promise.resolve();
    expect(sent()).toEqual([{ form_width: 340, details_open: true }]);
  });

  it("doesn't let an answer undo what changed while it was under way", async () => {
    app.change({ form_width: 300 });
    const sending = app.flush();
    app.change({ form_width: 380 });
    await sending;
    expect(app.settings?.form_width).toBe(380);
    await app.flush();
    expect(sent()).toEqual([{ form_width: 300 }, { form_width: 380 }]);
  });

  it("sends nothing when nothing changed", async () => {
    await app.flush();
    expect(sent()).toEqual([]);
  });

  it("keeps the reason when the state can't be read", async () => {
    const error = fakeError("store_damaged");
    usePlatform(fakePlatform({ over: { appState: async () => ({ status: "error", error }) } }));
    const other = new App(timer);
    expect(await other.load()).toBe(false);
    expect(other.failure).toEqual(error);
  });
});
