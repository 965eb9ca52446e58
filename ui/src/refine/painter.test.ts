import { describe, expect, it } from "vitest";
import { History } from "./history";
import { paintOverlay } from "./overlay";
import { MaskPainter } from "./painter.svelte";
import { base64, encodeMask } from "./png";
import { drawStroke, fillShape, softenMask } from "./raster";
import { bytesOf, TILE, TiledMask, type TileChange } from "./tiles";

function painted(width: number, height: number, paint: (mask: TiledMask) => void): TiledMask {
  const mask = new TiledMask(width, height);
  mask.begin();
  paint(mask);
  mask.commit();
  return mask;
}

const pixelsOf = (mask: TiledMask): number[] =>
  Array.from({ length: mask.width * mask.height }, (_, at) =>
    mask.at(at % mask.width, Math.floor(at / mask.width)),
  );

describe("a stroke", () => {
  it("is full inside, empty outside and as wide as the brush, across tiles", () => {
    const y = 300;
    const mask = painted(1000, 600, (to) =>
      drawStroke(to, { x: 100, y, radius: 20 }, { x: 700, y, radius: 20 }, 1, false),
    );
    expect(mask.at(256, y)).toBe(255);
    expect(mask.at(400, y - 19)).toBe(255);
    expect(mask.at(400, y - 22)).toBe(0);
    expect([mask.at(81, y), mask.at(78, y), mask.at(718, y), mask.at(721, y)]).toEqual([255, 0, 255, 0]);
    // A capsule: 600 by 40 and a disc of radius 20.
    expect(mask.covered * 600_000).toBeCloseTo(600 * 40 + Math.PI * 400, -2);
  });

  it("fades from the hard part outwards, and is the same in one piece or in many", () => {
    const [y, radius, hardness] = [50.5, 30, 0.4];
    const at = (x: number) => ({ x, y, radius });
    const one = painted(300, 100, (mask) => drawStroke(mask, at(60), at(200), hardness, false));
    const many = painted(300, 100, (mask) => {
      for (let x = 60; x < 200; x += 7) drawStroke(mask, at(x), at(x + 7), hardness, false);
    });
    const [whole, pieces] = [pixelsOf(one), pixelsOf(many)];
    expect(pieces.every((value, index) => Math.abs(value - whole[index]!) <= 1)).toBe(true);
    const across = Array.from({ length: 34 }, (_, by) => one.at(130, 50 + by));
    expect(across.slice(0, 12)).toEqual(across.slice(0, 12).map(() => 255));
    expect(across.at(-1)).toBe(0);
    expect(across).toEqual([...across].sort((a, b) => b - a));
    expect(across.some((value) => value > 100 && value < 160)).toBe(true);
  });

  it("takes away as softly as it gives", () => {
    const mask = painted(100, 100, (to) => to.map(() => 255));
    mask.begin();
    drawStroke(mask, { x: 50, y: 50, radius: 20 }, { x: 50, y: 50, radius: 20 }, 0.5, true);
    mask.commit();
    expect([mask.at(50, 50), mask.at(50, 90)]).toEqual([0, 255]);
    expect(mask.at(50, 66)).toBeGreaterThan(0);
    expect(mask.at(50, 66)).toBeLessThan(255);
  });

  it("grows and shrinks with the pressure", () => {
    const mask = painted(300, 100, (to) =>
      drawStroke(to, { x: 50, y: 50, radius: 5 }, { x: 250, y: 50, radius: 30 }, 1, false),
    );
    const height = (x: number) =>
      Array.from({ length: 100 }, (_, y) => mask.at(x, y)).filter((v) => v > 127).length;
    expect(height(60)).toBeLessThan(height(150));
    expect(height(150)).toBeLessThan(height(240));
  });
});

describe("a shape", () => {
  it("fills a rectangle exactly, half pixels by half", () => {
    const mask = painted(40, 40, (to) =>
      fillShape(
        to,
        [
          { x: 10, y: 10 },
          { x: 20.5, y: 10 },
          { x: 20.5, y: 30 },
          { x: 10, y: 30 },
        ],
        0,
        false,
      ),
    );
    expect([mask.at(10, 10), mask.at(19, 29), mask.at(9, 15), mask.at(21, 15), mask.at(15, 30)]).toEqual([
      255, 255, 0, 0, 0,
    ]);
    expect(mask.at(20, 15)).toBe(128);
  });

  it("fills a loop that crosses itself throughout, over several tiles", () => {
    // A star of five points, drawn in one go.
    const star = [0, 2, 4, 1, 3].map((index) => ({
      x: 400 + 380 * Math.sin((index * 2 * Math.PI) / 5),
      y: 400 - 380 * Math.cos((index * 2 * Math.PI) / 5),
    }));
    const mask = painted(800, 800, (to) => fillShape(to, star, 0, false));
    expect(mask.at(400, 400)).toBe(255);
    expect(mask.at(400, 60)).toBe(255);
    expect(mask.at(60, 60)).toBe(0);
  });

  it("ends where it ends, also in tiles that none of its slanted edges reach", () => {
    const mask = painted(900, 900, (to) =>
      fillShape(
        to,
        [
          { x: 10, y: 300 },
          { x: 880, y: 300 },
          { x: 880, y: 600 },
          { x: 10, y: 600 },
        ],
        0,
        false,
      ),
    );
    const column = (x: number) =>
      Array.from({ length: 900 }, (_, y) => mask.at(x, y)).filter((value) => value > 0);
    expect([column(5).length, column(300).length, column(600).length, column(885).length]).toEqual([
      0, 300, 300, 0,
    ]);
    expect([mask.at(400, 299), mask.at(400, 300), mask.at(400, 599), mask.at(400, 600)]).toEqual([
      0, 255, 255, 0,
    ]);
  });

  it("fades to either side of its edge as far as it is told", () => {
    const square = [
      { x: 300, y: 300 },
      { x: 700, y: 300 },
      { x: 700, y: 700 },
      { x: 300, y: 700 },
    ];
    const mask = painted(1000, 1000, (to) => fillShape(to, square, 30, false));
    expect(mask.at(300, 500)).toBeGreaterThan(110);
    expect(mask.at(300, 500)).toBeLessThan(146);
    expect([mask.at(267, 500), mask.at(333, 500)]).toEqual([0, 255]);
    // No seam where one band of tiles ends and the next begins.
    const down = Array.from({ length: 60 }, (_, y) => mask.at(300, TILE * 2 - 30 + y));
    expect(new Set(down).size).toBe(1);
  });

  it("softens a whole mask without touching the edges of the picture", () => {
    const mask = painted(600, 600, (to) =>
      fillShape(
        to,
        [
          { x: 0, y: 0 },
          { x: 300, y: 0 },
          { x: 300, y: 600 },
          { x: 0, y: 600 },
        ],
        0,
        false,
      ),
    );
    mask.begin();
    softenMask(mask, 24);
    mask.commit();
    expect([mask.at(0, 0), mask.at(0, 599), mask.at(599, 300)]).toEqual([255, 255, 0]);
    expect(mask.at(299, 300)).toBeGreaterThan(110);
    expect(mask.at(299, 256)).toBe(mask.at(299, 255));
    expect(mask.at(310, 300)).toBeGreaterThan(0);
  });
});

describe("going back", () => {
  it("undoes and does again each kind of step, to the pixel", () => {
    const painter = new MaskPainter({ width: 340, height: 280 });
    const states: number[][] = [pixelsOf(painter.mask)];
    const steps: (() => void)[] = [
      () => {
        painter.size = 60;
        painter.down({ x: 100, y: 100 });
        painter.move({ x: 300, y: 200 }, 0.5);
        painter.up();
      },
      () => {
        painter.tool = "rectangle";
        painter.feather = 9;
        painter.down({ x: 200, y: 150 });
        painter.move({ x: 330, y: 270 });
        painter.up();
      },
      () => painter.invert(),
      () => {
        painter.tool = "eraser";
        painter.down({ x: 10, y: 10 });
        painter.up();
      },
      () => painter.soften(),
      () => painter.clear(),
    ];
    for (const step of steps) {
      step();
      states.push(pixelsOf(painter.mask));
    }
    // Only cleared is as at the start.
    expect(new Set(states.map((state) => state.join())).size).toBe(states.length - 1);
    expect([painter.covered, painter.changed]).toEqual([0, true]);
    for (let at = steps.length - 1; at >= 0; at--) {
      expect(painter.undo()).toBe(true);
      expect(pixelsOf(painter.mask)).toEqual(states[at]);
    }
    expect([painter.canUndo, painter.undo()]).toEqual([false, false]);
    for (let at = 1; at <= steps.length; at++) {
      expect(painter.redo()).toBe(true);
      expect(pixelsOf(painter.mask)).toEqual(states[at]);
    }
    painter.undo();
    painter.invert();
    expect(painter.canRedo).toBe(false);
  });

  it("keeps no step that changed nothing, and takes back a stroke under way", () => {
    const painter = new MaskPainter({ width: 300, height: 300 });
    painter.clear();
    expect([painter.canUndo, painter.changed]).toEqual([false, false]);
    painter.down({ x: 50, y: 50 });
    painter.move({ x: 200, y: 200 });
    expect(painter.mask.at(120, 120)).toBe(255);
    expect(painter.cancel()).toBe(true);
    expect([painter.mask.at(120, 120), painter.canUndo, painter.cancel()]).toEqual([0, false, false]);
  });

  it("forgets the oldest steps when they take too much room", () => {
    const history = new History<number>(10, (step) => step);
    for (const step of [4, 5, 3]) history.push(step);
    expect([history.undo(), history.undo(), history.undo()]).toEqual([3, 5, null]);
    history.push(40);
    expect([history.canRedo, history.undo(), history.undo()]).toEqual([false, 40, null]);
  });

  it("keeps little of a mask of 33 megapixels", () => {
    const mask = new TiledMask(7680, 4320);
    mask.begin();
    mask.map((value) => 255 - value);
    const inverted = mask.commit() as TileChange;
    expect([mask.covered, bytesOf(inverted) < 10_000]).toEqual([1, true]);
    mask.begin();
    drawStroke(mask, { x: 4000, y: 2000, radius: 40 }, { x: 4400, y: 2000, radius: 40 }, 1, true);
    expect(bytesOf(mask.commit() as TileChange)).toBeLessThan(10_000);
    expect(mask.at(4200, 2000)).toBe(0);
  });
});

describe("without a pointer", () => {
  it("moves the brush, paints while it is down, and stays on the picture", () => {
    const painter = new MaskPainter({ width: 200, height: 100 });
    painter.nudge(0, 0);
    expect(painter.cursor).toEqual({ x: 100, y: 50 });
    painter.nudge(-500, 10);
    expect(painter.cursor).toEqual({ x: 0, y: 60 });
    painter.down(painter.cursor!);
    painter.nudge(150, 0);
    painter.up();
    expect([painter.mask.at(75, 60), painter.mask.at(75, 20)]).toEqual([255, 0]);
  });

  it("sizes the brush by steps that grow with it", () => {
    const painter = new MaskPainter({ width: 4000, height: 3000 });
    painter.size = 3;
    painter.resize(1);
    expect(painter.size).toBe(4);
    for (let step = 0; step < 99; step++) painter.resize(1);
    expect(painter.size).toBe(2000);
    for (let step = 0; step < 199; step++) painter.resize(-1);
    expect(painter.size).toBe(1);
    painter.harden(1);
    painter.harden(1);
    painter.harden(1);
    expect(painter.hardness).toBe(100);
  });
});

/** Reads the PNGs that are written here: 8 bits of grey, no filter. */
async function decode(png: Uint8Array): Promise<{ width: number; height: number; pixels: number[] }> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks = new Map<string, Uint8Array<ArrayBuffer>>();
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.slice(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  expect([...png.subarray(24, 29)]).toEqual([8, 0, 0, 0, 0]);
  const stream = new Blob([chunks.get("IDAT")!]).stream().pipeThrough(new DecompressionStream("deflate"));
  const lines = new Uint8Array(await new Response(stream).arrayBuffer());
  expect(lines.length).toBe(height * (width + 1));
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    expect(lines[y * (width + 1)]).toBe(0);
    pixels.push(...lines.subarray(y * (width + 1) + 1, (y + 1) * (width + 1)));
  }
  return { width, height, pixels };
}

describe("the mask as a PNG", () => {
  it("holds each pixel as it was painted", async () => {
    const mask = painted(301, 517, (to) =>
      drawStroke(to, { x: 20, y: 30, radius: 25 }, { x: 280, y: 480, radius: 60 }, 0.3, false),
    );
    const png = await encodeMask(mask);
    const read = await decode(png);
    expect([read.width, read.height]).toEqual([301, 517]);
    expect(read.pixels).toEqual(pixelsOf(mask));
    expect(new Set(read.pixels).size).toBeGreaterThan(50);
    expect(atob(base64(png)).charCodeAt(1)).toBe("P".charCodeAt(0));
  });
});

describe("the mask over the picture", () => {
  it("shows what is marked where it lies, as strong as it is", () => {
    const mask = painted(100, 100, (to) =>
      fillShape(
        to,
        [
          { x: 50, y: 0 },
          { x: 100, y: 0 },
          { x: 100, y: 100 },
          { x: 50, y: 100 },
        ],
        0,
        false,
      ),
    );
    const area = { left: 0, top: 0, right: 60, bottom: 60 };
    const pixels = new Uint8ClampedArray(60 * 60 * 4).fill(9);
    // Half as large, and 5 away from the corner: the marked half is from 30 to 55 on the screen.
    paintOverlay(mask, { scale: 0.5, x: 5, y: 5 }, area, "lagoon", 0.6, pixels);
    const alpha = (x: number, y: number) => pixels[(y * 60 + x) * 4 + 3];
    expect([alpha(29, 20), alpha(30, 20), alpha(54, 20), alpha(55, 20), alpha(40, 4)]).toEqual([
      0, 153, 153, 0, 0,
    ]);
  });
});
