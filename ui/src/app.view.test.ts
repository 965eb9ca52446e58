import type { Component } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import App from "./App.svelte";
import { fakePlatform, type Fake, type FakeOptions } from "./platform/fake";
import { fakeError, fakeId, fakeJob, fakeJobs, keyAccount, sandboxAccount } from "./platform/fake-data";
import { usePlatform } from "./platform/platform";
import { rooms } from "./shell/rooms";
import { accounts } from "./stores/accounts.svelte";
import { app } from "./stores/app.svelte";
import { closing } from "./stores/closing.svelte";
import { jobs } from "./stores/jobs.svelte";
import { notices } from "./stores/notices.svelte";
import { queue } from "./stores/queue.svelte";
import { recorder } from "./stores/recorder.svelte";
import { route } from "./stores/route.svelte";
import { shell } from "./stores/shell.svelte";
import { expectAccessible, themes } from "./test/axe";

let fake: Fake;

async function open(room: string, options: FakeOptions = {}): Promise<void> {
  location.hash = `#/${room}`;
  fake = fakePlatform({
    makingTakes: 0,
    jobs: fakeJobs(new Date()),
    ...options,
    settings: { welcome_done: true, language: "en", ...options.settings },
  });
  usePlatform(fake);
  await render(App);
  await expect.element(page.getByRole("navigation", { name: /Rooms|房间/ })).toBeInTheDocument();
}
const called = (name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);

beforeEach(() => page.viewport(1280, 800));
afterEach(() => {
  for (const { id } of notices.list) notices.dismiss(id);
  cleanup();
  queue.stop();
  closing.asking = false;
  jobs.take([{ ...underWay, dismissed: true }]);
  shell.paletteOpen = shell.shortcutsOpen = shell.addAccountOpen = false;
});

const underWay = fakeJob("under-way", { state: "sent" });

describe("closing", () => {
  it("keeps what was changed last, then lets the window go", async () => {
    await open("queue", { jobs: [] });
    await page.getByRole("link", { name: "Settings" }).click();
    fake.emit({ type: "closing" });
    await expect.poll(() => called("answerClosing")).toEqual([[true]]);
    const names = fake.calls.map((call) => call.name);
    expect(names.lastIndexOf("changeSettings")).toBeLessThan(names.indexOf("answerClosing"));
    expect(called("changeSettings").at(-1)).toMatchObject([{ last_room: "settings" }]);
  });

  it.each(themes)("asks about work under way, and goes by itself when that is done: %s", async (theme) => {
    await open("queue", { settings: { theme } });
    fake.emit({ type: "job", job: underWay }, { type: "closing" });
    await expect.element(page.getByRole("alertdialog", { name: /still working on 1 job/ })).toBeVisible();
    expect(called("answerClosing")).toEqual([[false]]);
    await expectAccessible();
    fake.emit({ type: "job", job: { ...underWay, state: "saved" } });
    await expect.poll(() => called("answerClosing")).toEqual([[false], [true]]);
  });

  it("stays when the work went wrong meanwhile", async () => {
    await open("queue");
    fake.emit({ type: "job", job: underWay }, { type: "closing" });
    await expect.element(page.getByRole("alertdialog")).toBeVisible();
    const error = fakeError("disk_full");
    fake.emit({ type: "job", job: { ...underWay, state: "ready", error } });
    await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
    await expect.element(page.getByRole("button", { name: "Keep it now" })).toBeVisible();
    expect(called("answerClosing")).toEqual([[false]]);
  });

  it("stays when it is told to", async () => {
    await open("queue");
    fake.emit({ type: "job", job: underWay }, { type: "closing" });
    await page.getByRole("button", { name: "Don’t quit" }).click();
    await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
    fake.emit({ type: "job", job: { ...underWay, state: "saved" } });
    await expect.element(page.getByText("Nothing under way")).toBeVisible();
    expect(called("answerClosing")).toEqual([[false]]);
    fake.emit({ type: "closing" });
    await expect.poll(() => called("answerClosing")).toEqual([[false], [true]]);
  });
});

describe("closing into the background", () => {
  it.each([
    [true, "tray"],
    [false, "minimised"],
  ])("lets the work go on; there is a tray: %s", async (tray) => {
    await open("queue", { desktop: { tray } });
    fake.emit({ type: "job", job: underWay }, { type: "closing" });
    await page.getByRole("button", { name: "Go on in the background" }).click();
    await expect.poll(() => called("goOnInBackground")).toEqual([[{ show: "Show Canaletto", quit: "Quit" }]]);
    expect(called("answerClosing")).toEqual([[false]]);
    await expect.element(page.getByRole("alertdialog")).not.toBeInTheDocument();
    const told = page.getByText(/only minimised/);
    if (tray) await expect.element(told).not.toBeInTheDocument();
    else await expect.element(told).toBeVisible();
    // It asked once: when the work is done, nothing closes by itself.
    fake.emit({ type: "job", job: { ...underWay, state: "saved" } });
    await expect.element(page.getByText("Nothing under way")).toBeVisible();
    expect(called("answerClosing")).toEqual([[false]]);
  });

  it("says what is safe to quit, and that it resumes", async () => {
    await open("queue");
    const film = { ...underWay, kind: "film", state: "accepted", request: null } as const;
    fake.emit({ type: "job", job: film }, { type: "closing" });
    await expect.element(page.getByText(/1 job is at work at Venice/)).toBeVisible();
    await page.getByRole("button", { name: "Quit and resume at the next start" }).click();
    await expect.poll(() => called("answerClosing")).toEqual([[false], [true]]);
  });
});

describe("closing while a take is recorded", () => {
  async function recording(test: boolean): Promise<void> {
    await expect.poll(() => recorder.state).not.toBeNull();
    await recorder.record(test);
    fake.recorder.hear(0.3);
  }

  it("asks, and keeps the take before the window goes", async () => {
    await open("queue", { jobs: [] });
    await recording(false);
    // Whatever room one is in, it is seen that somebody listens.
    await expect.element(page.getByRole("link", { name: "Recording 0:00" })).toBeVisible();
    fake.emit({ type: "closing" });
    await expect.element(page.getByRole("alertdialog", { name: "A recording is running" })).toBeVisible();
    expect(called("answerClosing")).toEqual([[false]]);
    await page.getByRole("button", { name: "Stop, keep and close" }).click();
    await expect.poll(() => called("answerClosing")).toEqual([[false], [true]]);
    expect(called("stopTake")).toHaveLength(1);
  });

  it("doesn’t ask for a test of the microphone", async () => {
    await open("queue", { jobs: [] });
    await recording(true);
    fake.emit({ type: "closing" });
    await expect.poll(() => called("answerClosing")).toEqual([[true]]);
  });
});

describe("the room", () => {
  it("is the one that was left, and no other is loaded before it", async () => {
    location.hash = "";
    route.room = "image";
    fake = fakePlatform({ settings: { welcome_done: true, language: "en", last_room: "settings" } });
    usePlatform(fake);
    await render(App);
    await expect.element(page.getByRole("tab", { name: "Spending" })).toBeVisible();
    expect(called("pictureModels")).toHaveLength(0);
    await app.flush();
    expect(called("changeSettings")).toHaveLength(0);
  });

  it("is the last one asked for, however quickly one walks through", async () => {
    await open("queue", { jobs: [] });
    for (const room of ["image", "library", "settings", "library", "queue", "library"] as const)
      route.go(room);
    await expect.element(page.getByRole("button", { name: "Import…" })).toBeVisible();
    route.go("settings");
    await expect.element(page.getByRole("tab", { name: "Spending" })).toBeVisible();
  });
});

describe("a room that can’t be shown", () => {
  const queueRoom = rooms.find((room) => room.id === "queue")!;
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const noted = (): unknown =>
    called("noteFailure").map((args) => (args as { place: string; room: string; message: string }[])[0]);

  it("is written into the log when it can’t be drawn, and drawn again when that is asked for", async () => {
    let breaks = true;
    const Broken = ((): object => {
      if (breaks) throw new TypeError("no such gondola");
      return {};
    }) as unknown as Component;
    vi.spyOn(queueRoom, "load").mockResolvedValue({ default: Broken });
    await open("queue");
    await expect.element(page.getByText(/Something went wrong in Canaletto/)).toBeVisible();
    expect(noted()).toEqual([
      {
        place: "drawing",
        room: "queue",
        message: "TypeError: no such gondola",
        stack: expect.stringContaining("app.view.test") as string,
      },
    ]);
    breaks = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.element(page.getByText(/Something went wrong in Canaletto/)).not.toBeInTheDocument();
  });

  it("is written into the log when it can’t be fetched", async () => {
    vi.spyOn(queueRoom, "load").mockRejectedValue(new TypeError("Importing a module script failed."));
    await open("queue");
    await expect.element(page.getByText(/Something went wrong in Canaletto/)).toBeVisible();
    expect(noted()).toMatchObject([
      { place: "loading", room: "queue", message: "TypeError: Importing a module script failed." },
    ]);
  });
});

describe.each(themes)("the window, %s", (theme) => {
  it.each(["queue", "settings?section=accounts", "settings?section=spending", "settings?section=appearance"])(
    "%s is accessible",
    async (room) => {
      await open(room, {
        settings: { theme, per_click_limit_usd: "0.50" },
        state: { accounts: [sandboxAccount, keyAccount] },
      });
      await expect.element(page.getByRole("main")).not.toBeEmptyDOMElement();
      await expect.element(page.getByRole("status", { name: "Loading" })).not.toBeInTheDocument();
      await expectAccessible(document.documentElement);
    },
  );

  it.each(["library", "shortcuts", "about"])("settings, %s, is accessible in Chinese", async (section) => {
    await open(`settings?section=${section}`, { settings: { theme, language: "zh-CN" } });
    await expect.element(page.getByRole("tabpanel")).toBeVisible();
    expect(document.documentElement.lang).toBe("zh-CN");
    await expectAccessible(document.documentElement);
  });

  it("the welcome is accessible", async () => {
    await open("queue", { settings: { theme, welcome_done: false } });
    await expect.element(page.getByRole("dialog", { name: "Welcome to Canaletto" })).toBeVisible();
    await expectAccessible();
  });

  it("the palette is accessible", async () => {
    await open("settings", { settings: { theme } });
    await page.getByRole("button", { name: /^Find or do anything/ }).click();
    await expect.element(page.getByRole("dialog")).toBeVisible();
    await expectAccessible();
  });

  it("the account menu is accessible", async () => {
    await open("settings", { settings: { theme }, state: { accounts: [sandboxAccount, keyAccount] } });
    await page.getByRole("button", { name: /Account: Sandbox/ }).click();
    await expect.element(page.getByRole("menu")).toBeVisible();
    await expectAccessible();
  });

  it("adding a key is accessible with an error shown", async () => {
    await open("settings", { settings: { theme } });
    await page.getByRole("button", { name: "Add a Venice key…" }).click();
    await page.getByLabelText("API key").fill("not a key");
    await page.getByRole("button", { name: "Test key" }).click();
    await expect.element(page.getByText("This is not a Venice key.")).toBeVisible();
    await expectAccessible();
  });

  it("a notice is accessible", async () => {
    await open("settings", { settings: { theme } });
    fake.emit({ type: "notice", error: fakeError("disk_full") });
    await expect.element(page.getByText("The disk is full.")).toBeVisible();
    await expectAccessible();
  });
});

describe("the first start", () => {
  it("says what the sandbox is, and is not shown again", async () => {
    await open("queue", { settings: { welcome_done: false } });
    await expect.element(page.getByText(/free and offline/)).toBeVisible();
    await page.getByRole("button", { name: "Look around" }).click();
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    await expect
      .poll(() => called("changeSettings"))
      .toContainEqual([expect.objectContaining({ welcome_done: true })]);
  });

  it("leads to the key", async () => {
    await open("queue", { settings: { welcome_done: false } });
    await page.getByRole("button", { name: "Use my Venice key" }).click();
    await expect.element(page.getByRole("dialog", { name: "Add a Venice key" })).toBeVisible();
  });

  it("says why when the state can't be read, and tries again", async () => {
    let broken = true;
    const whole = fakePlatform({ settings: { welcome_done: true } });
    const { appState } = whole.commands;
    usePlatform({
      ...whole,
      commands: new Proxy(whole.commands, {
        get: (target, name) =>
          name === "appState" && broken
            ? async () => ({ status: "error", error: fakeError("disk_full") })
            : name === "appState"
              ? appState
              : (Reflect.get(target, name) as unknown),
      }),
    });
    await render(App);
    await expect.element(page.getByRole("heading", { name: "Canaletto could not start" })).toBeVisible();
    broken = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await expect.element(page.getByRole("navigation", { name: "Rooms" })).toBeInTheDocument();
  });
});

describe("a key", () => {
  it("is gone from the window as soon as it is sent, also when it is refused", async () => {
    await open("settings");
    await page.getByRole("button", { name: "Add a Venice key…" }).click();
    const field = page.getByLabelText("API key");
    await expect.element(field).toHaveAttribute("type", "password");
    await expect.element(field).toHaveFocus();
    await field.fill("spaced key");
    await page.getByRole("button", { name: "Test key" }).click();
    await expect.element(page.getByText("This is not a Venice key.")).toBeVisible();
    await expect.element(field).toHaveValue("");
    await field.fill("vn-0123456789abcdef");
    await page.getByRole("button", { name: "Test key" }).click();
    await expect.element(page.getByText("This key works")).toBeVisible();
    await page.getByRole("button", { name: "Add key" }).click();
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    await expect.element(page.getByText("Key ending in …cdef")).toBeVisible();
    const fields = [...document.querySelectorAll("input")].map((input) => input.value).join(" ");
    expect(`${document.body.innerHTML} ${fields}`).not.toContain("vn-0123456789");
    expect(accounts.selected?.kind).toBe("key");
  });

  it("is forgotten only after a question", async () => {
    await open("settings", { state: { accounts: [sandboxAccount, keyAccount] } });
    await page.getByRole("button", { name: `More for ${keyAccount.name}` }).click();
    await page.getByRole("menuitem", { name: "Forget key…" }).click();
    expect(called("forgetAccount")).toEqual([]);
    await page.getByRole("button", { name: "Forget key", exact: true }).click();
    await expect.poll(() => called("forgetAccount")).toEqual([[keyAccount.id]]);
  });

  it("is kept in a file only under a passphrase that was typed twice", async () => {
    await open("settings", { state: { vault: { place: "memory", reason: "no_bus", where: null } } });
    await expect.element(page.getByText(/gone when you quit.*no message bus/)).toBeVisible();
    await page.getByRole("button", { name: "Keep in an encrypted file…" }).click();
    await page.getByLabelText("Passphrase").fill("acqua alta");
    await page.getByLabelText("The same once more").fill("acqua bassa");
    await page.getByRole("button", { name: "Keep in this file" }).click();
    await expect.element(page.getByText("The two are not the same.")).toBeVisible();
    expect(called("useVaultFile")).toEqual([]);
    await page.getByLabelText("The same once more").fill("acqua alta");
    await page.getByRole("button", { name: "Keep in this file" }).click();
    await expect.element(page.getByText(/Opened with your passphrase/)).toBeVisible();
  });
});

describe("the queue", () => {
  it("asks before it sends again what may have been charged", async () => {
    await open("queue");
    const doubtful = page.getByRole("row").filter({ hasText: "Harbour lights" });
    await expect.element(doubtful.getByText(/may have been made and charged/)).toBeVisible();
    await doubtful.getByRole("button", { name: "Try again" }).click();
    expect(called("retryQuoted")).toEqual([]);
    await page.getByRole("button", { name: /Send it again/ }).click();
    await expect
      .poll(() => called("retryQuoted").map((args) => (args as unknown[]).slice(0, 2)))
      .toEqual([["job-6", true]]);
  });

  it("shows what was chosen, and the library what was made", async () => {
    await open("queue");
    await page.getByRole("radio", { name: "Came to nothing" }).click();
    await expect
      .element(page.getByText("The balance is not enough for this.", { exact: false }))
      .toBeVisible();
    expect(document.querySelectorAll("main [data-job]")).toHaveLength(2);
    await page.getByRole("radio", { name: "All" }).click();
    await page
      .getByRole("row")
      .filter({ hasText: "Make it winter" })
      .getByRole("button", { name: "Show in Library" })
      .click();
    expect(location.hash).toBe(`#/library?items=${fakeId(4)}`);
  });

  it("marks pretend money, and real money not", async () => {
    await open("queue");
    await expect
      .element(page.getByRole("row").filter({ hasText: "Make it winter" }).getByText("pretend"))
      .toBeVisible();
    const real = page.getByRole("row").filter({ hasText: "Market boats" });
    await expect.element(real.getByText("$0.0325")).toBeVisible();
    await expect.element(real.getByText("pretend")).not.toBeInTheDocument();
  });
});

describe("the keyboard", () => {
  it("goes everywhere: shortcuts, palette and sheet", async () => {
    await open("queue");
    await userEvent.keyboard("{Control>},{/Control}");
    await expect.element(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
    await userEvent.keyboard("{Control>}k{/Control}");
    await expect.element(page.getByRole("combobox", { name: "Find or do anything" })).toHaveFocus();
    await userEvent.keyboard("venice key");
    await expect
      .element(page.getByRole("option", { name: "Use my Venice key" }))
      .toHaveAttribute("aria-selected", "true");
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("dialog", { name: "Add a Venice key" })).toBeVisible();
    await userEvent.keyboard("?");
    expect(shell.shortcutsOpen).toBe(false);
    await userEvent.keyboard("{Escape}");
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    await userEvent.keyboard("{Shift>}?{/Shift}");
    await expect.element(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  });
});

describe("nothing is cut off", () => {
  it.each([
    [960, 640, "en"],
    [960, 640, "zh-CN"],
    [1280, 800, "en"],
  ] as const)("at %i x %i in %s", async (width, height, language) => {
    await page.viewport(width, height);
    for (const room of ["queue", "settings?section=accounts", "settings?section=library"]) {
      await open(room, {
        settings: { language },
        state: {
          accounts: [
            { ...sandboxAccount, selected: false },
            { ...keyAccount, selected: true },
          ],
        },
      });
      await expect.element(page.getByRole("main")).not.toBeEmptyDOMElement();
      const beyond = [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100));
      expect(beyond, room).toEqual([]);
      expect(document.documentElement.scrollWidth, room).toBeLessThanOrEqual(width);
      cleanup();
    }
  });
});
