import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TranscriptText } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeItem } from "@/platform/fake-data";
import { fakeVoiceModels } from "@/platform/fake-speech-data";
import { fakeHearing, fakeTranscriptList } from "@/platform/fake-transcripts-data";
import { usePlatform } from "@/platform/platform";
import { closing } from "./closing.svelte";
import { events } from "./events";
import { notices } from "./notices.svelte";
import { Transcribing, isFilmAddress } from "./transcribing.svelte";
import { costOf, priceFor, retryPrice } from "./transcript-cost";
import { TranscriptEditor } from "./transcript-editor.svelte";
import { lineText } from "./transcript-lines";
import { TranscriptSearch } from "./transcript-search.svelte";
import { mayCostTwice, pieceState, Transcripts } from "./transcripts.svelte";

let fake: Fake;
let stop: () => void = () => undefined;

function use(options: FakeOptions = {}): void {
  fake = fakePlatform({ jobs: [], pace: -1, ...options });
  usePlatform(fake);
  stop = events.start(fake);
}
const saved = (): { revision: number; text: TranscriptText }[] =>
  fake.calls
    .filter((call) => call.name === "saveTranscript")
    .map(({ args }) => ({ revision: args[1] as number, text: args[2] as TranscriptText }));
const shown = (editor: TranscriptEditor): string[] => editor.text.lines.map(lineText);
async function opened(id = "boats"): Promise<TranscriptEditor> {
  const editor = new TranscriptEditor(id);
  await editor.read();
  return editor;
}

beforeEach(() => {
  vi.useFakeTimers();
  use();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("an open transcript", () => {
  it("keeps what is typed once there is a pause, and says so only then", async () => {
    const editor = await opened();
    expect(editor.keeping).toBe("kept");
    editor.type(1, "We are standing under the altana");
    expect(editor.keeping).toBe("changed");
    await vi.advanceTimersByTimeAsync(800);
    editor.type(1, "We are standing under the altana.");
    await vi.advanceTimersByTimeAsync(800);
    expect(saved()).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(saved()).toHaveLength(1);
    expect(saved()[0]?.revision).toBe(1);
    expect(
      saved()[0]
        ?.text.lines[0]?.words.map(([word]) => word)
        .join(" "),
    ).toBe("We are standing under the altana.");
    expect(editor.keeping).toBe("kept");
    // The next is based on what that became.
    editor.remove(2);
    await editor.save();
    expect(saved()[1]?.revision).toBe(2);
  });

  it("is kept every few seconds while somebody types on and on", async () => {
    const editor = await opened();
    for (let at = 0; at < 12; at += 1) {
      editor.type(1, `We ${at}`);
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(saved().length).toBeGreaterThan(0);
  });

  it("keeps the times of a line that is emptied and written anew, and drops one left empty", async () => {
    const editor = await opened();
    const before = editor.text.lines[1]!;
    editor.begin(2);
    editor.type(2, "");
    editor.type(2, lineText(before));
    expect(editor.text.lines[1]?.words).toEqual(before.words);
    editor.type(2, "");
    editor.end();
    expect(editor.text.lines.some((line) => line.id === 2)).toBe(false);
    expect(editor.undo()).toBe(true);
    expect(editor.text.lines[1]).toEqual(before);
  });

  it("cuts and joins lines, and knows where they meet", async () => {
    const editor = await opened();
    const whole = shown(editor)[1]!;
    const second = editor.split(2, 6)!;
    expect(shown(editor).slice(1, 3)).toEqual([whole.slice(0, 6), whole.slice(7)]);
    expect(editor.join(second)).toEqual({ line: 2, offset: 7 });
    expect(shown(editor)[1]).toBe(whole);
    expect(editor.join(1)).toBeNull();
  });

  it("says that it could not be kept, and keeps it when asked again", async () => {
    const editor = await opened();
    fake.commands.saveTranscript = () =>
      Promise.resolve({ status: "error", error: fakeError("disk_full", { retryable: true }) });
    editor.type(1, "Changed");
    await vi.advanceTimersByTimeAsync(1000);
    expect([editor.keeping, editor.problem?.code, editor.unkept]).toEqual(["failed", "disk_full", true]);
    expect(shown(editor)[0]).toBe("Changed");
    use();
    expect(await editor.save()).toBeNull();
    expect([editor.keeping, editor.problem]).toEqual(["kept", null]);
  });

  it("takes in pieces that come while it is edited, and keeps both", async () => {
    use({ pace: 0 });
    const editor = await opened("council");
    editor.type(1, "Mine");
    await fake.commands.retryPieces("council", 1, null, false, null, []);
    await editor.save();
    expect(shown(editor)[0]).toBe("Mine");
    expect(shown(editor)).toContain("Here the tape begins again.");
    expect(editor.conflicts).toEqual([]);
    expect(editor.keeping).toBe("kept");
    expect(saved().map(({ revision }) => revision)).toEqual([1, 2]);
  });

  it("leaves a line that was just made to whoever types into it, whatever arrives", async () => {
    use({ pace: 0 });
    const editor = await opened("council");
    const second = editor.split(1, 3)!;
    editor.begin(second);
    editor.type(second, "Mine");
    await fake.commands.retryPieces("council", 1, null, false, null, []);
    await editor.read();
    expect([editor.typing, lineText(editor.text.lines[1]!)]).toEqual([second, "Mine"]);
    editor.type(second, "Mine too");
    expect(shown(editor)[1]).toBe("Mine too");
    await editor.save();
    expect(shown(editor)).toContain("Here the tape begins again.");
    expect(editor.conflicts).toEqual([]);
  });

  it("takes back what was typed, and not what arrived while it was", async () => {
    use({ pace: 0 });
    const editor = await opened("council");
    const before = shown(editor)[0]!;
    editor.type(1, "M");
    await fake.commands.retryPieces("council", 1, null, false, null, []);
    await editor.read();
    editor.type(1, "Mine");
    while (editor.undo());
    expect(shown(editor)[0]).toBe(before);
    expect(shown(editor)).toContain("Here the tape begins again.");
    while (editor.redo());
    expect(shown(editor)[0]).toBe("Mine");
    expect(shown(editor)).toContain("Here the tape begins again.");
  });

  it("never takes what it keeps itself for somebody else's", async () => {
    const editor = await opened();
    const { saveTranscript, getTranscript } = fake.commands;
    let answer = (): void => undefined;
    // It is on disk, and the answer is still on its way.
    fake.commands.saveTranscript = async (...args) => {
      const kept = await saveTranscript(...args);
      await new Promise<void>((resolve) => (answer = resolve));
      return kept;
    };
    let go = (): void => undefined;
    fake.commands.getTranscript = async (id) => {
      await new Promise<void>((resolve) => (go = resolve));
      return getTranscript(id);
    };
    editor.type(1, "Mine");
    const reading = editor.read();
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.keeping).toBe("saving");
    editor.type(1, "Mine, and more");
    go();
    await vi.advanceTimersByTimeAsync(0);
    expect(editor.conflicts).toEqual([]);
    fake.commands.getTranscript = getTranscript;
    answer();
    await vi.advanceTimersByTimeAsync(0);
    await reading;
    expect([editor.conflicts, shown(editor)[0]]).toEqual([[], "Mine, and more"]);
  });

  it("tries again by itself what could not be kept", async () => {
    const works = fake.commands.saveTranscript;
    const editor = await opened();
    fake.commands.saveTranscript = () => Promise.resolve({ status: "error", error: fakeError("disk_full") });
    editor.type(1, "Changed");
    await vi.advanceTimersByTimeAsync(1000);
    expect(editor.keeping).toBe("failed");
    fake.commands.saveTranscript = works;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([editor.keeping, editor.problem]).toEqual(["kept", null]);
    expect(saved().at(-1)?.text.lines[0]?.words[0]?.[0]).toBe("Changed");
  });

  it("offers both where a line was changed elsewhere too, and keeps nothing until then", async () => {
    for (const [how, first] of [
      ["mine", ["Mine"]],
      ["theirs", ["Theirs"]],
      ["both", ["Mine", "Theirs"]],
    ] as const) {
      use();
      const [editor, other] = [await opened(), await opened()];
      other.type(1, "Theirs");
      await other.save();
      editor.type(1, "Mine");
      await editor.save();
      expect(editor.conflicts).toHaveLength(1);
      expect([shown(editor)[0], editor.keeping]).toEqual(["Mine", "changed"]);
      await vi.advanceTimersByTimeAsync(5000);
      expect(saved()).toHaveLength(2);
      await editor.decide(how);
      expect(shown(editor).slice(0, first.length)).toEqual(first);
      expect(editor.unkept).toBe(false);
    }
  });

  it("finds and replaces in all lines, in one step", async () => {
    const editor = await opened();
    const search = new TranscriptSearch(editor);
    search.open = true;
    search.seek({ words: "dying" }, null);
    expect([search.matches.length, search.at]).toEqual([2, 0]);
    search.step(-1);
    expect(search.at).toBe(1);
    search.step(1);
    search.by = "living";
    search.replace();
    expect([search.matches.length, search.at]).toEqual([1, 0]);
    search.seek({ words: "the" }, null);
    const count = search.matches.length;
    search.by = "a";
    expect(search.replaceAll()).toBe(count);
    editor.undo();
    expect(search.matches).toHaveLength(count);
  });
});

describe("the transcripts", () => {
  it("are listed, searched, put into the trash and taken back", async () => {
    const all = new Transcripts();
    await all.start();
    expect(all.list.rows.map((row) => row.id)).toEqual(["boats", "council", "sounds-zh"]);
    all.list.search("水声");
    await vi.advanceTimersByTimeAsync(300);
    all.list.search("");
    await vi.advanceTimersByTimeAsync(300);
    const { undo } = await all.trash("boats", true);
    expect(all.list.rows.map((row) => row.id)).toEqual(["council", "sounds-zh"]);
    const showing = all.list.show(true);
    // No row of the other list is put back by mistake.
    expect([all.list.rows, all.list.loaded]).toEqual([[], false]);
    await showing;
    expect(all.list.rows.map((row) => row.id)).toEqual(["boats"]);
    await undo?.();
    await all.list.show(false);
    expect(all.list.rows).toHaveLength(3);
    await all.stop();
  });

  it("are kept before another is opened and before the window closes", async () => {
    const all = new Transcripts();
    await all.start();
    await all.show("boats");
    all.editor?.type(1, "Changed");
    await all.show("council");
    await vi.advanceTimersByTimeAsync(0);
    expect(saved()).toHaveLength(1);
    all.editor?.remove(1);
    await closing.wanted();
    expect(saved()).toHaveLength(2);
    expect(fake.calls.filter((call) => call.name === "answerClosing").map((call) => call.args)).toEqual([
      [true],
    ]);
    await all.stop();
  });

  it("with changes that can't be kept stay, and the window asks before it closes", async () => {
    const works = fake.commands.saveTranscript;
    const all = new Transcripts();
    await all.start();
    fake.commands.saveTranscript = () => Promise.resolve({ status: "error", error: fakeError("disk_full") });
    await all.show("boats");
    const { editor } = all;
    editor?.type(1, "Changed");
    await all.show("council");
    await vi.advanceTimersByTimeAsync(0);
    expect(notices.list.at(-1)?.severity).toBe("error");
    await closing.wanted();
    expect(closing.unkept).toBe("The boat builder of the Giudecca");
    expect(fake.calls.at(-1)).toMatchObject({ name: "answerClosing", args: [false] });
    await all.show("boats");
    expect(all.editor).toBe(editor);
    expect(shown(all.editor!)[0]).toBe("Changed");
    fake.commands.saveTranscript = works;
    await closing.wanted();
    expect(closing.unkept).toBeNull();
    expect(fake.calls.at(-1)).toMatchObject({ name: "answerClosing", args: [true] });
    await all.stop();
  });

  it("go to a new conversation with words that aren't sent, as they are now", async () => {
    const all = new Transcripts();
    await all.start();
    await all.show("boats");
    all.editor?.type(1, "Changed");
    const answer = await all.toChat("Summarise it");
    expect(answer.status).toBe("ok");
    const names = fake.calls.map((call) => call.name);
    expect(names.indexOf("saveTranscript")).toBeLessThan(names.indexOf("attachTranscript"));
    expect(names).not.toContain("sendTurn");
    const patch = fake.calls.find((call) => call.name === "changeConversations")?.args[1];
    expect(patch).toMatchObject({
      draft: { text: "Summarise it", attachments: [{ name: "The boat builder of the Giudecca.md" }] },
    });
    await all.stop();
  });

  it("send missing pieces again, and what may have been charged only when that is accepted", async () => {
    const all = new Transcripts();
    await all.start();
    await all.show("council");
    const pieces = all.editor!.pieces;
    expect(pieces.map(pieceState)).toEqual(["done", "failed", "unknown"]);
    expect([mayCostTwice([pieces[1]!]), mayCostTwice([pieces[2]!])]).toEqual([false, true]);
    // Its job is known to nobody any more.
    const lost = { ...pieces[1]!, job: null };
    expect([pieceState(lost), mayCostTwice([lost])]).toEqual(["unknown", true]);
    expect((await all.retry(null, null, false, null))?.code).toBe("needs_confirmation");
    expect(await all.retry(2, "fake-listener-small", true, null)).toBeNull();
    expect(all.editor!.pieces.map(pieceState)).toEqual(["done", "failed", "working"]);
    const job = all.editor!.pieces[2]!.job!;
    expect(job.model).toBe("fake-listener-small");
    fake.emit({ type: "job", job: { ...job, state: "failed" } });
    expect(all.editor!.pieces.map(pieceState)).toEqual(["done", "failed", "failed"]);
    expect(await all.cancel()).toBeNull();
    await all.stop();
  });
});

describe("what it costs", () => {
  it("is the sum of its pieces, and charged when all of them are", () => {
    const [boats, council] = fakeTranscriptList();
    expect(costOf(boats!.pieces)).toMatchObject({ billing: "charged", charged: { amount: "0.0011" } });
    expect(costOf(council!.pieces)).toMatchObject({ billing: "unknown", estimate: { amount: "0.0023" } });
    expect(costOf([])).toBeNull();
  });

  it("is exact for a length, and by what the model costs now", () => {
    expect(priceFor({ amount: "0.0001", currency: "usd" }, 754_321)).toEqual({
      amount: "0.0754321",
      currency: "usd",
    });
    expect(priceFor({ amount: "2", currency: "usd" }, 500)).toEqual({ amount: "1", currency: "usd" });
    const pieces = fakeTranscriptList()[1]!.pieces.slice(1);
    const model = { ...fakeHearing[0]!, price: { amount: "0.001", currency: "usd" as const } };
    expect(Number(retryPrice(pieces, model)?.amount)).toBeCloseTo(
      (pieces[1]!.end_ms - pieces[0]!.start_ms) / 1_000_000,
      6,
    );
    expect(retryPrice(pieces, { ...model, price: null })).toBeNull();
    expect(retryPrice(pieces, null)).toBeNull();
  });
});

describe("asking for a transcript", () => {
  const sound = fakeItem(1, new Date(), {
    id: "sound",
    kind: "sound",
    duration_ms: 720_000,
    title: "Interview",
  });
  const answers: FakeOptions["over"] = {
    voiceModels: () => Promise.resolve({ status: "ok", data: { ...fakeVoiceModels(), speak: [] } }),
  };

  it("knows the address of a film", () => {
    expect(
      ["https://www.youtube.com/watch?v=a", "https://youtu.be/a", " http://m.youtube.com/x "].every(
        isFilmAddress,
      ),
    ).toBe(true);
    expect(
      ["", "youtube.com/a", "https://notyoutube.example/youtube.com", "ftp://youtube.com"].some(
        isFilmAddress,
      ),
    ).toBe(false);
  });

  it("sends at the price that was shown, once for two clicks", async () => {
    use({
      over: {
        ...answers,
        estimateTranscription: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: { amount: "0.072", currency: "usd" },
              length_ms: 720_000,
              pieces: 2,
              account: "sandbox",
              pretend: true,
              problem: null,
            },
          }),
        startTranscription: () => Promise.resolve({ status: "ok", data: fakeTranscriptList()[0]!.summary }),
      },
    });
    let now = 0;
    const form = new Transcribing(() => now);
    await form.load();
    expect(form.missing).toBe("item");
    form.use(sound);
    expect(form.wish).toEqual({
      kind: "item",
      request: { item: "sound", model: "fake-listener", language: null, timestamps: true },
    });
    expect(await form.send()).toBeNull();
    form.price.ask(form.wish);
    await vi.advanceTimersByTimeAsync(400);
    expect(form.ready).toBe(true);
    now = 5000;
    expect((await form.send())?.status).toBe("ok");
    expect(form.item).toBeNull();
    form.item = sound;
    expect(await form.send()).toBeNull();
    const sent = fake.calls.filter((call) => call.name === "startTranscription");
    expect(sent.map((call) => call.args[1])).toEqual([
      { account: "sandbox", amount: { amount: "0.072", currency: "usd" } },
    ]);
  });

  it("says that the price has changed, and shows what it is now", async () => {
    let amount = "0.01";
    const estimate = () => ({
      amount: { amount, currency: "usd" as const },
      length_ms: 720_000,
      pieces: 2,
      account: "sandbox",
      pretend: true,
      problem: null,
    });
    use({
      over: {
        ...answers,
        estimateTranscription: () => Promise.resolve({ status: "ok", data: estimate() }),
        startTranscription: () => Promise.resolve({ status: "error", error: fakeError("price_changed") }),
      },
    });
    let now = 5000;
    const form = new Transcribing(() => now);
    await form.load();
    form.use(sound);
    form.price.ask(form.wish);
    await vi.advanceTimersByTimeAsync(400);
    amount = "0.02";
    expect(await form.send()).toMatchObject({ status: "error", error: { code: "price_changed" } });
    await vi.advanceTimersByTimeAsync(400);
    expect([form.offer?.amount?.amount, form.item?.id]).toEqual(["0.02", "sound"]);
    // It changes just before the click: nothing is sent at a price nobody saw, by the second of two clicks neither.
    now += 700;
    amount = "0.03";
    form.change({ language: "de" });
    form.price.ask(form.wish);
    expect(await form.send()).toMatchObject({ status: "error", error: { code: "price_changed" } });
    expect([form.offer?.amount?.amount, await form.send()]).toEqual(["0.03", null]);
    expect(fake.calls.filter((call) => call.name === "startTranscription")).toHaveLength(1);
  });

  it("is kept a moment after the last change, and read again as it was", async () => {
    use({ over: answers });
    const written: string[] = [];
    const form = new Transcribing();
    form.open(null, (kept) => written.push(kept));
    await form.load();
    form.change({ model: "fake-listener-small" });
    form.change({ language: "de", timestamps: false });
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    expect(written).toHaveLength(1);
    form.keepNow();
    expect(written).toHaveLength(1);
    const later = new Transcribing();
    later.open(written[0] ?? null, () => undefined);
    expect(later.fields).toEqual({ model: "fake-listener-small", language: "de", timestamps: false });
    await later.load();
    expect(later.model?.id).toBe("fake-listener-small");
    for (const broken of ["{", "[]", '{"timestamps": 3, "model": 4}']) {
      const fresh = new Transcribing();
      fresh.open(broken, () => undefined);
      expect(fresh.fields).toEqual({ model: null, language: null, timestamps: true });
    }
  });

  it("leaves out what the model has no use for", async () => {
    use({ over: answers });
    const form = new Transcribing();
    await form.load();
    form.use(sound);
    form.change({ language: "de" });
    form.change({ model: "fake-listener-small" });
    expect(form.wish).toMatchObject({ request: { language: null, timestamps: false } });
    form.change({ model: "fake-listener" });
    expect(form.wish).toMatchObject({ request: { language: "de", timestamps: true } });
    form.from = "address";
    expect(form.missing).toBe("address");
    form.address = "https://youtu.be/abc";
    expect(form.wish).toEqual({ kind: "address", url: "https://youtu.be/abc" });
  });
});
