import { tick } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import type { ItemView } from "@/bindings";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { items } from "@/stores/items.svelte";
import { EMPTY_FORM } from "@/stores/pictures-form";
import { pictures } from "@/stores/pictures.svelte";
import { refining, type Editor } from "@/stores/refining.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Refining from "./Refining.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const item = fakeItem(0, now, { title: "Fog over the Giudecca" });

async function open(editor: Editor, over: Partial<ItemView> = {}): Promise<Fake> {
  await page.viewport(1280, 800);
  const fake = fakePlatform({ now: () => now, jobs: [], items: 12 });
  usePlatform(fake);
  await app.load();
  pictures.change(EMPTY_FORM);
  items.keep([{ ...item, ...over }]);
  refining.open(editor, { ...item, ...over });
  await render(Refining);
  await expect.element(page.getByRole("dialog")).toBeVisible();
  return fake;
}

const called = (fake: Fake, name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const stage = (): HTMLElement => document.querySelector<HTMLElement>("[data-focus-first]")!;

/** The screen's place of a pixel of the picture. */
function placeOf(x: number, y: number): { clientX: number; clientY: number } {
  const box = document.querySelector("img")!.getBoundingClientRect();
  return {
    clientX: box.left + (x / item.width) * box.width,
    clientY: box.top + (y / item.height) * box.height,
  };
}

/** Draws with a pointer through pixels of the picture. */
async function draw(
  points: readonly (readonly [number, number])[],
  over: PointerEventInit = {},
): Promise<void> {
  const target = stage();
  // Only a real pointer can be captured.
  target.setPointerCapture = () => undefined;
  const tell = (type: string, [x, y]: readonly [number, number]): unknown =>
    target.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        cancelable: true,
        button: 0,
        pointerId: 1,
        ...placeOf(x, y),
        ...over,
      }),
    );
  const [first, ...rest] = points;
  if (first === undefined) return;
  tell("pointerdown", first);
  for (const point of rest) tell("pointermove", point);
  tell("pointerup", points.at(-1) ?? first);
  await tick();
}

type Grey = { readonly width: number; readonly height: number; at(x: number, y: number): number };

async function decode(png: string): Promise<Grey> {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext("2d")!;
  context.drawImage(image, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2] || data[at + 3] !== 255)
      throw new Error("a mask is grey and opaque");
  }
  return { width, height, at: (x, y) => data[(y * width + x) * 4]! };
}

const keep = () => page.getByRole("button", { name: "Use these marks" });

afterEach(() => {
  refining.close();
  cleanup();
  setTheme("dark");
});

describe("the mask editor", () => {
  it("keeps what was painted as a PNG of the picture's own size, and reopens it to the pixel", async () => {
    const fake = await open("mask");
    await expect.element(page.getByText(/Nothing is marked yet/)).toBeVisible();
    await expect.element(keep()).toBeDisabled();
    await userEvent.keyboard("r");
    await draw([
      [200, 100],
      [300, 200],
      [501, 301],
    ]);
    await userEvent.keyboard("b");
    await draw([
      [700, 500],
      [800, 500],
    ]);
    await expect.element(page.getByText(/of the picture is marked/)).toBeVisible();
    await keep().click();
    await expect.poll(() => called(fake, "keepMask")).toHaveLength(1);
    const [id, png] = called(fake, "keepMask")[0] as [string, string];
    expect(id).toBe(item.id);
    const mask = await decode(png);
    expect([mask.width, mask.height]).toEqual([item.width, item.height]);
    expect([mask.at(250, 150), mask.at(202, 102), mask.at(498, 298), mask.at(750, 500)]).toEqual([
      255, 255, 255, 255,
    ]);
    expect([mask.at(190, 150), mask.at(510, 150), mask.at(250, 310), mask.at(900, 600)]).toEqual([
      0, 0, 0, 0,
    ]);
    await expect.poll(() => refining.editor).toBeNull();
    expect(pictures.fields).toMatchObject({
      mode: "edit",
      source: item.id,
      mask: { id: "mask-1", item: item.id },
    });

    // Opened again it is all there: kept anew without a stroke, it is the same mask.
    refining.open("mask", item);
    await expect.element(keep()).toBeEnabled();
    await keep().click();
    await expect.poll(() => called(fake, "keepMask")).toHaveLength(2);
    const again = await decode(called(fake, "keepMask")[1]![1] as string);
    for (let y = 0; y < item.height; y++) {
      for (let x = 0; x < item.width; x++) {
        if (again.at(x, y) !== mask.at(x, y)) throw new Error(`differs at ${String(x)}, ${String(y)}`);
      }
    }
  });

  it("shows what is painted on the screen, stronger or weaker, and undoes it by key", async () => {
    await open("mask");
    const canvas = document.querySelector("canvas")!;
    const alphaAt = (x: number, y: number): number => {
      const box = canvas.getBoundingClientRect();
      const place = placeOf(x, y);
      const scale = canvas.width / box.width;
      const [left, top] = [(place.clientX - box.left) * scale, (place.clientY - box.top) * scale];
      return canvas.getContext("2d")!.getImageData(Math.round(left), Math.round(top), 1, 1).data[3]!;
    };
    await draw([[480, 320]]);
    await expect.poll(() => alphaAt(480, 320)).toBe(153);
    expect(alphaAt(100, 100)).toBe(0);
    await userEvent.keyboard("{Control>}z{/Control}");
    await expect.poll(() => alphaAt(480, 320)).toBe(0);
    await userEvent.keyboard("{Control>}{Shift>}z{/Shift}{/Control}");
    await expect.poll(() => alphaAt(480, 320)).toBe(153);
    await userEvent.keyboard("i");
    await expect.poll(() => [alphaAt(480, 320), alphaAt(100, 100)]).toEqual([0, 153]);
    // Closer to it, the same pixels of the picture are marked.
    await userEvent.keyboard("1");
    await expect.poll(() => [alphaAt(480, 320), alphaAt(500, 420)]).toEqual([0, 153]);
  });

  it("works without a pointer: the brush moves, paints and says so", async () => {
    const fake = await open("mask");
    await expect.poll(() => document.activeElement).toBe(stage());
    await userEvent.keyboard("]{ArrowLeft}{Enter}{ArrowRight}{ArrowRight}{ArrowRight}{Enter}");
    await expect.element(page.getByRole("status")).toHaveTextContent(/of the picture is marked/);
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await expect.poll(() => called(fake, "keepMask")).toHaveLength(1);
    const mask = await decode(called(fake, "keepMask")[0]![1] as string);
    expect([mask.at(480, 320), mask.at(480, 520)]).toEqual([255, 0]);
    // A brush of 69 and one step of it more is 77 across, full up to four fifths; it went from a quarter of it to the
    // left to half of it to the right.
    expect([mask.at(480 - 19 - 28, 320), mask.at(480 - 19 - 41, 320), mask.at(480 + 38 + 28, 320)]).toEqual([
      255, 0, 255,
    ]);
  });

  it("asks before strokes are lost, and Escape first takes back the shape under way", async () => {
    await open("mask");
    await draw([[480, 320]]);
    await userEvent.keyboard("{Escape}");
    const asking = page.getByRole("alertdialog");
    await expect.element(asking).toHaveTextContent("Leave without keeping it?");
    await asking.getByRole("button", { name: "Stay" }).click();
    await expect.element(page.getByText(/of the picture is marked/)).toBeVisible();
    await userEvent.keyboard("l");
    stage().setPointerCapture = () => undefined;
    stage().dispatchEvent(
      new PointerEvent("pointerdown", { bubbles: true, button: 0, pointerId: 1, ...placeOf(100, 100) }),
    );
    stage().focus();
    await userEvent.keyboard("{Escape}");
    await expect.element(asking).not.toBeInTheDocument();
    await userEvent.keyboard("{Escape}");
    await asking.getByRole("button", { name: "Leave" }).click();
    await expect.poll(() => refining.editor).toBeNull();
    expect(pictures.fields.mask).toBeNull();
  });

  it("paints thinner with a light pen, and moves the picture while space is held", async () => {
    const fake = await open("mask");
    await draw([[300, 200]], { pointerType: "pen", pressure: 0.25 });
    await userEvent.keyboard("{ >}");
    const before = document.querySelector("img")!.getBoundingClientRect();
    await draw([
      [480, 320],
      [580, 380],
    ]);
    await userEvent.keyboard("{/ }");
    const after = document.querySelector("img")!.getBoundingClientRect();
    expect(after.left - before.left).toBeGreaterThan(50);
    await keep().click();
    await expect.poll(() => called(fake, "keepMask")).toHaveLength(1);
    const mask = await decode(called(fake, "keepMask")[0]![1] as string);
    expect([mask.at(300, 200), mask.at(300 + 20, 200), mask.at(480, 320), mask.at(580, 380)]).toEqual([
      255, 0, 0, 0,
    ]);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open("mask");
    await draw([
      [480, 320],
      [700, 400],
    ]);
    await expectAccessible();
  });
});

describe("the crop editor", () => {
  const made = () => page.getByRole("button", { name: "Keep as new picture" });

  it("asks for the turn, the part and the size, and hands the new picture on", async () => {
    const fake = await open("crop");
    const shown: ItemView[] = [];
    const stop = refining.follow((picture) => shown.push(picture));
    await expect.element(made()).toBeDisabled();
    await expect.element(page.getByText("Nothing is changed yet. The original stays.")).toBeVisible();
    await userEvent.keyboard("r");
    await page.getByRole("spinbutton", { name: "Height", exact: true }).fill("480");
    await page.getByRole("spinbutton", { name: "From the top" }).fill("100");
    await page.getByRole("spinbutton", { name: "Percent" }).fill("50");
    await expect.element(page.getByText("Free, made here. The original stays.")).toBeVisible();
    await made().click();
    await expect
      .poll(() => called(fake, "adjustPicture"))
      .toEqual([
        [
          item.id,
          {
            turn: 90,
            flip_horizontal: false,
            flip_vertical: false,
            crop: { x: 0, y: 100, width: 640, height: 480 },
            resize: { width: 320, height: 240 },
          },
        ],
      ]);
    await expect.poll(() => shown.map(({ origin, width }) => [origin, width])).toEqual([["adjusted", 320]]);
    expect(refining.editor).toBeNull();
    stop();
  });

  it("moves and resizes by the keyboard, far with Shift, and draws a new rectangle beside the old one", async () => {
    await open("crop");
    const box = page.getByRole("application", { name: /Arrow keys move it/ });
    const corner = page.getByRole("button", { name: "Bottom right corner" });
    corner
      .element()
      .dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", shiftKey: true, bubbles: true }));
    await expect.element(box).toHaveAccessibleName(/^950 × 640 at 0, 0/);
    (corner.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowUp}");
    await expect.element(box).toHaveAccessibleName(/^950 × 639 at 0, 0/);
    (box.element() as HTMLElement).focus();
    await userEvent.keyboard("{Shift>}{ArrowRight}{/Shift}{ArrowDown}");
    await expect.element(box).toHaveAccessibleName(/^950 × 639 at 10, 1/);
    // A ratio holds while a handle is moved.
    await page.getByRole("combobox", { name: /^Ratio/ }).click();
    await page.getByRole("option", { name: "1:1" }).click();
    await expect.element(box).toHaveAccessibleName(/^640 × 640 at/);
    (corner.element() as HTMLElement).focus();
    await userEvent.keyboard("{Shift>}{ArrowLeft}{ArrowUp}{/Shift}");
    await expect.element(box).toHaveAccessibleName(/^640 × 640 at 165, 0/);
  });

  it("follows the pointer by its handles and in its middle", async () => {
    await open("crop");
    const box = page.getByRole("application", { name: /Arrow keys move it/ });
    const scale = document.querySelector("img")!.getBoundingClientRect().width / item.width;
    const drag = async (target: Element, dx: number, dy: number): Promise<void> => {
      (target as HTMLElement).setPointerCapture = () => undefined;
      const { left, top } = target.getBoundingClientRect();
      const at = (x: number, y: number): PointerEventInit => ({
        bubbles: true,
        cancelable: true,
        button: 0,
        pointerId: 1,
        clientX: left + 14 + x * scale,
        clientY: top + 14 + y * scale,
      });
      target.dispatchEvent(new PointerEvent("pointerdown", at(0, 0)));
      target.dispatchEvent(new PointerEvent("pointermove", at(dx, dy)));
      target.dispatchEvent(new PointerEvent("pointerup", at(dx, dy)));
      await tick();
    };
    await drag(page.getByRole("button", { name: "Top left corner" }).element(), 160, 40);
    await expect.element(box).toHaveAccessibleName(/^800 × 600 at 160, 40/);
    await drag(page.getByRole("button", { name: "Bottom edge" }).element(), 55, -200);
    await expect.element(box).toHaveAccessibleName(/^800 × 400 at 160, 40/);
    await drag(box.element(), -100, 30);
    await expect.element(box).toHaveAccessibleName(/^800 × 400 at 60, 70/);
    // Beside the rectangle a drag draws another one; a mere click doesn't.
    const beside = document.querySelector("img")!.parentElement!;
    beside.setPointerCapture = () => undefined;
    const tell = (type: string, x: number, y: number): unknown =>
      beside.dispatchEvent(
        new PointerEvent(type, { bubbles: true, button: 0, pointerId: 1, ...placeOf(x, y) }),
      );
    tell("pointerdown", 100, 550);
    tell("pointermove", 101, 551);
    await expect.element(box).toHaveAccessibleName(/^800 × 400 at 60, 70/);
    tell("pointermove", 400.2, 600.2);
    tell("pointerup", 400.2, 600.2);
    tell("pointermove", 900, 20);
    await expect.element(box).toHaveAccessibleName(/^30[12] × 5[12] at (99|100), (549|550)/);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open("crop");
    await expectAccessible();
  });
});

describe("the background of a cut-out", () => {
  it("offers the picture's colours, reads hex, and makes a new picture", async () => {
    const fake = await open("background", { has_alpha: true });
    // More than the four plain ones: those of the picture were found.
    await expect
      .poll(() => page.getByRole("button", { name: /^Colour #/ }).elements().length)
      .toBeGreaterThan(5);
    await page.getByLabelText("Colour as hex").fill("#A5B");
    const preview = page.getByRole("img", { name: /before its background/ });
    await expect.poll(() => getComputedStyle(preview.element()).backgroundColor).toBe("rgb(170, 85, 187)");
    await page.getByRole("button", { name: "Keep as new picture" }).click();
    await expect
      .poll(() => called(fake, "composePicture"))
      .toEqual([[item.id, { kind: "colour", colour: "#aa55bb" }]]);
    await expect.poll(() => refining.editor).toBeNull();
  });

  it("puts another picture behind it, blurred", async () => {
    const fake = await open("background", { has_alpha: true });
    await page.getByRole("radio", { name: "Picture" }).click();
    await expect.element(page.getByText("Choose a picture first. The original stays.")).toBeVisible();
    await page.getByRole("button", { name: "From the Library…" }).click();
    const choice = page.getByRole("dialog", { name: "Choose from the Library" });
    await choice.getByRole("listitem").nth(3).getByRole("button").click();
    const blur = page.getByRole("slider", { name: "Blur" });
    (blur.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    await page.getByRole("button", { name: "Keep as new picture" }).click();
    await expect
      .poll(() => called(fake, "composePicture"))
      .toMatchObject([[item.id, { kind: "picture", position: 0.5, blur: 2 }]]);
  });

  it.each(themes)("passes axe: %s", async (theme) => {
    setTheme(theme);
    await open("background", { has_alpha: true });
    await expectAccessible();
  });
});
