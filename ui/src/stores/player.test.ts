import { describe, expect, it } from "vitest";
import { Player, type Sounding, type Source } from "./player.svelte";

const first: Source = { key: "one", address: "/one", title: "One", lengthMs: 60_000 };
const second: Source = { key: "two", address: "/two", title: "Two", lengthMs: null };

type Told = { readonly sounding: Sounding; readonly told: string[]; refuse: Error | null };

function lend(): Told {
  const told: string[] = [];
  const lent: Told = {
    told,
    refuse: null,
    sounding: {
      open: (address, at) => void told.push(`open ${address} ${at}`),
      play: () => {
        told.push("play");
        return lent.refuse === null ? Promise.resolve() : Promise.reject(lent.refuse);
      },
      pause: () => void told.push("pause"),
      seek: (at) => void told.push(`seek ${at}`),
      tune: (rate, volume) => void told.push(`tune ${rate} ${volume}`),
      repeat: (loop) => void told.push(`repeat ${String(loop)}`),
      close: () => void told.push("close"),
    },
  };
  return lent;
}

function begin(): { player: Player; lent: Told } {
  const player = new Player();
  const lent = lend();
  player.attach(lent.sounding);
  lent.told.length = 0;
  return { player, lent };
}

describe("the player", () => {
  it("plays one sound at a time, and goes on where it was", () => {
    const { player, lent } = begin();
    player.play(first);
    player.heard(1200);
    player.pause();
    player.play(first);
    expect(lent.told).toEqual(["pause", "open /one 0", "play", "pause", "play"]);
    expect([player.at, player.atOf("one"), player.atOf("two")]).toEqual([1200, 1200, 0]);
    player.play(second);
    expect(lent.told.slice(-3)).toEqual(["pause", "open /two 0", "play"]);
    expect([player.isPlaying("one"), player.isPlaying("two"), player.at]).toEqual([false, true, 0]);
  });

  it("begins what it was told before anything could sound", () => {
    const player = new Player();
    player.play(first, 5000);
    const lent = lend();
    const stop = player.attach(lent.sounding);
    expect(lent.told).toEqual(["tune 1 1", "open /one 5000", "play"]);
    stop();
    expect(player.playing).toBe(false);
  });

  it("seeks within the sound, and begins again at its end", () => {
    const { player, lent } = begin();
    player.load(first);
    player.by(-5000);
    expect(player.at).toBe(0);
    player.seek(90_000);
    expect(player.at).toBe(60_000);
    player.toggle();
    expect(lent.told.slice(-2)).toEqual(["seek 0", "play"]);
    player.ended();
    expect([player.playing, player.at]).toEqual([false, 60_000]);
  });

  it("stops at the end of a part, and plays on from there when asked to", () => {
    const { player } = begin();
    player.playPart(first, 1000, 3000);
    player.heard(2990);
    expect(player.playing).toBe(true);
    player.heard(3008);
    expect([player.playing, player.at, player.until]).toEqual([false, 3000, null]);
    player.play();
    player.heard(3100);
    expect(player.playing).toBe(true);
  });

  it("keeps rate and volume from sound to sound", () => {
    const { player, lent } = begin();
    player.setRate(9);
    expect(player.rate).toBe(3);
    player.stepRate(-1);
    expect(player.rate).toBe(2.5);
    player.setVolume(0.4);
    player.mute(true);
    expect(lent.told.at(-1)).toBe("tune 2.5 0");
    player.mute(false);
    expect(lent.told.at(-1)).toBe("tune 2.5 0.4");
    player.play(second);
    expect([player.rate, player.volume]).toEqual([2.5, 0.4]);
  });

  it("says what can't be played, and nothing of what was only interrupted", async () => {
    const { player, lent } = begin();
    lent.refuse = new DOMException("taken over", "AbortError");
    player.play(first);
    await Promise.resolve();
    await Promise.resolve();
    expect([player.failed, player.playing]).toEqual([false, true]);
    lent.refuse = new DOMException("no codec", "NotSupportedError");
    player.play(second);
    await expect.poll(() => player.failed).toBe(true);
    expect(player.playing).toBe(false);
    // It is tried anew when somebody asks again.
    lent.refuse = null;
    player.play(second);
    expect([player.failed, player.playing]).toEqual([false, true]);
  });

  it("takes the length as it is measured, but none of what never ends", () => {
    const { player } = begin();
    player.load(second);
    expect(player.length).toBeNull();
    player.measured(Number.POSITIVE_INFINITY);
    expect(player.length).toBeNull();
    player.measured(4200);
    expect(player.length).toBe(4200);
  });

  it("begins again at its end while it loops, and lets the next sound end", () => {
    const { player, lent } = begin();
    player.playSeam(first, 2000);
    expect(lent.told.slice(-3)).toEqual(["repeat true", "seek 58000", "play"]);
    player.ended();
    expect([player.playing, player.at, player.ends]).toEqual([true, 0, 0]);
    player.play(second);
    expect(player.loop).toBe(false);
    player.ended();
    expect([player.playing, player.ends]).toEqual([false, 1]);
  });
});
