import { describe, expect, it } from "vitest";
import { PeakTiles, stretchFor } from "./peaks.svelte";
import { ticks } from "./ruler";
import { WaveView } from "./view.svelte";

const HOURS = 3 * 3_600_000;

function view(length: number, width = 1000): WaveView {
  const made = new WaveView();
  made.width = width;
  made.show(length);
  return made;
}

describe("the shown part of a waveform", () => {
  it("comes closer at the place that is pointed at", () => {
    const wave = view(100_000);
    wave.zoomBy(4, 60_000);
    expect(wave.span).toBe(25_000);
    expect(wave.xOf(60_000)).toBeCloseTo(600);
    expect(wave.timeAt(600)).toBeCloseTo(60_000);
    wave.zoomBy(0.001);
    expect([wave.whole, wave.from, wave.to]).toEqual([true, 0, 100_000]);
  });

  it("stays within the sound, and no closer than there is something to see", () => {
    const wave = view(HOURS);
    wave.zoomBy(1e9, HOURS);
    expect(wave.to).toBeCloseTo(HOURS);
    expect(wave.scale).toBeCloseTo(1.6);
    wave.scrollTo(-5);
    expect(wave.from).toBe(0);
    wave.scrollTo(HOURS);
    expect(wave.to).toBeCloseTo(HOURS);
    expect(view(800).zoom).toBe(1);
  });

  it("brings a place into sight only when it is out of it", () => {
    const wave = view(100_000);
    wave.zoomBy(10, 0);
    wave.reveal(9_000);
    expect(wave.from).toBe(0);
    wave.reveal(50_000);
    expect(wave.from).toBe(49_000);
  });
});

describe("the ruler", () => {
  it("has round times, with as many decimals as tell them apart", () => {
    expect(ticks(0, 60_000, 8400)).toEqual({
      at: [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000],
      decimals: 0,
    });
    expect(ticks(1234, 1500, 84)).toEqual({ at: [1300, 1400, 1500], decimals: 1 });
    expect(ticks(0, HOURS, 907_200).at).toHaveLength(7);
    expect(ticks(0, HOURS, 0).at).toEqual([]);
  });
});

describe("peaks", () => {
  it("have stretches that are wide enough to be seen, each twice the one before", () => {
    expect([0.1, 4, 4.1, 10, 10_800].map(stretchFor)).toEqual([10, 10, 20, 40, 40_960]);
  });

  it("come in tiles, each asked for once however one scrolls", async () => {
    const asked: string[] = [];
    const tiles = new PeakTiles((address) => {
      asked.push(address);
      return Promise.resolve(new Int8Array(1024).fill(-50).buffer);
    });
    // Three hours over a thousand pixels, and then a minute of it.
    expect(tiles.between("item", HOURS, 0, HOURS, 40_960)).toHaveLength(264);
    expect(asked).toEqual([`/peaks/item?from=0&to=${HOURS}&count=264`]);
    await expect.poll(() => tiles.between("item", HOURS, 0, HOURS, 40_960)[0]).toEqual([-50, -50]);
    const close = (from: number) => tiles.between("item", HOURS, from, from + 60_000, 160);
    // What is there already stands for what is on its way.
    expect(close(600_000)[0]).toEqual([-50, -50]);
    close(600_100);
    close(601_000);
    expect(asked.slice(1)).toEqual([
      "/peaks/item?from=573440&to=655360&count=512",
      "/peaks/item?from=655360&to=737280&count=512",
    ]);
  });

  it("aren't asked for again at once where there are none, but later, when there may be", async () => {
    let [asked, now] = [0, 50];
    const tiles = new PeakTiles(
      () => {
        asked++;
        return Promise.resolve(asked === 1 ? null : new Int8Array(1024).fill(-50).buffer);
      },
      () => now,
    );
    tiles.between("item", 1000, 0, 1000, 10);
    await Promise.resolve();
    await Promise.resolve();
    expect(tiles.between("item", 1000, 0, 1000, 10)[0]).toBeUndefined();
    expect(asked).toBe(1);
    now += 60_000;
    await expect.poll(() => tiles.between("item", 1000, 0, 1000, 10)[0]).toEqual([-50, -50]);
    expect(asked).toBe(2);
  });
});
