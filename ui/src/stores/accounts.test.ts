import { tick } from "svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeState, keyAccount, sandboxAccount } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { Accounts } from "./accounts.svelte";
import { events } from "./events";

let fake: Fake;
let accounts: Accounts;

beforeEach(() => {
  fake = fakePlatform({ state: { accounts: [sandboxAccount, keyAccount] } });
  usePlatform(fake);
  accounts = new Accounts();
  accounts.start({ ...fakeState(""), accounts: [sandboxAccount, keyAccount] });
});

describe("Accounts", () => {
  it("says who pays, and follows", async () => {
    expect(accounts.selected?.id).toBe("sandbox");
    expect(await accounts.select("key-1")).toBeNull();
    expect(accounts.selected?.id).toBe("key-1");
    events.dispatch([{ type: "accounts", accounts: [sandboxAccount] }]);
    expect(accounts.list).toHaveLength(1);
    accounts.stop();
    events.dispatch([{ type: "accounts", accounts: [] }]);
    expect(accounts.list).toHaveLength(1);
  });

  it("tells when another pays, and not when a balance has come", async () => {
    let told = 0;
    const stop = accounts.whenPayerChanges(() => (told += 1));
    await tick();
    events.dispatch([
      { type: "accounts", accounts: [{ ...sandboxAccount, balance_at: "2026-11-22T08:00:00Z" }, keyAccount] },
    ]);
    await tick();
    expect(told).toBe(0);
    await accounts.select("key-1");
    await tick();
    expect(told).toBe(1);
    stop();
    await accounts.select("sandbox");
    await tick();
    expect(told).toBe(1);
    accounts.stop();
  });

  it("tests, adds, renames and forgets, and never holds the key", async () => {
    const seen = await accounts.check("vn-0123456789abcdef");
    if (seen.status === "error") throw new Error(seen.error.code);
    expect(seen.data).toMatchObject({ kind: "inference", access: true, fits: [] });
    expect(accounts.list).toHaveLength(2);
    const answer = await accounts.add(seen.data.handle, "Mine", null);
    expect(answer.status).toBe("ok");
    expect(accounts.selected?.name).toBe("Mine");
    expect(JSON.stringify(accounts.list)).not.toContain("0123456789");
    const id = accounts.selected?.id ?? "";
    await accounts.rename(id, "Ours");
    expect(accounts.nameOf(id)).toBe("Ours");
    await accounts.forget(id);
    expect(accounts.selected?.id).toBe("sandbox");
    expect(accounts.nameOf(id)).toBe(id);
  });

  it("gives an account the admin key that looks after it", async () => {
    await accounts.forgetAdmin(keyAccount.id);
    expect(accounts.list.find((one) => one.id === keyAccount.id)?.admin).toBe(false);
    const seen = await accounts.check("vn-admin-0123456789");
    if (seen.status === "error") throw new Error(seen.error.code);
    expect(seen.data.fits).toContain(keyAccount.id);
    await accounts.add(seen.data.handle, "", keyAccount.id);
    expect(accounts.list).toHaveLength(2);
    expect(accounts.list.find((one) => one.id === keyAccount.id)?.admin).toBe(true);
  });

  it("a key that isn't wanted can't be added any more", async () => {
    const seen = await accounts.check("vn-0123456789abcdef");
    if (seen.status === "error") throw new Error(seen.error.code);
    await accounts.leave(seen.data.handle);
    expect((await accounts.add(seen.data.handle, "Mine", null)).status).toBe("error");
  });

  it("hands on what is wrong with a key", async () => {
    const answer = await accounts.check("two words");
    expect(answer).toMatchObject({ status: "error", error: { code: "key_malformed" } });
    expect(accounts.list).toHaveLength(2);
  });
});
