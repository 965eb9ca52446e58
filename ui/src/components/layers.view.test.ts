import { describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import Sampler from "@/test/Sampler.svelte";

/** What lies over the window, how it is opened, and its role while it is there. */
const layers = {
  menu: { role: "menu", open: () => page.getByTestId("menu").click() },
  "context menu": { role: "menu", open: () => page.getByTestId("context").click({ button: "right" }) },
  popover: { role: "dialog", open: () => page.getByTestId("popover").click() },
  select: { role: "listbox", open: () => page.getByTestId("select").getByRole("combobox").click() },
  combobox: { role: "listbox", open: () => page.getByRole("combobox", { name: "Two" }).click() },
  dialog: { role: "dialog", open: () => page.getByTestId("open-dialog").click() },
  "confirm dialog": { role: "alertdialog", open: () => page.getByTestId("open-confirm").click() },
  sheet: { role: "dialog", open: () => page.getByTestId("open-sheet").click() },
} as const;
type Layer = keyof typeof layers;

const choice = { role: "menuitem", name: "One" } as const;
const byMouse: Record<Layer, () => Promise<void>> = {
  menu: () => page.getByRole(choice.role, { name: choice.name }).click(),
  "context menu": () => page.getByRole(choice.role, { name: choice.name }).click(),
  popover: () => page.getByTestId("popover").click(),
  select: () => page.getByRole("option", { name: "Two" }).click(),
  combobox: () => page.getByRole("option", { name: "Burano" }).click(),
  dialog: () => page.getByRole("button", { name: "Close" }).click(),
  "confirm dialog": () => page.getByRole("button", { name: "Cancel" }).click(),
  sheet: () => page.getByRole("button", { name: "Close" }).click(),
};

async function expectFree(layer: Layer): Promise<void> {
  await expect.element(page.getByRole(layers[layer].role)).not.toBeInTheDocument();
  await expect.poll(() => getComputedStyle(document.body).pointerEvents).toBe("auto");
  // base.css hides what overflows the body: only the lock writes it on the element.
  await expect.poll(() => document.body.style.overflow).toBe("");
  await expect
    .poll(() => document.querySelector("[aria-hidden=true] main, main[aria-hidden=true]"))
    .toBeNull();
}

describe.each(Object.keys(layers) as Layer[])("after a %s is closed", (layer) => {
  it.each(["mouse", "Escape"])("by %s, the window takes the mouse again", async (way) => {
    await render(Sampler);
    // The second time shows what the first has left behind.
    for (let round = 0; round < 2; round += 1) {
      await layers[layer].open();
      await expect.element(page.getByRole(layers[layer].role)).toBeVisible();
      await (way === "mouse" ? byMouse[layer]() : userEvent.keyboard("{Escape}"));
      await expectFree(layer);
    }
  });
});
