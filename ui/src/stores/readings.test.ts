import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AppEvent, ReadingView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, usd } from "@/platform/fake-data";
import { fakeReading, fakeSpeakJob } from "@/platform/fake-speech-data";
import { platform, usePlatform } from "@/platform/platform";
import { events } from "./events";
import { player } from "./player.svelte";
import { costOf, liveJob, priceOf, progressOf, standingOf, timeLeft } from "./reading-progress";
import { Readings } from "./readings.svelte";
import { LiveSpeech } from "./speech-live.svelte";

const AT = Date.parse("2026-11-21T14:32:00Z");
const at = (seconds: number): string => new Date(AT + seconds * 1000).toISOString();
let fake: Fake;
let stop = (): void => undefined;
let readings = new Readings();

async function begin(list: readonly ReadingView[], over: FakeOptions["over"] = {}): Promise<void> {
  fake = fakePlatform({ makingTakes: 0, speech: { readings: list }, over });
  usePlatform(fake);
  stop = events.start(platform);
  readings = new Readings();
  await readings.start();
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
};

afterEach(() => {
  readings.stop();
  player.close();
  stop();
});

/** Four pieces: two here after 10 seconds each, one under way for 4 seconds, one waiting. */
const long = fakeReading("long", {
  state: "speaking",
  jobs: [
    fakeSpeakJob("p1", { sent_at: at(0), finished_at: at(10) }),
    fakeSpeakJob("p2", { sent_at: at(0), finished_at: at(10) }),
    fakeSpeakJob("p3", { state: "sent", sent_at: at(10), finished_at: null, expected_ms: 8000 }),
    fakeSpeakJob("p4", { state: "planned", sent_at: null, finished_at: null, expected_ms: 8000 }),
  ],
});
const broken = fakeReading("broken", {
  state: "incomplete",
  jobs: [
    fakeSpeakJob("b1"),
    fakeSpeakJob("b2", { state: "failed", billing: "nothing", error: fakeError("INFERENCE_FAILED") }),
    fakeSpeakJob("b3", { state: "unknown", billing: "unknown" }),
    fakeSpeakJob("b4", { state: "cancelled", billing: "nothing" }),
    fakeSpeakJob("b5", { state: "ready", error: fakeError("disk_full") }),
  ],
});

describe("how a reading stands", () => {
  it("is told piece by piece, with the time left", () => {
    expect(standingOf(long)).toMatchObject({ total: 4, here: 2 });
    expect(progressOf(long, AT + 14_000)).toBeCloseTo((2 + 0.5) / 4);
    // A piece that is late never counts as done.
    expect(progressOf(long, AT + 90_000)).toBeCloseTo((2 + 0.95) / 4);
    expect(timeLeft(long, AT + 14_000)).toBe(6000 + 10_000);
    expect(
      timeLeft({ ...long, jobs: [fakeSpeakJob("x", { state: "planned", expected_ms: null })] }, AT),
    ).toBeNull();
  });

  it("tells what may be sent again and what may be charged twice", () => {
    const { failed, doubtful, here } = standingOf(broken);
    expect(failed.map((job) => job.id)).toEqual(["b2", "b4", "b5"]);
    expect(doubtful.map((job) => job.id)).toEqual(["b3"]);
    expect(here).toBe(1);
    // What waits on disk is free.
    expect(priceOf(failed)).toEqual(usd("0.0042"));
    expect(priceOf([fakeSpeakJob("x", { estimate: null })])).toBeNull();
  });

  it("says a charge only when all of it is known", () => {
    const charged = { billing: "charged" as const, charged: usd("0.01") };
    const whole = fakeReading("c", { jobs: [fakeSpeakJob("1", charged), fakeSpeakJob("2", charged)] });
    expect(costOf(whole)).toEqual({ value: usd("0.02"), kind: "charge" });
    expect(costOf({ ...whole, jobs: [...whole.jobs, fakeSpeakJob("3")] }).kind).toBe("estimate");
  });
});

describe("the list", () => {
  it("follows readings and their pieces", async () => {
    await begin([long]);
    expect(readings.texts.map((one) => one.id)).toEqual(["long"]);
    const events_: AppEvent[] = [{ type: "job", job: { ...long.jobs[2]!, received: 4096 } }];
    fake.emit(...events_);
    expect(readings.get("long")?.jobs[2]?.received).toBe(4096);
    fake.speech.finish("long");
    await settled();
    expect(readings.get("long")?.state).toBe("done");
  });

  it("takes a reading out at once, and back when that can't be kept", async () => {
    await begin([broken], {
      dismissReading: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }),
    });
    const putting = readings.dismiss(["broken"]);
    expect(readings.list).toEqual([]);
    expect((await putting)?.code).toBe("disk_full");
    expect(readings.list).toHaveLength(1);
  });

  it("sends again only what is asked for", async () => {
    await begin([broken]);
    expect(await readings.retry("broken", false, null)).toBeNull();
    expect(readings.get("broken")?.jobs.map((job) => job.id)).toEqual([
      "b1",
      "b2-again",
      "b3",
      "b4-again",
      "b5-again",
    ]);
    expect(await readings.cancel("broken")).toBeNull();
    expect(readings.get("broken")?.state).toBe("incomplete");
  });

  it("sends the same again once for two clicks", async () => {
    await begin([fakeReading("done")]);
    const reading = readings.get("done")!;
    await Promise.all([readings.again(reading), readings.again(reading)]);
    expect(readings.list).toHaveLength(2);
    expect(fake.calls.filter((call) => call.name === "startSpeech")).toHaveLength(1);
  });

  it("asks before real money is spent again", async () => {
    await begin([fakeReading("done")]);
    const reading = readings.get("done")!;
    expect(await readings.again(reading)).toBeNull();
    expect([readings.asked, readings.list.length]).toEqual([null, 2]);
    const seen = await platform.commands.checkKey("a-key-that-is-long-enough");
    if (seen.status === "ok") await platform.commands.addCheckedKey(seen.data.handle, "Real", null);
    expect(await readings.again(reading)).toBeNull();
    expect(readings.asked?.estimate.pretend).toBe(false);
    expect(readings.list).toHaveLength(2);
    await readings.sendAgain();
    expect(readings.list).toHaveLength(3);
  });
});

describe("hearing while it is spoken", () => {
  let live = new LiveSpeech();
  beforeEach(() => (live = new LiveSpeech()));
  const piece = (index: number, state: "sent" | "planned" | "saved") =>
    fakeSpeakJob(`j${String(index)}`, { state });
  const of = (states: readonly ("sent" | "planned" | "saved")[]): ReadingView =>
    fakeReading("r", { state: "speaking", jobs: states.map((state, index) => piece(index, state)) });

  it("goes from piece to piece, and waits for the next", () => {
    expect(liveJob(of(["planned", "planned"]))).toBeNull();
    live.begin(of(["planned", "planned"]));
    expect([live.waiting, player.source]).toEqual([true, null]);
    live.look([of(["sent", "planned"])]);
    expect([player.source?.address.endsWith("/live/j0"), player.playing]).toEqual([true, true]);
    live.look([of(["saved", "planned"])]);
    expect(live.waiting).toBe(false);
    player.ended();
    live.look([of(["saved", "planned"])]);
    expect([live.waiting, live.index]).toEqual([true, 1]);
    live.look([of(["saved", "sent"])]);
    expect(player.source?.address.endsWith("/live/j1")).toBe(true);
    player.ended();
    live.look([{ ...of(["saved", "saved"]), state: "joining" }]);
    expect(live.reading).toBeNull();
  });

  it("leaves no piece out that was quicker than its listener", () => {
    live.begin(of(["sent", "sent", "planned"]));
    player.ended();
    // The second was here before the first was heard to its end.
    live.look([of(["saved", "saved", "sent"])]);
    expect([live.waiting, live.index]).toEqual([false, 1]);
    expect(player.source?.address.endsWith("/live/j1")).toBe(true);
    player.ended();
    live.look([of(["saved", "saved", "saved"])]);
    expect(player.source?.address.endsWith("/live/j2")).toBe(true);
  });

  it("goes on in the whole once its pieces are gone", () => {
    live.begin(of(["sent", "sent", "sent"]));
    player.ended();
    const done = fakeReading("r", { item: "sound-1", jobs: of(["saved", "saved", "saved"]).jobs });
    live.look([{ ...done, starts_ms: [0, 12_300, 20_000] }]);
    expect([player.source?.key, player.at, live.reading]).toEqual(["sound-1", 12_300, null]);
  });

  it("plays the whole when it was too quick, or plays in no other way", () => {
    const done = fakeReading("r", { item: "sound-1" });
    live.begin(of(["planned"]));
    live.look([done]);
    expect([player.source?.key, live.reading]).toEqual(["sound-1", null]);
    live.begin(of(["sent"]));
    player.cannot();
    live.look([of(["sent"])]);
    expect([live.whole, live.waiting]).toEqual([true, true]);
    live.look([done]);
    expect([player.source?.key, player.playing]).toEqual(["sound-1", true]);
  });

  it("lets go when another sound is taken up, and closes only its own", () => {
    live.begin(of(["sent"]));
    player.play({ key: "other", address: "/other", title: "", lengthMs: 1000 });
    live.look([of(["sent"])]);
    expect(live.reading).toBeNull();
    live.begin(of(["sent"]));
    live.stop();
    expect([player.source, live.reading]).toEqual([null, null]);
  });
});
