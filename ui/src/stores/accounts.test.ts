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

  it("adds, renames and forgets, and never holds the key", async () => {
    const answer = await accounts.add("Mine", "vn-0123456789abcdef");
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

  it("hands on what is wrong with a key", async () => {
    const answer = await accounts.add("Mine", "two words");
    expect(answer).toMatchObject({ status: "error", error: { code: "key_malformed" } });
    expect(accounts.list).toHaveLength(2);
  });
});
