import type { AccountView, Chain, KeyLimits, Money } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { money } from "@/i18n/money";

/** What an account is, in a word or two. */
export function accountKind(account: AccountView): string {
  switch (account.kind) {
    case "sandbox":
      return t("accounts.kindSandbox");
    case "key":
      return t("accounts.kindKey");
    case "run":
      return t("accounts.kindRun");
    case "wallet":
      return account.chain === null
        ? t("accounts.kindWallet")
        : `${t("accounts.kindWallet")} · ${chainName(account.chain)}`;
  }
}

export function chainName(chain: Chain): string {
  return chain === "base" ? t("accounts.chainBase") : t("accounts.chainSolana");
}

/** What a key may do, in words. */
export function keyKind(kind: AccountView["key_kind"]): string {
  if (kind === null) return t("accounts.mayUnknown");
  return kind === "admin" ? t("accounts.mayAdmin") : t("accounts.mayInfer");
}

/** What a key may use up in a period: each currency with its own sign. */
export function limitWords(limits: KeyLimits): string {
  const amounts: Money[] = [];
  if (limits.usd !== null) amounts.push({ amount: limits.usd, currency: "usd" });
  if (limits.diem !== null) amounts.push({ amount: limits.diem, currency: "diem" });
  if (amounts.length === 0) return t("accounts.limitsNone");
  const amount = amounts.map((one) => money(one)).join(" · ");
  if (limits.period === "EPOCH") return t("accounts.perEpoch", { amount });
  if (limits.period === "LIFETIME") return t("accounts.perLifetime", { amount });
  return limits.period === "MONTH" ? t("accounts.perMonth", { amount }) : amount;
}

/** A limit as Venice names it, in words. */
export function rateWords(kind: string, amount: number | null): string {
  const count = amount ?? 0;
  switch (kind) {
    case "RPM":
      return t("accounts.rateRpm", { count });
    case "RPD":
      return t("accounts.rateRpd", { count });
    case "TPM":
      return t("accounts.rateTpm", { count });
    case "FAILED_REQUESTS":
      return t("accounts.rateFailed", { count });
    default:
      return t("accounts.rateOther", { count, kind });
  }
}

export function hitWords(kind: string): string {
  if (kind === "RPM") return t("accounts.hitRpm");
  if (kind === "RPD") return t("accounts.hitRpd");
  return kind === "TPM" ? t("accounts.hitTpm") : kind;
}
