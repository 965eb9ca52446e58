import type {
  AccountView,
  AppEvent,
  AppState,
  KeyCheck,
  KeyForm,
  KeyView,
  LimitsView,
  RotationView,
  TopUpOffer,
  TopUpView,
  WalletView,
} from "@/bindings";
import { fakeError, keyAccount, usd, walletAccount } from "./fake-data";
import type { Commands, Result } from "./platform";

type Given = {
  state: AppState;
  emit: (event: AppEvent) => void;
  now: () => Date;
};
type Names =
  | "listAccounts"
  | "checkKey"
  | "forgetCheckedKey"
  | "addCheckedKey"
  | "forgetAdminKey"
  | "selectAccount"
  | "renameAccount"
  | "forgetAccount"
  | "testAccount"
  | "vaultStatus"
  | "retryKeychain"
  | "useVaultFile"
  | "accountKeys"
  | "makeKey"
  | "changeKey"
  | "removeKey"
  | "rotateKey"
  | "goOnRotation"
  | "giveUpRotation"
  | "accountLimits"
  | "limitHits"
  | "makeWallet"
  | "importWallet"
  | "getWallet"
  | "walletTransactions"
  | "saveWalletCopy"
  | "copyWalletKey"
  | "confirmWalletCopy"
  | "topUpOffer"
  | "topUp";

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string, params: Record<string, string> = {}): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code, { params }) });
}

const receiver = "0xDFd5ef70127caBFf2Fe02bdE0E7eeBd684a2c2Ce";

export function fakeKey(over: Partial<KeyView> = {}): KeyView {
  return {
    id: "k-studio",
    kind: "INFERENCE",
    description: "The studio’s",
    ends_with: "9a8b7c",
    limits: { usd: "25", diem: null, period: "MONTH" },
    privacy: "ALL",
    created_at: "2026-06-02T09:00:00Z",
    expires_at: null,
    used_at: "2026-11-22T08:12:00Z",
    week: [usd("3.2184")],
    period: [usd("11.94")],
    role: "own",
    stored_as: null,
    changeable: true,
    ...over,
  };
}

const rates: LimitsView = {
  access: true,
  tier: "paid",
  charged: true,
  expires_at: null,
  epoch_at: "2026-11-23T00:00:00Z",
  groups: [
    {
      limits: [{ kind: "RPM", amount: 20 }],
      models: ["z-image-turbo", "flux-2-max", "qwen-image"],
    },
    {
      limits: [
        { kind: "RPM", amount: 50 },
        { kind: "TPM", amount: 750_000 },
      ],
      models: ["zai-org-glm-4.7", "venice-uncensored"],
    },
  ],
};

/** Accounts, their keys and wallets, as the back end would keep them: no key ever comes back from it. */
export function fakeAccounts({ state, emit, now }: Given): Pick<Commands, Names> {
  let serial = 0;
  let checked: KeyCheck | null = null;
  const keys = new Map<string, KeyView[]>();
  const rotations = new Map<string, RotationView[]>();
  const paid = new Map<string, TopUpView[]>();
  let offer: TopUpOffer | null = null;

  const all = (): AccountView[] => structuredClone(state.accounts);
  const find = (id: string): AccountView | undefined => state.accounts.find((one) => one.id === id);
  const changed = (): void => emit({ type: "accounts", accounts: all() });
  function edit(id: string, over: Partial<AccountView>): Promise<Result<AccountView>> {
    state.accounts = state.accounts.map((one) => (one.id === id ? { ...one, ...over } : one));
    changed();
    const account = find(id);
    return account ? ok({ ...account }) : fail("not_found");
  }
  function add(account: AccountView): Promise<Result<AccountView>> {
    state.accounts = [...state.accounts.map((one) => ({ ...one, selected: false })), account];
    changed();
    return ok({ ...account });
  }
  function keysOf(account: string): KeyView[] {
    const known = keys.get(account) ?? [
      fakeKey(),
      fakeKey({
        id: "k-admin",
        kind: "ADMIN",
        description: "Admin",
        ends_with: "5d4e3f",
        limits: { usd: null, diem: null, period: null },
        week: [],
        period: [],
        role: "admin",
      }),
      fakeKey({
        id: "k-server",
        description: "The website’s server",
        ends_with: "11aa22",
        limits: { usd: "10", diem: "2.5", period: "EPOCH" },
        week: [usd("0.41")],
        period: [usd("0.07")],
        expires_at: "2027-01-31T00:00:00Z",
        role: null,
        stored_as: "made-key-k-server",
      }),
    ];
    keys.set(account, known);
    return known;
  }
  const ringOf = (account: string) => ({
    account,
    pretend: find(account)?.pretend ?? false,
    keys: structuredClone(keysOf(account)),
    rotations: structuredClone(rotations.get(account) ?? []),
  });
  function made(id: string, form: KeyForm): KeyView {
    return fakeKey({
      id,
      kind: form.kind === "admin" ? "ADMIN" : "INFERENCE",
      description: form.description,
      ends_with: "c0ffee",
      limits: {
        usd: form.limit_usd === "" ? null : form.limit_usd,
        diem: form.limit_diem === "" ? null : form.limit_diem,
        period: form.period,
      },
      privacy: form.privacy,
      created_at: now().toISOString(),
      expires_at: form.expires ? `${form.expires}T00:00:00Z` : null,
      used_at: null,
      week: [],
      period: [],
      role: null,
      stored_as: `made-key-${id}`,
    });
  }
  function finish(account: string, rotation: RotationView): void {
    const left = (rotations.get(account) ?? []).filter((one) => one.id !== rotation.id);
    rotations.set(account, left);
    keys.set(
      account,
      keysOf(account).map((key) => (key.id === rotation.old_key ? { ...key, ends_with: "beef01" } : key)),
    );
  }
  function walletOf(account: AccountView): WalletView {
    const own = paid.get(account.id) ?? [];
    return {
      account: account.id,
      chain: account.chain ?? "base",
      address: account.wallet ?? "",
      pretend: account.pretend,
      backed_up: account.backed_up,
      balance: account.balances[0] ?? usd("0"),
      can_consume: account.balances.length > 0,
      suggested: usd("10"),
      top_ups: structuredClone(own),
      problem: null,
    };
  }

  return {
    listAccounts: () => ok(all()),
    checkKey(key) {
      if (!/^\S{12,}$/.test(key)) return fail("key_malformed");
      const admin = /admin/i.test(key);
      checked = {
        handle: `checked-${(serial += 1)}`,
        ends_with: key.slice(-4),
        kind: admin ? "admin" : "inference",
        access: true,
        tier: "paid",
        charged: true,
        expires_at: null,
        epoch_at: "2026-11-23T00:00:00Z",
        balances: [usd("12.40")],
        models: 328,
        limits: admin ? { usd: null, diem: null, period: null } : null,
        known_as: null,
        fits: admin ? state.accounts.filter((one) => one.kind === "key").map((one) => one.id) : [],
      };
      return ok({ ...checked });
    },
    forgetCheckedKey(handle) {
      if (checked?.handle === handle) checked = null;
      return ok(null);
    },
    addCheckedKey(handle, name, adminOf) {
      if (checked?.handle !== handle) return fail("not_found");
      const { kind, ends_with, balances } = checked;
      checked = null;
      if (adminOf !== null) return edit(adminOf, { admin: true, admin_ends_with: ends_with });
      return add({
        ...keyAccount,
        id: `key-${(serial += 100)}`,
        name: name === "" ? "Venice" : name,
        ends_with,
        key_kind: kind,
        admin: kind === "admin",
        admin_ends_with: null,
        balances,
        selected: true,
      });
    },
    forgetAdminKey: (id) => edit(id, { admin: false, admin_ends_with: null }),
    selectAccount(id) {
      state.accounts = state.accounts.map((one) => ({ ...one, selected: one.id === id }));
      changed();
      return ok(all());
    },
    renameAccount: (id, name) => edit(id, { name }),
    forgetAccount(id) {
      if (find(id)?.backed_up === false) return fail("wallet_not_backed_up");
      const rest = state.accounts.filter((one) => one.id !== id);
      const orphaned = !rest.some((one) => one.selected);
      state.accounts = rest.map((one, index) => ({
        ...one,
        selected: one.selected || (orphaned && index === 0),
      }));
      return ok(all());
    },
    testAccount(id) {
      const account = find(id);
      return account ? ok({ ...account, balance_at: now().toISOString() }) : fail("key_missing");
    },
    vaultStatus: () => ok(state.vault),
    retryKeychain: () => ok(state.vault),
    useVaultFile() {
      state.vault = { place: "file", reason: state.vault.reason, where: `${state.home}/keys.enc` };
      return ok(state.vault);
    },

    accountKeys: (account) => (find(account)?.admin ? ok(ringOf(account)) : fail("needs_admin_key")),
    makeKey(account, form) {
      const id = `k-${(serial += 1)}`;
      keys.set(account, [made(id, form), ...keysOf(account)]);
      return ok({
        id,
        description: form.description,
        stored_as: `made-key-${id}`,
        ends_with: "c0ffee",
        place: state.vault.place,
      });
    },
    changeKey(account, id, form) {
      const list = keysOf(account).map((key) =>
        key.id === id
          ? {
              ...key,
              ...made(id, form),
              role: key.role,
              stored_as: key.stored_as,
              week: key.week,
              ends_with: key.ends_with,
              kind: key.kind,
            }
          : key,
      );
      keys.set(account, list);
      const key = list.find((one) => one.id === id);
      return key ? ok({ ...key }) : fail("not_found");
    },
    removeKey(account, id) {
      const list = keysOf(account);
      if (list.some((key) => key.id === id && key.role !== null)) return fail("key_in_use_here");
      keys.set(
        account,
        list.filter((key) => key.id !== id),
      );
      return ok(ringOf(account));
    },
    rotateKey(account, id) {
      if (state.vault.place === "memory") return fail("key_not_kept");
      const key = keysOf(account).find((one) => one.id === id);
      if (key === undefined) return fail("not_found");
      const rotation: RotationView = {
        id: `r-${(serial += 1)}`,
        old_key: id,
        new_key: `${id}-new`,
        role: key.role,
        description: key.description,
        step: "tested",
        stored_as: `made-key-${id}-new`,
        problem: null,
        at: now().toISOString(),
      };
      if (key.role !== null) {
        finish(account, rotation);
        return ok(null);
      }
      rotations.set(account, [...(rotations.get(account) ?? []), rotation]);
      return ok({ ...rotation });
    },
    goOnRotation(id, switched) {
      for (const [account, list] of rotations) {
        const rotation = list.find((one) => one.id === id);
        if (rotation === undefined) continue;
        if (!switched && rotation.role === null) return ok({ ...rotation });
        finish(account, rotation);
      }
      return ok(null);
    },
    giveUpRotation(id) {
      for (const [account, list] of rotations) {
        rotations.set(
          account,
          list.filter((one) => one.id !== id),
        );
      }
      return ok(null);
    },
    accountLimits: () => ok(structuredClone(rates)),
    limitHits: (account) =>
      find(account)?.admin
        ? ok([
            {
              at: "2026-11-22T08:10:04Z",
              kind: "RPM",
              model: "z-image-turbo",
              tier: "paid",
              key: "The studio’s",
            },
          ])
        : fail("needs_admin_key"),

    makeWallet(name, chain) {
      if (state.vault.place === "memory") return fail("key_not_kept");
      return add({
        ...walletAccount,
        id: `wallet-made-${(serial += 1)}`,
        name: name === "" ? (chain === "base" ? "Base wallet" : "Solana wallet") : name,
        chain,
        wallet: chain === "base" ? walletAccount.wallet : "7Hx1nRWoZz6B2nJj3pW5yXcQw9tLqkUuVgYbDmKfSaPe",
        backed_up: false,
        balances: [],
        selected: true,
      });
    },
    importWallet(name, secret, copied) {
      if (!/^(0x)?[0-9a-f]{64}$|^[1-9A-HJ-NP-Za-km-z]{43,90}$/i.test(secret.trim()))
        return fail("wallet_malformed");
      return add({
        ...walletAccount,
        id: `wallet-made-${(serial += 1)}`,
        name: name === "" ? "Base wallet" : name,
        backed_up: copied,
        balances: [],
        selected: true,
      });
    },
    getWallet(account) {
      const found = find(account);
      return found?.wallet ? ok(walletOf(found)) : fail("needs_wallet");
    },
    walletTransactions: (account, offset) =>
      ok({
        rows:
          offset === 0
            ? [
                {
                  id: `${account}-2`,
                  kind: "CHARGE",
                  amount: usd("-0.01"),
                  after: usd("9.99"),
                  at: "2026-11-22T08:12:00Z",
                  model: "z-image-turbo",
                  request: null,
                },
                {
                  id: `${account}-1`,
                  kind: "TOP_UP",
                  amount: usd("10"),
                  after: usd("10"),
                  at: "2026-11-20T17:00:00Z",
                  model: null,
                  request: null,
                },
              ]
            : [],
        next: null,
      }),
    saveWalletCopy: () => ok(true),
    copyWalletKey: () => ok(null),
    confirmWalletCopy: (account, typed) =>
      typed.trim() === "a1b2c3" ? edit(account, { backed_up: true }) : fail("backup_differs"),
    topUpOffer(account) {
      const found = find(account);
      if (!found?.wallet) return fail("needs_wallet");
      if (!found.backed_up) return fail("wallet_not_backed_up");
      offer = {
        id: `offer-${(serial += 1)}`,
        account,
        pretend: found.pretend,
        chain: found.chain ?? "base",
        network: "eip155:8453",
        asset: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
        pay_to: receiver,
        from: found.wallet,
        least: usd("5"),
        receiver_changed: false,
      };
      return ok({ ...offer });
    },
    topUp(account, id, amount, again) {
      if (offer?.id !== id) return fail("not_found");
      if (Number(amount) !== Number(again)) return fail("amounts_differ");
      if (Number(amount) < 5) return fail("top_up_too_small", { least: "5" });
      const top: TopUpView = {
        id: `top-${(serial += 1)}`,
        state: "credited",
        network: offer.network,
        pay_to: offer.pay_to,
        amount: usd(amount),
        at: now().toISOString(),
        valid_until: now().toISOString(),
        problem: null,
      };
      offer = null;
      paid.set(account, [top, ...(paid.get(account) ?? [])]);
      void edit(account, { balances: [usd(amount)] });
      return ok(top);
    },
  };
}
