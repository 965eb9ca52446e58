import type { AppError, TopUpOffer, TopUpView, TransactionView, WalletView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { typedAmount } from "./sums";

/** One wallet: what is left, and what changed that. Its key never comes here. */
export class WalletPage {
  readonly account: string;
  view = $state.raw<WalletView | null>(null);
  /** What changed the balance; null until that is known. */
  rows = $state.raw<readonly TransactionView[] | null>(null);
  next = $state.raw<number | null>(null);
  problem = $state.raw<AppError | null>(null);
  rowsProblem = $state.raw<AppError | null>(null);
  loading = $state(false);

  constructor(account: string) {
    this.account = account;
  }

  async read(): Promise<void> {
    this.loading = true;
    const [wallet, page] = await Promise.all([
      platform.commands.getWallet(this.account),
      platform.commands.walletTransactions(this.account, 0),
    ]);
    this.loading = false;
    this.problem = wallet.status === "error" ? wallet.error : wallet.data.problem;
    if (wallet.status === "ok") this.view = wallet.data;
    this.rowsProblem = page.status === "error" ? page.error : null;
    if (page.status === "ok") {
      this.rows = page.data.rows;
      this.next = page.data.next;
    }
  }

  async more(): Promise<AppError | null> {
    if (this.next === null) return null;
    const answer = await platform.commands.walletTransactions(this.account, this.next);
    if (answer.status === "error") return answer.error;
    // What was paid meanwhile has moved the others on.
    const rows = this.rows ?? [];
    const known = new Set(rows.map((row) => row.id));
    this.rows = [...rows, ...answer.data.rows.filter((row) => !known.has(row.id))];
    this.next = answer.data.next;
    return null;
  }

  /** Null when the dialog was closed. */
  async saveCopy(): Promise<AppError | boolean> {
    const answer = await platform.commands.saveWalletCopy(this.account);
    return answer.status === "error" ? answer.error : answer.data;
  }

  async copyKey(): Promise<AppError | null> {
    const answer = await platform.commands.copyWalletKey(this.account);
    return answer.status === "error" ? answer.error : null;
  }

  offer(): Promise<Result<TopUpOffer>> {
    return platform.commands.topUpOffer(this.account);
  }

  async topUp(offer: string, amount: string, again: string): Promise<Result<TopUpView>> {
    const answer = await platform.commands.topUp(this.account, offer, amount, again);
    await this.read();
    return answer;
  }
}

/** An amount in US dollars as it is sent; null where it is none. */
export function dollars(typed: string): string | null {
  const amount = typedAmount(typed);
  return amount !== null && /^\d{1,9}(\.\d{1,6})?$/.test(amount) && /[1-9]/.test(amount) ? amount : null;
}

/** Whether two amounts are the same, as decimal text: 5 and 5.00 are. */
export function sameAmount(one: string, other: string): boolean {
  const canonical = (text: string | null): string | null =>
    text === null
      ? null
      : text
          .replace(/^0+(?=\d)/, "")
          .replace(/(\.\d*?)0+$/, "$1")
          .replace(/\.$/, "");
  const first = canonical(dollars(one));
  return first !== null && first === canonical(dollars(other));
}
