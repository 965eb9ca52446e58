import axe from "axe-core";
import { expect } from "vitest";

export const themes = ["dark", "light"] as const;

/** Fails with the rule, the element and the reason for all that axe finds on the page as it is now. */
export async function expectAccessible(root: Element = document.body): Promise<void> {
  // What has just changed begins to fade with the next frame.
  await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  // A colour in the middle of a fade isn't the colour that is read.
  await Promise.allSettled(
    document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
      .map((one) => one.finished),
  );
  const { violations } = await axe.run(root, {
    rules: {
      // A component alone is no page.
      region: { enabled: root === document.documentElement },
    },
  });
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary ?? ""}`),
  );
  expect(found.join("\n")).toBe("");
}

export function setTheme(theme: (typeof themes)[number]): void {
  document.documentElement.dataset.theme = theme;
}
