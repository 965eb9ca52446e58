import { afterEach, describe, expect, it } from "vitest";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { fakeSoundId } from "@/platform/fake-recorder";
import { platform, usePlatform } from "@/platform/platform";
import { events } from "./events";
import { items } from "./items.svelte";
import { OpenSound } from "./open-sound.svelte";
import { Sounds } from "./sounds.svelte";

let stops: (() => void)[] = [];

function begin(options: FakeOptions = {}): Fake {
  const fake = fakePlatform({ items: 4, jobs: [], ...options });
  usePlatform(fake);
  stops.push(events.start(platform));
  return fake;
}

async function kept(fake: Fake, id: string): Promise<number[]> {
  const answer = await fake.commands.getSound(id);
  return answer.status === "ok" ? answer.data.markers.map((marker) => marker.at_ms) : [];
}

afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
});

describe("the list of sounds", () => {
  it("has what was recorded, the newest first, and follows what changes", async () => {
    const fake = begin({ sounds: [1000, 2000, 3000] });
    const sounds = new Sounds();
    await sounds.start();
    stops.push(() => sounds.stop());
    const [first, second, third] = [1, 2, 3].map((serial) => fakeSoundId(serial, serial * 1000));
    expect(sounds.list).toEqual([first, second, third]);
    expect([sounds.total, sounds.more]).toEqual([3, false]);
    await fake.commands.trashItems([second!]);
    await expect.poll(() => sounds.list).toEqual([first, third]);
    await sounds.rename(third!, "The long one");
    expect(items.get(third!)?.title).toBe("The long one");
  });

  it("comes page by page, and is read again as far as it was", async () => {
    begin({ sounds: Array.from({ length: 130 }, (_, index) => (index + 1) * 100) });
    const sounds = new Sounds();
    await sounds.read();
    expect([sounds.list.length, sounds.total, sounds.more]).toEqual([60, 130, true]);
    await sounds.readMore();
    await sounds.readMore();
    expect([sounds.list.length, new Set(sounds.list).size, sounds.more]).toEqual([130, 130, false]);
    await sounds.read();
    expect(sounds.list).toHaveLength(130);
  });

  it("is read again to its end where that takes more than one answer", async () => {
    const many = Array.from({ length: 620 }, (_, index) => (index + 1) * 100);
    const fake = begin({ sounds: many });
    const page = fake.commands.libraryPage;
    // As the back end has it.
    fake.commands.libraryPage = (asked) => page({ ...asked, limit: Math.min(500, asked.limit) });
    const sounds = new Sounds();
    await sounds.read();
    while (sounds.more) await sounds.readMore();
    await sounds.read();
    expect([sounds.list.length, new Set(sounds.list).size, sounds.more]).toEqual([620, 620, false]);
  });

  it("keeps what is shown when it can't be read", async () => {
    let works = true;
    const fake = begin({ sounds: [1000] });
    const page = fake.commands.libraryPage;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        libraryPage: (asked) =>
          works ? page(asked) : Promise.resolve({ status: "error", error: fakeError("library_gone") }),
      },
    });
    const sounds = new Sounds();
    await sounds.read();
    works = false;
    await sounds.read();
    expect([sounds.list.length, sounds.problem?.code]).toEqual([1, "library_gone"]);
  });
});

describe("an open sound", () => {
  it("keeps its markers in order, one change after the other", async () => {
    const id = fakeSoundId(1, 60_000);
    const fake = begin({ sounds: [60_000] });
    const sound = new OpenSound();
    await sound.open(id);
    const all = [sound.add(30_000.4), sound.add(10_000, "Refrain"), sound.add(30_005)];
    expect(sound.markers.map((marker) => marker.at_ms)).toEqual([10_000, 30_000]);
    await Promise.all(all);
    await sound.label(1, "  Verse ");
    expect(sound.view?.markers).toEqual([
      { at_ms: 10_000, label: "Refrain" },
      { at_ms: 30_000, label: "Verse" },
    ]);
    const { undo } = await sound.remove(0);
    expect(sound.markers).toHaveLength(1);
    await undo();
    const kept = await fake.commands.getSound(id);
    expect(kept.status === "ok" && kept.data.markers.map((marker) => marker.label)).toEqual([
      "Refrain",
      "Verse",
    ]);
  });

  it("marks nothing over what it has not read yet", async () => {
    const id = fakeSoundId(1, 60_000);
    const fake = begin({ sounds: [60_000] });
    await fake.commands.setMarkers(id, [{ at_ms: 1000, label: "Kept" }]);
    const sound = new OpenSound();
    const opening = sound.open(id);
    // The key is quicker than the disk.
    const marking = sound.add(5000);
    await Promise.all([opening, marking]);
    expect(await kept(fake, id)).toEqual([1000, 5000]);
    // And where it can't be read nothing is written.
    const closed = begin({
      sounds: [60_000],
      over: { getSound: () => Promise.resolve({ status: "error", error: fakeError("library_gone") }) },
    });
    const other = new OpenSound();
    await other.open(id);
    expect((await other.add(5000))?.code).toBe("library_gone");
    expect(closed.calls.some((call) => call.name === "setMarkers")).toBe(false);
  });

  it("knows what was marked elsewhere while nobody looked", async () => {
    const id = fakeSoundId(1, 60_000);
    const fake = begin({ sounds: [60_000] });
    const sound = new OpenSound();
    sound.start();
    await sound.open(id);
    sound.stop();
    await fake.commands.setMarkers(id, [{ at_ms: 1000, label: "Elsewhere" }]);
    sound.start();
    stops.push(() => sound.stop());
    await sound.add(5000);
    expect(await kept(fake, id)).toEqual([1000, 5000]);
  });

  it("keeps a marker that is set while the markers are read again", async () => {
    const id = fakeSoundId(1, 60_000);
    const fake = begin({ sounds: [60_000] });
    const sound = new OpenSound();
    await sound.open(id);
    const reading = sound.read();
    const first = sound.add(1000);
    await reading;
    expect(sound.markers.map((marker) => marker.at_ms)).toEqual([1000]);
    await Promise.all([first, sound.add(5000)]);
    expect(await kept(fake, id)).toEqual([1000, 5000]);
  });

  it("puts a marker back into its own sound, whichever is open", async () => {
    const [id, other] = [fakeSoundId(1, 60_000), fakeSoundId(2, 5000)];
    const fake = begin({ sounds: [60_000, 5000] });
    const sound = new OpenSound();
    await sound.open(id);
    await sound.add(1000);
    const { undo } = await sound.remove(0);
    await sound.open(other);
    expect(await undo()).toBeNull();
    expect([await kept(fake, id), await kept(fake, other)]).toEqual([[1000], []]);
    expect(sound.markers).toEqual([]);
  });

  it("shows what is kept when a marker can't be", async () => {
    begin({
      sounds: [60_000],
      over: { setMarkers: () => Promise.resolve({ status: "error", error: fakeError("disk_full") }) },
    });
    const sound = new OpenSound();
    await sound.open(fakeSoundId(1, 60_000));
    expect((await sound.add(500))?.code).toBe("disk_full");
    expect(sound.markers).toEqual([]);
  });
});
