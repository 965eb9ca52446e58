import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followPageMenu } from "./page-menu";

let stop: () => void;
let area: HTMLElement;

beforeEach(() => {
  area = document.createElement("main");
  area.innerHTML =
    "<p style='user-select: text'>Some words</p><textarea>typed</textarea><input type='range'>";
  document.body.append(area);
  stop = followPageMenu();
});
afterEach(() => {
  stop();
  getSelection()?.removeAllRanges();
  area.remove();
});

/** Whether the web view's own menu would open there. */
function opens(selector: string): boolean {
  const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true });
  return area.querySelector(selector)?.dispatchEvent(event) ?? false;
}

describe("the web view's own menu", () => {
  it("opens only where it copies or pastes", () => {
    expect(opens("textarea")).toBe(true);
    expect(opens("input")).toBe(false);
    expect(opens("p")).toBe(false);
    getSelection()?.selectAllChildren(area.querySelector("p") as Element);
    expect(opens("p")).toBe(true);
    expect(opens("input")).toBe(false);
  });

  it("is as it was afterwards", () => {
    stop();
    expect(opens("p")).toBe(true);
  });
});
