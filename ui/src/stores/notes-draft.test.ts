import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AppError } from "@/bindings";
import { fakeError } from "@/platform/fake-data";
import { NotesDraft } from "./notes-draft.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open(answer: () => Promise<AppError | null> = () => Promise.resolve(null)) {
  const kept: string[] = [];
  const draft = new NotesDraft((id, text) => {
    kept.push(`${id}: ${text}`);
    return answer();
  });
  return { draft, kept };
}

describe("notes", () => {
  it("are kept once after a pause", async () => {
    const { draft, kept } = open();
    draft.show("a", "");
    draft.typed("f");
    draft.typed("fog");
    expect([draft.state, kept]).toEqual(["typing", []]);
    await vi.runAllTimersAsync();
    expect([draft.state, draft.touched, kept]).toEqual(["kept", true, ["a: fog"]]);
    await draft.now();
    expect(kept).toHaveLength(1);
  });

  it("are kept for the item they were typed at when another is shown", async () => {
    const { draft, kept } = open();
    draft.show("a", "old");
    draft.typed("new");
    draft.show("b", "other");
    await vi.runAllTimersAsync();
    expect(kept).toEqual(["a: new"]);
    expect([draft.text, draft.state, draft.touched]).toEqual(["other", "kept", false]);
  });

  it("that are being typed aren't overwritten by what is read again", async () => {
    const { draft } = open();
    draft.show("a", "old");
    draft.typed("new");
    draft.show("a", "old");
    expect(draft.text).toBe("new");
    await vi.runAllTimersAsync();
    draft.show("a", "from elsewhere");
    expect(draft.text).toBe("from elsewhere");
  });

  it("typed while the last are on their way are kept after them", async () => {
    let go: () => void = () => undefined;
    const { draft, kept } = open(() => new Promise((done) => (go = () => done(null))));
    draft.show("a", "");
    draft.typed("one");
    const first = draft.now();
    draft.typed("one two");
    go();
    await first;
    const rest = vi.runAllTimersAsync();
    await rest;
    go();
    await vi.runAllTimersAsync();
    expect(kept).toEqual(["a: one", "a: one two"]);
    expect(draft.state).toBe("kept");
  });

  it("that couldn't be kept are tried again and say so", async () => {
    let problem: AppError | null = fakeError("disk_full");
    const { draft, kept } = open(() => Promise.resolve(problem));
    draft.show("a", "");
    draft.typed("fog");
    expect((await draft.now())?.code).toBe("disk_full");
    expect([draft.state, draft.text]).toEqual(["failed", "fog"]);
    problem = null;
    await draft.now();
    expect([draft.state, kept]).toEqual(["kept", ["a: fog", "a: fog"]]);
  });
});
