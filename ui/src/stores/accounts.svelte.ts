import { untrack } from "svelte";
import type { AccountView, AppError, AppState, Chain, KeyCheck, VaultStatus } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";

/** The name an account is shown by: the sandbox's is a word of the language. */
export function accountName(account: AccountView): string {
  return account.kind === "sandbox" ? t("app.sandbox") : account.name;
}

/** The accounts and where their keys are kept. A key passes through `check` once and is never held. */
export class Accounts {
  list = $state.raw<readonly AccountView[]>([]);
  vault = $state.raw<VaultStatus>({ place: "memory", reason: null, where: null });
  readonly selected: AccountView | null = $derived(this.list.find((account) => account.selected) ?? null);

  #stops: (() => void)[] = [];

  /** Takes what was read at the start and follows changes from then on. */
  start(state: AppState): void {
    this.list = state.accounts;
    this.vault = state.vault;
    if (this.#stops.length > 0) return;
    this.#stops = [
      events.on("accounts", (batch) => (this.list = batch.at(-1)?.accounts ?? this.list)),
      events.on("vault", (batch) => (this.vault = batch.at(-1)?.vault ?? this.vault)),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Tells when another account pays, until the answer is called: it may have other models, at other prices. */
  whenPayerChanges(tell: () => void): () => void {
    let payer = this.selected?.id;
    return $effect.root(() => {
      $effect(() => {
        const now = this.selected?.id;
        if (now === undefined || now === payer) return;
        payer = now;
        untrack(tell);
      });
    });
  }

  /** The name of an account, which may be forgotten by now. */
  nameOf(id: string): string {
    const account = this.list.find((one) => one.id === id);
    return account ? accountName(account) : id;
  }

  /** Asks Venice what a key may do. The key goes this one way; what comes back is by what it can be added. */
  check(key: string): Promise<Result<KeyCheck>> {
    return platform.commands.checkKey(key);
  }

  /** The key that was tried last isn't wanted. */
  async leave(handle: string): Promise<void> {
    await platform.commands.forgetCheckedKey(handle);
  }

  /** Keeps a key that was tried: as an account of its own, or as the admin key of another. */
  add(handle: string, name: string, adminOf: string | null): Promise<Result<AccountView>> {
    return this.#added(platform.commands.addCheckedKey(handle, name, adminOf));
  }

  async forgetAdmin(id: string): Promise<AppError | null> {
    return this.#oneTaken(await platform.commands.forgetAdminKey(id));
  }

  makeWallet(name: string, chain: Chain): Promise<Result<AccountView>> {
    return this.#added(platform.commands.makeWallet(name, chain));
  }

  /** A wallet's key goes this one way. */
  importWallet(name: string, secret: string, copied: boolean): Promise<Result<AccountView>> {
    return this.#added(platform.commands.importWallet(name, secret, copied));
  }

  /** Notes that there is a copy of a wallet's key, which ends so. */
  async confirmCopy(id: string, end: string): Promise<AppError | null> {
    return this.#oneTaken(await platform.commands.confirmWalletCopy(id, end));
  }

  select(id: string): Promise<AppError | null> {
    return this.#taken(platform.commands.selectAccount(id));
  }

  async rename(id: string, name: string): Promise<AppError | null> {
    return this.#oneTaken(await platform.commands.renameAccount(id, name));
  }

  forget(id: string): Promise<AppError | null> {
    return this.#taken(platform.commands.forgetAccount(id));
  }

  /** Asks Venice whether the key works; the answer brings the balance. */
  async test(id: string): Promise<AppError | null> {
    return this.#oneTaken(await platform.commands.testAccount(id));
  }

  async retryKeychain(): Promise<AppError | null> {
    return this.#vaultTaken(platform.commands.retryKeychain());
  }

  /** Keeps keys in an encrypted file, or unlocks the one there is. */
  async useFile(passphrase: string): Promise<AppError | null> {
    return this.#vaultTaken(platform.commands.useVaultFile(passphrase));
  }

  async #vaultTaken(asked: Promise<Result<VaultStatus>>): Promise<AppError | null> {
    const answer = await asked;
    if (answer.status === "error") return answer.error;
    this.vault = answer.data;
    await this.#read();
    return null;
  }

  async #added(asked: Promise<Result<AccountView>>): Promise<Result<AccountView>> {
    const answer = await asked;
    if (answer.status === "ok") await this.#read();
    return answer;
  }

  async #taken(asked: Promise<Result<AccountView[]>>): Promise<AppError | null> {
    const answer = await asked;
    if (answer.status === "error") return answer.error;
    this.list = answer.data;
    return null;
  }

  #oneTaken(answer: Result<AccountView>): AppError | null {
    if (answer.status === "error") return answer.error;
    this.list = this.list.map((account) => (account.id === answer.data.id ? answer.data : account));
    return null;
  }

  async #read(): Promise<void> {
    await this.#taken(platform.commands.listAccounts());
  }
}

export const accounts = new Accounts();
