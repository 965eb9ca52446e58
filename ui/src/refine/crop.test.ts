import { describe, expect, it } from "vitest";
import {
  adjustmentOf,
  cropBetween,
  cropOfRatio,
  flippedCrop,
  handles,
  matrixOf,
  movedCrop,
  resizedCrop,
  turned,
  turnedCrop,
  turnedSize,
  UPRIGHT,
  wholeOf,
  type Placing,
} from "./crop";
import { Cropping } from "./cropping.svelte";
import { hexOf, mainColours, readHex } from "./colours";
import { centred, fitted, toFrame, toPicture, within, zoomedTo } from "./view";

const size = { width: 600, height: 400 };

/** Where a point of the picture goes, as the back end does it: turned, then flipped. */
function placed(x: number, y: number, { turn, flipHorizontal, flipVertical }: Placing): [number, number] {
  const turns: Record<number, [number, number]> = {
    0: [x, y],
    90: [size.height - y, x],
    180: [size.width - x, size.height - y],
    270: [y, size.width - x],
  };
  const after = turnedSize(size, turn);
  const [px, py] = turns[turn]!;
  return [flipHorizontal ? after.width - px : px, flipVertical ? after.height - py : py];
}

describe("turning and flipping", () => {
  it("follows what is seen, whatever came before, and the matrix draws the same", () => {
    let placing: Placing = UPRIGHT;
    // What a person sees: the corners of the picture after each step, done one after another.
    let seen: [number, number][] = [
      [0, 0],
      [600, 0],
      [600, 400],
      [70, 90],
    ];
    const bounds = () => turnedSize(size, placing.turn);
    const steps = ["cw", "h", "cw", "v", "ccw", "h", "ccw", "ccw", "v", "cw"] as const;
    for (const step of steps) {
      const { width, height } = bounds();
      seen = seen.map(([x, y]) =>
        step === "cw"
          ? [height - y, x]
          : step === "ccw"
            ? [y, width - x]
            : step === "h"
              ? [width - x, y]
              : [x, height - y],
      );
      placing =
        step === "cw" || step === "ccw"
          ? turned(placing, step === "cw")
          : {
              ...placing,
              flipHorizontal: placing.flipHorizontal !== (step === "h"),
              flipVertical: placing.flipVertical !== (step === "v"),
            };
      const points: [number, number][] = [
        [0, 0],
        [600, 0],
        [600, 400],
        [70, 90],
      ];
      expect(points.map(([x, y]) => placed(x, y, placing))).toEqual(seen);
      const [a, b, c, d, e, f] = matrixOf(placing, size);
      expect(points.map(([x, y]) => [a * x + c * y + e, b * x + d * y + f])).toEqual(seen);
    }
  });

  it("takes the rectangle along", () => {
    const crop = { x: 10, y: 20, width: 100, height: 50 };
    const right = turnedCrop(crop, size, true);
    expect(right).toEqual({ x: 330, y: 10, width: 50, height: 100 });
    expect(turnedCrop(right, turnedSize(size, 90), false)).toEqual(crop);
    expect(flippedCrop(crop, size, true)).toEqual({ x: 490, y: 20, width: 100, height: 50 });
    expect(flippedCrop(flippedCrop(crop, size, false), size, false)).toEqual(crop);
  });

  it("keeps the same part of the picture through any turns", () => {
    const state = new Cropping(size);
    state.crop = { x: 10, y: 20, width: 100, height: 50 };
    const corner = (): [number, number][] => {
      // The corners of the part, as points of the picture itself, found by trying all its corners.
      const { x, y, width, height } = state.crop;
      const points: [number, number][] = [
        [10, 20],
        [110, 20],
        [110, 70],
        [10, 70],
      ];
      return points.filter(([px, py]) => {
        const [sx, sy] = placed(px, py, state.placing);
        return (sx === x || sx === x + width) && (sy === y || sy === y + height);
      });
    };
    const steps = [
      () => state.turn(true),
      () => state.flip(true),
      () => state.turn(true),
      () => state.flip(false),
      () => state.turn(false),
      () => state.turn(false),
      () => state.turn(false),
    ];
    for (const step of steps) {
      step();
      expect(corner()).toHaveLength(4);
    }
  });
});

describe("the rectangle", () => {
  const crop = { x: 100, y: 100, width: 300, height: 200 };

  it("moves within the picture", () => {
    expect(movedCrop(crop, 1000, -1000, size)).toEqual({ x: 300, y: 0, width: 300, height: 200 });
  });

  it.each(handles)(
    "never leaves the picture nor vanishes by its handle %s, with a ratio or without",
    (handle) => {
      for (const ratio of [null, 1, 1.5, 9 / 16, 16 / 9]) {
        for (const [dx, dy] of [
          [-900, -900],
          [900, 900],
          [-900, 900],
          [37, -21],
          [3, 900],
        ] as const) {
          const next = resizedCrop(crop, handle, dx, dy, size, ratio);
          expect(next.x).toBeGreaterThanOrEqual(0);
          expect(next.y).toBeGreaterThanOrEqual(0);
          expect(next.width).toBeGreaterThanOrEqual(1);
          expect(next.height).toBeGreaterThanOrEqual(1);
          expect(next.x + next.width).toBeLessThanOrEqual(size.width);
          expect(next.y + next.height).toBeLessThanOrEqual(size.height);
          if (ratio !== null && next.height > 20) expect(next.width / next.height).toBeCloseTo(ratio, 1);
        }
      }
    },
  );

  it("holds on to the corner opposite", () => {
    expect(resizedCrop(crop, "se", 60, 0, size, 1.5)).toEqual({ x: 100, y: 100, width: 360, height: 240 });
    expect(resizedCrop(crop, "nw", -60, 0, size, 1.5)).toEqual({ x: 40, y: 60, width: 360, height: 240 });
    expect(resizedCrop(crop, "e", 30, 99, size, null)).toEqual({ ...crop, width: 330 });
    expect(resizedCrop(crop, "n", 0, 50, size, 1.5)).toEqual({ x: 138, y: 150, width: 225, height: 150 });
  });

  it("takes a ratio as large as it fits, near where it was", () => {
    expect(cropOfRatio({ x: 500, y: 0, width: 100, height: 100 }, 1, size)).toEqual({
      x: 200,
      y: 0,
      width: 400,
      height: 400,
    });
    expect(cropBetween({ x: 700, y: 90.2 }, { x: 550.7, y: -5 }, size)).toEqual({
      x: 550,
      y: 0,
      width: 50,
      height: 91,
    });
  });
});

describe("what is asked for", () => {
  it("is nothing while nothing is changed", () => {
    const state = new Cropping(size);
    expect(state.adjustment).toBeNull();
    state.turn(true);
    state.turn(false);
    state.choose("original");
    expect(state.adjustment).toBeNull();
    // Twice half a turn, once by flips.
    expect(
      adjustmentOf({ turn: 180, flipHorizontal: true, flipVertical: true }, wholeOf(size), null, size),
    ).toBeNull();
  });

  it("is the turn, the part and the size, in the turned picture's pixels", () => {
    const state = new Cropping(size);
    state.turn(true);
    expect(state.crop).toEqual({ x: 0, y: 0, width: 400, height: 600 });
    state.choose("16:9");
    expect(state.crop).toEqual({ x: 0, y: 188, width: 400, height: 225 });
    state.resizeTo("width", 200);
    expect(state.result).toEqual({ width: 200, height: 113 });
    expect([state.percent, state.stretched]).toEqual([50, false]);
    expect(state.adjustment).toEqual({
      turn: 90,
      flip_horizontal: false,
      flip_vertical: false,
      crop: { x: 0, y: 188, width: 400, height: 225 },
      resize: { width: 200, height: 113 },
    });
    state.reset();
    expect(state.adjustment).toBeNull();
  });

  it("lets width and height go their own ways when unlocked, and takes the shape again when locked", () => {
    const state = new Cropping(size);
    state.lock(false);
    state.resizeTo("width", 900);
    expect([state.result, state.stretched]).toEqual([{ width: 900, height: 400 }, true]);
    state.lock(true);
    state.resizeBy(50);
    expect(state.result).toEqual({ width: 300, height: 200 });
    state.choose("1:1");
    expect(state.result).toEqual({ width: 300, height: 300 });
    state.resizeBy(100);
    expect(state.resize).toBeNull();
    state.resizeBy(1_000_000);
    expect(state.result).toEqual({ width: 16_384, height: 16_384 });
  });

  it("fits in what was typed", () => {
    const state = new Cropping(size);
    state.type("width", 200);
    state.type("height", 900);
    state.type("x", 999);
    expect(state.crop).toEqual({ x: 400, y: 0, width: 200, height: 400 });
    state.choose("3:2");
    state.standUp();
    expect(state.crop).toEqual({ x: 167, y: 0, width: 267, height: 400 });
    state.type("width", 100);
    expect(state.crop).toEqual({ x: 167, y: 0, width: 100, height: 150 });
    state.type("width", 400);
    expect(state.crop).toEqual({ x: 167, y: 0, width: 267, height: 400 });
  });
});

describe("the view", () => {
  const frame = { width: 848, height: 648 };

  it("shows all of a picture, never larger than it is", () => {
    expect(fitted({ width: 8000, height: 4000 }, frame)).toEqual({ scale: 0.1, x: 24, y: 124 });
    expect(fitted({ width: 100, height: 100 }, frame).scale).toBe(1);
  });

  it("zooms about a point, which stays where it is", () => {
    const view = fitted({ width: 8000, height: 4000 }, frame);
    const at = { x: 300, y: 200 };
    const before = toPicture(view, at);
    const closer = zoomedTo(view, at, 1.7);
    expect(toPicture(closer, at).x).toBeCloseTo(before.x);
    expect(toFrame(closer, before).y).toBeCloseTo(at.y);
  });

  it("never loses the picture", () => {
    const picture = { width: 800, height: 400 };
    const far = within({ scale: 2, x: 99_999, y: -99_999 }, picture, frame);
    expect(far).toEqual({ scale: 2, x: 800, y: 48 - 800 });
    expect(within({ scale: 999, x: 0, y: 0 }, picture, frame).scale).toBe(32);
    expect(within({ scale: 0.001, x: 0, y: 0 }, picture, frame).scale).toBe(0.5);
    expect(centred(picture, frame, 1)).toEqual({ scale: 1, x: 24, y: 124 });
  });
});

describe("colours of a picture", () => {
  it("are those it has most of, and differ", () => {
    const pixels: number[] = [];
    const add = (count: number, ...rgba: number[]): void => {
      for (let at = 0; at < count; at++) pixels.push(...rgba);
    };
    add(50, 200, 30, 30, 255);
    add(30, 204, 34, 28, 255);
    add(40, 20, 60, 200, 255);
    add(90, 0, 255, 0, 0);
    add(3, 250, 250, 250, 255);
    expect(mainColours(new Uint8ClampedArray(pixels), 3)).toEqual(["#c81e1e", "#143cc8", "#fafafa"]);
    expect(mainColours(new Uint8ClampedArray(pixels), 1)).toHaveLength(1);
  });

  it("are read as people type them", () => {
    expect([readHex("#ABC"), readHex(" 1a2b3c "), readHex("#12345"), readHex("red")]).toEqual([
      "#aabbcc",
      "#1a2b3c",
      null,
      null,
    ]);
    expect(hexOf(0, 127.6, 255)).toBe("#0080ff");
  });
});
