import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { page, userEvent } from "vitest/browser";
import { cleanup, render } from "vitest-browser-svelte";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, keyAccount, sandboxAccount, usd, walletAccount } from "@/platform/fake-data";
import { platform, usePlatform } from "@/platform/platform";
import { accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { events } from "@/stores/events";
import { notices } from "@/stores/notices.svelte";
import { route } from "@/stores/route.svelte";
import { shell } from "@/stores/shell.svelte";
import AddKeyDialog from "@/shell/AddKeyDialog.svelte";
import { setLanguage } from "@/i18n/index.svelte";
import { expectAccessible, setTheme, themes } from "@/test/axe";
import Accounts from "./Accounts.svelte";

const three = [sandboxAccount, keyAccount, walletAccount];
const kept = { vault: { place: "keychain" as const, reason: null, where: "GNOME Keyring" } };
let fake: Fake;
let stop: () => void = () => undefined;

async function begin(account: string | null, options: FakeOptions = {}): Promise<void> {
  fake = fakePlatform({ ...options, state: { accounts: three, ...kept, ...options.state } });
  usePlatform(fake);
  stop = events.start(platform);
  await app.load();
  const state = await fake.commands.appState();
  if (state.status === "ok") accounts.start(state.data);
  route.query = account === null ? { section: "accounts" } : { section: "accounts", account };
  await render(Accounts);
}
const called = (name: string): unknown[] =>
  fake.calls.filter((call) => call.name === name).map((call) => call.args);
const told = (): string => notices.list.map((notice) => notice.text).join(" | ");

beforeEach(() => page.viewport(1100, 900));
afterEach(() => {
  for (const { id } of notices.list) notices.dismiss(id);
  cleanup();
  stop();
  accounts.stop();
  shell.addAccountOpen = false;
  shell.adminFor = null;
  route.query = {};
  setLanguage("en");
});

describe("an account's page", () => {
  it("is opened from the list, and left again", async () => {
    await begin(null);
    await page.getByRole("button", { name: `Open ${keyAccount.name}` }).click();
    await expect.element(page.getByRole("heading", { name: keyAccount.name })).toBeVisible();
    await expect.element(page.getByRole("button", { name: "All accounts" })).toHaveFocus();
    await expect.element(page.getByText("…3f9c1e", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "All accounts" }).click();
    await expect.element(page.getByRole("button", { name: "Add a wallet…" })).toBeVisible();
    await expect.element(page.getByRole("button", { name: `Open ${keyAccount.name}` })).toHaveFocus();
  });

  it("lists the keys, makes one and never shows it", async () => {
    await begin(keyAccount.id);
    await expect.element(page.getByText("The website’s server")).toBeVisible();
    await expect.element(page.getByText("in use here")).toBeVisible();
    await page.getByRole("button", { name: "Make a key…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Make key" }).click();
    await expect.element(dialog.getByText("Give it a name.")).toBeVisible();
    await dialog.getByLabelText("What it is called").fill("For the tablet");
    await dialog.getByLabelText("Limit in US dollars").fill("2,50");
    await dialog.getByRole("button", { name: "Make key" }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    expect(called("makeKey")).toEqual([
      [
        keyAccount.id,
        expect.objectContaining({ description: "For the tablet", limit_usd: "2.50", expires: null }),
      ],
    ]);
    expect(told()).toContain("“For the tablet” is made and kept");
    await page.getByRole("button", { name: "More for For the tablet" }).click();
    await page.getByRole("menuitem", { name: "Copy the key" }).click();
    await expect.poll(() => called("copySecret").length).toBe(1);
  });

  it("leaves an end alone that wasn't touched", async () => {
    await begin(keyAccount.id);
    await page.getByRole("button", { name: "More for The website’s server" }).click();
    await page.getByRole("menuitem", { name: "Change…" }).click();
    const dialog = page.getByRole("dialog");
    await expect.element(dialog.getByLabelText("It ends on")).toHaveValue("2027-01-31");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => called("changeKey"))
      .toEqual([[keyAccount.id, "k-server", expect.objectContaining({ expires: null, limit_diem: "2.5" })]]);
  });

  it("hands the keys to the one beside a key that is deleted, at last to the button that makes one", async () => {
    await begin(keyAccount.id);
    const others = page.getByRole("button", { name: /^More for/ });
    await expect.element(page.getByText("The website’s server")).toBeVisible();
    const before = others.elements().length;
    const more = page.getByRole("button", { name: "More for The website’s server" });
    (more.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("menuitem", { name: "Delete…" })).toBeVisible();
    await userEvent.keyboard("{End}{Enter}");
    await expect.element(page.getByRole("alertdialog")).toBeVisible();
    const yes = page.getByRole("alertdialog").getByRole("button").last();
    (yes.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.poll(() => called("removeKey").length).toBe(1);
    await expect.poll(() => others.elements().length).toBe(before - 1);
    await expect.poll(() => others.elements().some((one) => one === document.activeElement)).toBe(true);
    cleanup();
    stop();
    // The last of them.
    const none = { account: keyAccount.id, pretend: false, keys: [], rotations: [] };
    await begin(keyAccount.id, {
      over: { removeKey: () => Promise.resolve({ status: "ok", data: none }) },
    });
    await expect.element(more).toBeVisible();
    (more.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("menuitem", { name: "Delete…" })).toBeVisible();
    await userEvent.keyboard("{End}{Enter}");
    await expect.element(page.getByRole("alertdialog")).toBeVisible();
    (yes.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(page.getByRole("button", { name: "Make a key…" })).toHaveFocus();
  });

  it("hands the keys on when an account is forgotten", async () => {
    await begin(null);
    const more = page.getByRole("button", { name: `More for ${keyAccount.name}` });
    (more.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}{End}{Enter}");
    await expect.element(page.getByRole("alertdialog")).toBeVisible();
    const yes = page.getByRole("alertdialog").getByRole("button").last();
    (yes.element() as HTMLElement).focus();
    await userEvent.keyboard("{Enter}");
    await expect.element(more).not.toBeInTheDocument();
    await expect.element(page.getByRole("button", { name: `Open ${walletAccount.name}` })).toHaveFocus();
  });

  it("replaces a key that is used elsewhere only when its user says so", async () => {
    await begin(keyAccount.id);
    await page.getByRole("button", { name: "More for The website’s server" }).click();
    await page.getByRole("menuitem", { name: "Replace…" }).click();
    await expect
      .element(page.getByText(/Copy it to wherever the old one is used; when you say so/))
      .toBeVisible();
    await page.getByRole("button", { name: "Replace key" }).click();
    await expect.element(page.getByText("“The website’s server” is being replaced")).toBeVisible();
    await page.getByRole("button", { name: "It is in use: delete the old one" }).click();
    await expect.poll(() => called("goOnRotation")).toEqual([[expect.any(String), true]]);
    await expect.poll(told).toContain("“The website’s server” is replaced");
  });

  it("says why a replacement stopped, and goes on", async () => {
    const stopped = {
      id: "r-1",
      old_key: "k-studio",
      new_key: "k-new",
      role: "own" as const,
      description: "The studio’s",
      step: "switched" as const,
      stored_as: "made-key-k-new",
      problem: fakeError("network_down"),
      at: "2026-11-22T08:00:00Z",
    };
    await begin(keyAccount.id, {
      over: {
        accountKeys: (account) =>
          Promise.resolve({
            status: "ok",
            data: { account, pretend: false, keys: [], rotations: [stopped] },
          }),
      },
    });
    await expect.element(page.getByText(/Only the old one is left to be deleted/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Give up" })).not.toBeInTheDocument();
    await page.getByRole("button", { name: "Go on" }).click();
    await expect.poll(() => called("goOnRotation")).toEqual([["r-1", false]]);
  });

  it("says that an inference key alone can't look after keys, and takes an admin key", async () => {
    const alone = { ...keyAccount, admin: false, admin_ends_with: null };
    await begin(alone.id, { state: { accounts: [sandboxAccount, alone], ...kept } });
    await expect.element(page.getByText(/can only be looked after with an admin key/)).toBeVisible();
    expect(called("accountKeys")).toEqual([]);
    await render(AddKeyDialog);
    await page.getByRole("button", { name: "Add an admin key…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabelText("API key").fill("vn-admin-0123456789abcdef");
    await dialog.getByRole("button", { name: "Test key" }).click();
    await expect.element(dialog.getByText("This key works")).toBeVisible();
    await expect.element(dialog.getByText(/look after keys, billing and usage/)).toBeVisible();
    await dialog.getByRole("button", { name: "Add key" }).click();
    await expect
      .poll(() => called("addCheckedKey"))
      .toEqual([[expect.any(String), expect.any(String), alone.id]]);
    await expect.element(page.getByText("The website’s server")).toBeVisible();
  });

  it("doesn't say that an admin key is needed where Venice couldn't be asked", async () => {
    const untried = { ...keyAccount, admin: false, admin_ends_with: null, key_kind: null };
    await begin(untried.id, {
      state: { accounts: [sandboxAccount, untried], ...kept },
      over: {
        accountKeys: () =>
          Promise.resolve({ status: "error", error: fakeError("network_down", { retryable: true }) }),
      },
    });
    await expect
      .element(page.getByText(/Venice can’t be reached|no connection|offline/i).first())
      .toBeVisible();
    await expect
      .element(page.getByText(/can only be looked after with an admin key/))
      .not.toBeInTheDocument();
  });

  it("keeps nothing of a key that was typed when the dialog is left by any way", async () => {
    await begin(null);
    await render(AddKeyDialog);
    shell.addAccountOpen = true;
    await page.getByLabelText("API key").fill("vn-0123456789abcdef");
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
    shell.addAccountOpen = true;
    await expect.element(page.getByLabelText("API key")).toHaveValue("");
    await page.getByLabelText("API key").fill("vn-0123456789abcdef");
    await page.getByRole("button", { name: "Test key" }).click();
    await expect.element(page.getByText("This key works")).toBeVisible();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => called("forgetCheckedKey").length).toBe(1);
    shell.addAccountOpen = true;
    await expect.element(page.getByLabelText("API key")).toHaveValue("");
  });

  it("says nothing of a try that was left", async () => {
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((done) => (answer = done));
    await begin(null, {
      over: {
        checkKey: async () => {
          await asked;
          return { status: "error", error: fakeError("UNAUTHORIZED") };
        },
      },
    });
    await render(AddKeyDialog);
    shell.addAccountOpen = true;
    await page.getByLabelText("API key").fill("vn-0123456789abcdef");
    await page.getByRole("button", { name: "Test key" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    answer();
    shell.addAccountOpen = true;
    await expect.element(page.getByLabelText("API key")).toBeVisible();
    await page.getByLabelText("API key").fill("vn-fedcba9876543210");
    await expect.element(page.getByRole("button", { name: "Test key" })).toBeEnabled();
    expect(page.getByRole("dialog").element().querySelector('[role="alert"]')).toBeNull();
  });

  it("shows the limits of models by group, and where they were run into", async () => {
    await begin(keyAccount.id);
    await page.getByRole("button", { name: "Show rate limits" }).click();
    await expect.element(page.getByText("20 requests a minute")).toBeVisible();
    await expect.element(page.getByText("3 models")).toBeVisible();
    await expect.element(page.getByRole("cell", { name: "z-image-turbo" })).toBeVisible();
  });
});

describe("a wallet", () => {
  it("doesn't say that nothing was paid where that couldn't be read", async () => {
    await begin(walletAccount.id, {
      over: {
        walletTransactions: () => Promise.resolve({ status: "error", error: fakeError("internal") }),
      },
    });
    const changes = page.getByRole("heading", { name: "What changed the balance" });
    await expect.element(changes).toBeVisible();
    await expect.element(page.getByText(/fault is ours|went wrong/i).first()).toBeVisible();
    await expect.element(page.getByText("Nothing yet.")).not.toBeInTheDocument();
  });

  it("is made, copied, and only then paid into, with the amount typed twice", async () => {
    await begin(null);
    await page.getByRole("button", { name: "Add a wallet…" }).click();
    await expect.element(page.getByText(/Keep little in it/)).toBeVisible();
    await page.getByRole("button", { name: "Make wallet" }).click();
    await expect.element(page.getByRole("heading", { name: "Base wallet", level: 2 })).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Pay in…" })).toBeDisabled();
    await page.getByRole("button", { name: "Save to a file…" }).click();
    await page.getByLabelText("Last six characters of the key").fill("ffffff");
    await page.getByRole("button", { name: "I have a copy" }).click();
    await expect.element(page.getByText("The copy of the key does not end like that.")).toBeVisible();
    await page.getByLabelText("Last six characters of the key").fill("a1b2c3");
    await page.getByRole("button", { name: "I have a copy" }).click();
    await page.getByRole("button", { name: "Pay in…" }).click();
    const dialog = page.getByRole("dialog");
    await expect.element(dialog.getByText("0xDFd5ef70127caBFf2Fe02bdE0E7eeBd684a2c2Ce")).toBeVisible();
    await expect.element(dialog.getByText("Base (eip155:8453)")).toBeVisible();
    await dialog.getByLabelText("Amount in US dollars").fill("7.50");
    await expect.element(dialog.getByRole("button", { name: "Sign and pay $7.50" })).toBeDisabled();
    await dialog.getByLabelText("The same amount once more").fill("7.05");
    await expect.element(dialog.getByText("The two amounts are not the same.")).toBeVisible();
    expect(called("topUp")).toEqual([]);
    await dialog.getByLabelText("The same amount once more").fill("7.5");
    await dialog.getByRole("button", { name: "Sign and pay $7.50" }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    expect(called("topUp")).toEqual([[expect.any(String), expect.any(String), "7.50", "7.5"]]);
    await expect.element(page.getByText("came in", { exact: true })).toBeVisible();
  });

  it("can't be made where its key would be gone with the program", async () => {
    await begin(null, { state: { vault: { place: "memory", reason: "no_bus", where: null } } });
    await page.getByRole("button", { name: "Add a wallet…" }).click();
    await expect.element(page.getByText(/Keys are only in memory now/)).toBeVisible();
    await expect.element(page.getByRole("button", { name: "Make wallet" })).toBeDisabled();
  });

  it("is imported without its key staying in the window", async () => {
    await begin(null);
    await page.getByRole("button", { name: "Add a wallet…" }).click();
    await page.getByRole("radio", { name: "Import one" }).click();
    const field = page.getByLabelText("Private key");
    await expect.element(field).toHaveAttribute("type", "password");
    await field.fill("twelve words that are no key");
    await page.getByRole("button", { name: "Import wallet" }).click();
    await expect.element(page.getByText("This is not the private key of a wallet.")).toBeVisible();
    await expect.element(field).toHaveValue("");
  });

  it("says what isn't known of a payment", async () => {
    const view = {
      account: walletAccount.id,
      chain: "base" as const,
      address: walletAccount.wallet ?? "",
      pretend: false,
      backed_up: true,
      balance: usd("0"),
      can_consume: false,
      suggested: null,
      top_ups: [
        {
          id: "t",
          state: "sent" as const,
          network: "eip155:8453",
          pay_to: "0x1",
          amount: usd("5"),
          at: "2026-11-22T08:00:00Z",
          valid_until: "2026-11-22T08:05:00Z",
          problem: fakeError("top_up_unknown"),
        },
      ],
      problem: null,
    };
    await begin(walletAccount.id, {
      over: { getWallet: () => Promise.resolve({ status: "ok", data: view }) },
    });
    await expect.element(page.getByText("on its way")).toBeVisible();
    await expect.element(page.getByText(/isn’t sent again/)).toBeVisible();
    await expect.element(page.getByText(/Too little for a paid request/)).toBeVisible();
  });
});

describe.each(themes)("accounts, %s", (theme) => {
  it.each([
    [keyAccount.id, "en"],
    [walletAccount.id, "zh-CN"],
    ["sandbox", "en"],
  ] as const)("the page of %s is accessible in %s", async (id, language) => {
    setTheme(theme);
    setLanguage(language);
    await begin(id);
    await expect.element(page.getByRole("status")).not.toBeInTheDocument();
    await expectAccessible();
  });

  it("what a key may do is accessible", async () => {
    setTheme(theme);
    await begin(null);
    await render(AddKeyDialog);
    shell.addAccountOpen = true;
    await page.getByLabelText("API key").fill("vn-admin-0123456789abcdef");
    await page.getByRole("button", { name: "Test key" }).click();
    await expect.element(page.getByText("This key works")).toBeVisible();
    await expectAccessible();
  });
});
