import { beforeEach, describe, expect, it } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import { fakePlatform } from "@/platform/fake";
import { fakeItem } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { app } from "@/stores/app.svelte";
import { expectAccessible } from "@/test/axe";
import CompareSlider from "./CompareSlider.svelte";

const now = new Date("2026-11-21T14:32:00Z");

beforeEach(async () => {
  usePlatform(fakePlatform({ now: () => now }));
  await app.load();
});

async function show(): Promise<HTMLElement> {
  const view = await render(CompareSlider, { before: fakeItem(1, now), after: fakeItem(0, now) });
  view.container.style.cssText = "width: 600px; height: 400px; container-type: size";
  const slider = (): HTMLElement => view.getByRole("slider").element() as HTMLElement;
  // The handle is as high as the picture once that is laid out.
  await expect.poll(() => slider().clientHeight).toBe(400);
  return slider();
}

const value = (slider: HTMLElement): number => Number(slider.getAttribute("aria-valuenow"));

describe("the comparison of before and after", () => {
  it("moves by the keyboard, within its ends", async () => {
    const slider = await show();
    expect(value(slider)).toBe(50);
    slider.focus();
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    expect(value(slider)).toBe(54);
    await userEvent.keyboard("{Shift>}{ArrowLeft}{/Shift}");
    expect(value(slider)).toBe(44);
    await userEvent.keyboard("{End}{ArrowRight}");
    expect(value(slider)).toBe(100);
    await userEvent.keyboard("{Home}");
    expect(value(slider)).toBe(0);
    expect(slider.getAttribute("aria-valuetext")).toContain("0");
  });

  it("follows the pointer from anywhere on the picture", async () => {
    const slider = await show();
    const box = slider.parentElement;
    if (box === null) throw new Error("the slider lies on the pictures");
    const { left, width, top, height } = box.getBoundingClientRect();
    const at = (part: number): PointerEventInit => ({
      bubbles: true,
      button: 0,
      pointerId: 1,
      clientX: left + width * part,
      clientY: top + height / 2,
    });
    // Only a real pointer can be captured.
    box.setPointerCapture = () => undefined;
    box.hasPointerCapture = () => true;
    box.dispatchEvent(new PointerEvent("pointerdown", at(0.25)));
    await expect.poll(() => value(slider)).toBe(25);
    box.dispatchEvent(new PointerEvent("pointermove", at(0.8)));
    await expect.poll(() => value(slider)).toBe(80);
    expect(document.activeElement).toBe(slider);
  });

  it("passes axe", async () => {
    await show();
    await expectAccessible();
  });
});
