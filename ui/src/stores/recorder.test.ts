import { afterEach, describe, expect, it } from "vitest";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { fakeReading, fakeSpeakJob } from "@/platform/fake-speech-data";
import { platform, usePlatform } from "@/platform/platform";
import { closing } from "./closing.svelte";
import { events } from "./events";
import { player } from "./player.svelte";
import { Recorder, recorder as shared, TEST_LENGTH } from "./recorder.svelte";
import { live } from "./speech-live.svelte";

let stops: (() => void)[] = [];

async function begin(options: FakeOptions = {}): Promise<{ recorder: Recorder; fake: Fake }> {
  const fake = fakePlatform({ jobs: [], items: 0, ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  const recorder = new Recorder();
  await recorder.start();
  await recorder.readDevices();
  return { recorder, fake };
}

afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  player.close();
});

describe("the recorder", () => {
  it("opens the microphone with the take, shows how it grows, and keeps it", async () => {
    const { recorder, fake } = await begin();
    expect([recorder.armed, recorder.device?.id]).toEqual([false, "built-in"]);
    await recorder.record();
    expect([recorder.armed, recorder.recording]).toEqual([true, true]);
    fake.recorder.hear(0.5);
    fake.recorder.hear(1, { clipped: 2 });
    fake.recorder.hear(0.1);
    expect([recorder.length, recorder.clipped, recorder.drawn]).toEqual([150, true, [0.5, 1, 0.1]]);
    expect(recorder.level.held).toBeGreaterThan(0.8);
    expect(recorder.written).toBe(fake.recorder.state.take?.written);
    await recorder.mark("  Refrain ");
    expect(recorder.take?.markers).toEqual([{ at_ms: 150, label: "Refrain" }]);
    expect(await recorder.end()).toBeNull();
    expect([recorder.recording, recorder.armed, recorder.kept?.origin]).toEqual([false, true, "recorded"]);
  });

  it("is disturbed by nothing that is heard, now or as soon as it is spoken", async () => {
    const { recorder } = await begin();
    const waiting = fakeReading("r", { state: "speaking", jobs: [fakeSpeakJob("j", { state: "planned" })] });
    live.begin(waiting);
    await recorder.record();
    live.look([{ ...waiting, jobs: [fakeSpeakJob("j", { state: "sent" })] }]);
    expect([player.source, player.playing]).toEqual([null, false]);
  });

  it("says why it can't be followed", async () => {
    const error = fakeError("internal");
    const { recorder } = await begin({
      over: { watchRecorder: () => Promise.resolve({ status: "error", error }) },
    });
    expect(recorder.trouble).toEqual(error);
  });

  it("pauses: nothing is added meanwhile", async () => {
    const { recorder, fake } = await begin();
    await recorder.record();
    fake.recorder.hear(0.5);
    await recorder.pause(true);
    fake.recorder.hear(0.5);
    expect([recorder.paused, recorder.length, recorder.drawn.length]).toEqual([true, 50, 1]);
    await recorder.pause(false);
    fake.recorder.hear(0.5);
    expect(recorder.length).toBe(100);
  });

  it("tries the microphone out for five seconds, and lets it be heard", async () => {
    const { recorder, fake } = await begin();
    await recorder.record(true);
    expect([recorder.testing, recorder.recording]).toEqual([true, false]);
    for (let heard = 0; heard < TEST_LENGTH; heard += 50) fake.recorder.hear(0.2);
    await expect.poll(() => recorder.testing).toBe(false);
    expect([recorder.tried, recorder.kept, player.has("test-1")]).toEqual([1, null, true]);
    expect(player.playing).toBe(true);
    // What is played would be recorded.
    await recorder.record();
    expect(player.playing).toBe(false);
  });

  it("hears a test that the back end has ended by itself", async () => {
    const { recorder, fake } = await begin();
    await recorder.record(true);
    fake.recorder.change({ take: null });
    expect(player.has("test-1")).toBe(true);
  });

  it("says why it isn't open any more, and shows the take that was kept", async () => {
    const { recorder, fake } = await begin();
    await recorder.record();
    fake.recorder.hear(0.5);
    fake.recorder.change({ armed: false, take: null, problem: fakeError("microphone_gone") });
    expect([recorder.recording, recorder.trouble?.code, recorder.level.peak]).toEqual([
      false,
      "microphone_gone",
      0,
    ]);
    // Opening it again is a new beginning.
    await recorder.arm();
    expect([recorder.armed, recorder.trouble]).toEqual([true, null]);
  });

  it("stays as it is when a command fails, and says so", async () => {
    const { recorder } = await begin({ recorder: { devices: [] } });
    expect(recorder.devices).toEqual([]);
    expect((await recorder.record())?.code).toBe("no_microphone");
    expect([recorder.armed, recorder.doing, recorder.trouble?.code]).toEqual([false, null, "no_microphone"]);
  });

  it("changes the microphone without opening one that is closed", async () => {
    const { recorder, fake } = await begin();
    await recorder.choose("studio");
    expect([recorder.armed, recorder.device?.id]).toEqual([false, "studio"]);
    await recorder.arm(recorder.device?.id);
    expect(fake.recorder.state.device).toBe("studio");
    await recorder.choose("built-in");
    expect([recorder.armed, fake.recorder.state.device]).toEqual([true, "built-in"]);
  });
});

describe("closing the window while it records", () => {
  it("asks, and keeps the recording before the window goes", async () => {
    const fake = fakePlatform({ jobs: [], items: 0 });
    usePlatform(fake);
    await shared.start();
    await shared.record();
    fake.recorder.hear(0.5);
    await closing.wanted();
    expect([closing.asking, closing.recording]).toEqual([true, true]);
    const answers = () =>
      fake.calls.filter((call) => call.name === "answerClosing").map((call) => call.args[0]);
    expect(answers()).toEqual([false]);
    await closing.close();
    expect([shared.recording, shared.kept?.kind]).toEqual([false, "sound"]);
    expect(answers()).toEqual([false, true]);
    closing.asking = false;
    shared.stop();
  });

  it("stays open when the recording can't be ended", async () => {
    const fake = fakePlatform({
      jobs: [],
      items: 0,
      over: { stopTake: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    usePlatform(fake);
    await shared.start();
    await shared.record();
    await closing.close();
    expect(fake.calls.some((call) => call.name === "answerClosing")).toBe(false);
    shared.stop();
  });
});
