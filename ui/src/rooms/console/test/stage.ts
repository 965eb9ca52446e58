/** The room for its tests: opened at an operation, with a fake behind it. */
import { afterEach, beforeEach, expect } from "vitest";
import { page, type Locator } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "@/App.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { usePlatform } from "@/platform/platform";
import { consoleRoom } from "@/stores/console.svelte";
import { notices } from "@/stores/notices.svelte";
import { shell } from "@/stores/shell.svelte";
import { view } from "../view.svelte";

let current: Fake | null = null;

/** What the window is given in place of a back end. */
export function fake(): Fake {
  if (current === null) throw new Error("no window is open");
  return current;
}

/** Opens the window at an operation, whatever an earlier test left behind. */
export async function open(operation: string, options: FakeOptions = {}): Promise<void> {
  location.hash = `#/console?operation=${operation}`;
  current = fakePlatform({
    jobs: [],
    pace: 0,
    ...options,
    settings: { welcome_done: true, language: "en", ...options.settings },
  });
  usePlatform(current);
  consoleRoom.loaded = false;
  consoleRoom.history.list = [];
  Object.assign(view, { json: false, tab: "answer", allCalls: false, example: null });
  const { container } = await render(App);
  container.style.cssText = "position: fixed; inset: 0";
  await expect.element(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
  consoleRoom.select(operation);
  consoleRoom.draft?.clear();
  await expect.poll(() => consoleRoom.selected).toBe(operation);
}
export const called = (name: string): readonly unknown[][] =>
  fake()
    .calls.filter((call) => call.name === name)
    .map((call) => [...call.args]);
export const ask = (): Locator => page.getByRole("button", { name: /^Ask/ });
export const fill = (): Locator => page.getByRole("button", { name: "Fill with an example" }).first();
export const form = (): Locator => page.getByRole("region", { name: "Request" });
export const result = (): Locator => page.getByRole("region", { name: "Result" });

/** What each test begins and ends with. */
export function beginAndEnd(): void {
  beforeEach(() => page.viewport(1280, 800));
  afterEach(() => {
    for (const { id } of notices.list) notices.dismiss(id);
    shell.paletteOpen = false;
    cleanup();
  });
}
