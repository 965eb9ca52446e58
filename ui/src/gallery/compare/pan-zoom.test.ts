import { describe, expect, it } from "vitest";
import {
  fitScale,
  panned,
  pinched,
  placeOf,
  stepped,
  toggled,
  WHOLE,
  zoomedTo,
  type Frame,
  type Look,
  type Size,
} from "./pan-zoom";

function frameOf(picture: Size, pane: Size, enlarge = true): Frame {
  return { picture, pane, fit: fitScale(picture, pane, enlarge) };
}
const pane = { width: 600, height: 400 };
const large = frameOf({ width: 4800, height: 3200 }, pane);
const small = frameOf({ width: 1200, height: 800 }, pane);

/** The part of the picture under a point of the pane, 0 to 1. */
function under(look: Look, frame: Frame, x: number, y: number): [number, number] {
  const place = placeOf(look, frame);
  return [(x - place.left) / place.width, (y - place.top) / place.height];
}

describe("looking closer", () => {
  it("keeps what is under the pointer there, closer and further away", () => {
    let look = zoomedTo(WHOLE, large, 3, { x: 450, y: 100 });
    const [x, y] = under(WHOLE, large, 450, 100);
    expect(under(look, large, 450, 100)[0]).toBeCloseTo(x, 6);
    expect(under(look, large, 450, 100)[1]).toBeCloseTo(y, 6);
    look = zoomedTo(look, large, 2, { x: 450, y: 100 });
    expect(under(look, large, 450, 100)[0]).toBeCloseTo(x, 6);
  });

  it("shows the same part of pictures of different size, in panes of different size", () => {
    const look = zoomedTo(WHOLE, large, 4, { x: 120, y: 310 });
    const elsewhere = frameOf({ width: 1200, height: 800 }, { width: 300, height: 200 });
    for (const [px, py] of [
      [0, 0],
      [0.5, 0.25],
      [1, 1],
    ] as const) {
      const [x, y] = under(look, large, px * 600, py * 400);
      const [sameX, sameY] = under(look, small, px * 600, py * 400);
      const [alsoX, alsoY] = under(look, elsewhere, px * 300, py * 200);
      expect([sameX, sameY]).toEqual([expect.closeTo(x, 6), expect.closeTo(y, 6)]);
      expect([alsoX, alsoY]).toEqual([expect.closeTo(x, 6), expect.closeTo(y, 6)]);
    }
  });

  it("leaves no gap at an edge, and what is smaller than its pane lies in its middle", () => {
    const far = panned(zoomedTo(WHOLE, large, 2), large, { x: 9000, y: -9000 });
    const place = placeOf(far, large);
    expect([place.left, place.top + place.height]).toEqual([expect.closeTo(0), expect.closeTo(400)]);
    const tall = frameOf({ width: 400, height: 1600 }, pane);
    const inside = placeOf(panned(WHOLE, tall, { x: 50, y: 50 }), tall);
    expect([inside.left, inside.top]).toEqual([250, 0]);
  });

  it("moves with the pointer, pixel for pixel", () => {
    const before = zoomedTo(WHOLE, large, 4);
    const from = placeOf(before, large);
    const to = placeOf(panned(before, large, { x: 30, y: -12 }), large);
    expect([to.left - from.left, to.top - from.top]).toEqual([expect.closeTo(30), expect.closeTo(-12)]);
  });

  it("goes between whole and its own pixels, and closer where these are the same", () => {
    const actual = toggled(WHOLE, large);
    expect(actual.zoom * large.fit).toBeCloseTo(1);
    expect(toggled(actual, large)).toEqual(WHOLE);
    const exact = frameOf(pane, pane);
    expect(toggled(WHOLE, exact).zoom).toBe(2);
    // A small picture that was enlarged to be compared: its own pixels are smaller than whole.
    const tiny = frameOf({ width: 300, height: 200 }, pane);
    expect(placeOf(toggled(WHOLE, tiny), tiny)).toMatchObject({ width: 300, left: 150, top: 100 });
  });

  it("steps through the levels and the whole picture, within its ends", () => {
    let look = WHOLE;
    const scales: number[] = [];
    for (let press = 0; press < 9; press++) {
      look = stepped(look, small, 1);
      scales.push(look.zoom * small.fit);
    }
    expect(scales.slice(0, 5)).toEqual([1, 2, 4, 8, 8].map((scale): unknown => expect.closeTo(scale)));
    for (let press = 0; press < 9; press++) look = stepped(look, small, -1);
    expect(look).toEqual(WHOLE);
    expect(zoomedTo(WHOLE, small, 1000).zoom * small.fit).toBeCloseTo(8);
  });

  it("is never larger than it is where that isn't wished", () => {
    expect(fitScale({ width: 100, height: 80 }, pane, false)).toBe(1);
    expect(fitScale({ width: 100, height: 80 }, pane, true)).toBe(5);
    expect(fitScale({ width: 0, height: 0 }, pane, true)).toBe(1);
  });

  it("follows two fingers: apart is closer, together along is a move", () => {
    const look = zoomedTo(WHOLE, large, 2);
    const before = [
      { x: 250, y: 200 },
      { x: 350, y: 200 },
    ] as const;
    const now = [
      { x: 220, y: 210 },
      { x: 420, y: 210 },
    ] as const;
    const after = pinched(look, large, before, now);
    expect(after.zoom).toBeCloseTo(4);
    const [x, y] = under(look, large, 300, 200);
    expect(under(after, large, 320, 210)).toEqual([expect.closeTo(x, 6), expect.closeTo(y, 6)]);
  });
});
