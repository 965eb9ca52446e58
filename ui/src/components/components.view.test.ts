import { describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Sampler from "@/test/Sampler.svelte";

describe.each(themes)("primitives, %s", (theme) => {
  it("are accessible", async () => {
    setTheme(theme);
    await render(Sampler);
    await expectAccessible();
  });

  it.each(["dialog", "confirm", "sheet"] as const)("are accessible with a %s open", async (open) => {
    setTheme(theme);
    await render(Sampler, { open });
    await expect.element(page.getByRole(open === "confirm" ? "alertdialog" : "dialog")).toBeVisible();
    await expectAccessible();
  });

  it.each(["menu", "popover"])("are accessible with a %s open", async (id) => {
    setTheme(theme);
    await render(Sampler);
    await page.getByTestId(id).click();
    await expect.element(page.getByRole(id === "menu" ? "menu" : "dialog")).toBeVisible();
    await expectAccessible();
  });

  it("are accessible with a list open", async () => {
    setTheme(theme);
    await render(Sampler);
    await page.getByRole("combobox", { name: "Two" }).click();
    await expect.element(page.getByRole("option", { name: "Burano" })).toBeVisible();
    await expectAccessible();
  });
});

describe("targets", () => {
  it("are at least 28 pixels each way", async () => {
    await render(Sampler);
    const small = [
      ...document.querySelectorAll<HTMLElement>("main button, main input, main textarea, main [role=switch]"),
    ]
      .filter((element) => element.offsetParent !== null && element.getAttribute("aria-hidden") !== "true")
      .map((element) => ({ element: element.outerHTML.slice(0, 120), box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 28 || box.height < 28);
    expect(
      small.map(({ element, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${element}`),
    ).toEqual([]);
  });
});

describe("Button", () => {
  it("takes no click while it is busy", async () => {
    const onclick = vi.fn();
    await render(Sampler, { onclick });
    await page.getByRole("button", { name: "One ≈ $0.04 pretend" }).click();
    document.querySelector<HTMLButtonElement>("[aria-busy]")?.click();
    expect(onclick.mock.calls).toEqual([["primary"]]);
  });
});

describe("Combobox", () => {
  it("finds by other words and takes what is chosen", async () => {
    await render(Sampler);
    const field = page.getByRole("combobox", { name: "Two" });
    await expect.element(field).toHaveValue("Lagoon");
    await field.click();
    await userEvent.keyboard("bura");
    await expect.element(page.getByRole("option", { name: "Lagoon" })).not.toBeInTheDocument();
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await expect.element(field).toHaveValue("Burano");
  });
});

describe("TextArea", () => {
  it("says when the text is too long, and keeps it", async () => {
    await render(Sampler);
    await expect.element(page.getByText("13 of 12: too long")).toBeVisible();
    await expect.element(page.getByRole("textbox", { name: "Two" })).toHaveAttribute("aria-invalid", "true");
  });
});

describe("Stepper, NumberField and Slider", () => {
  it("stay within their bounds", async () => {
    await render(Sampler);
    const stepper = page.getByRole("spinbutton", { name: "Two" });
    await expect.element(page.getByRole("button", { name: "Increase" })).toBeDisabled();
    await page.getByRole("button", { name: "Decrease" }).click();
    await expect.element(stepper).toHaveAttribute("aria-valuenow", "3");
    const field = page.getByRole("spinbutton", { name: "One" });
    await field.fill("512");
    await userEvent.tab();
    await expect.element(field).toHaveValue(99);
    const slider = page.getByRole("slider");
    slider.element().dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    await expect.element(slider).toHaveAttribute("aria-valuenow", "30");
  });
});

describe("Panel", () => {
  it("is resized from the keyboard and tells its width once", async () => {
    const onclick = vi.fn();
    await render(Sampler, { onclick });
    const handle = page.getByRole("separator", { name: "Resize the panel" });
    (handle.element() as HTMLElement).focus();
    await userEvent.keyboard("{ArrowRight}{End}");
    expect(onclick.mock.calls).toEqual([["resized 316"], ["resized 400"]]);
    await expect.element(handle).toHaveAttribute("aria-valuenow", "400");
  });
});

describe("ConfirmDialog", () => {
  it("does it only when told so", async () => {
    const onclick = vi.fn();
    await render(Sampler, { open: "confirm", onclick });
    await userEvent.keyboard("{Escape}");
    expect(onclick.mock.calls).toEqual([["refused"]]);
  });
});

describe("Tabs", () => {
  it("go by arrow keys", async () => {
    await render(Sampler);
    await page.getByRole("tab", { name: "One" }).click();
    await userEvent.keyboard("{ArrowRight}");
    await expect.element(page.getByTestId("panel")).toHaveTextContent("Two");
  });
});
