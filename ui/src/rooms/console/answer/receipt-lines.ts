/** What an answer says of itself, each thing with a sentence about it. */
import type { Receipt } from "@/console-contract";
import { date, duration, number, time, tookTime } from "@/i18n/format";
import { t } from "@/i18n/index.svelte";
import { money } from "@/i18n/money";

export type ReceiptLine = {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  /** An id or an amount. */
  readonly mono: boolean;
  /** To be looked at before the next call. */
  readonly warns: boolean;
};

type RateLimit = Receipt["rate_limits"]["requests"];
type Said = string | number | boolean | null;

function limitWords(limit: RateLimit): string | null {
  if (limit.remaining === null && limit.limit === null) return null;
  const remaining = limit.remaining === null ? "—" : number(limit.remaining);
  const counted =
    limit.limit === null ? remaining : t("console.limitOf", { remaining, limit: number(limit.limit) });
  return limit.reset === null
    ? counted
    : `${counted}, ${t("console.limitReset", { time: time(limit.reset) })}`;
}

/** Only what the answer says: nothing is made up for what it leaves out. */
export function linesOf(receipt: Receipt): readonly ReceiptLine[] {
  const lines: ReceiptLine[] = [];
  const add = (name: string, value: Said, help: string, { mono = false, warns = false } = {}): void => {
    if (value === null || value === "") return;
    const words = typeof value === "boolean" ? t(value ? "console.yes" : "console.no") : String(value);
    lines.push({ name, value: words, help, mono, warns });
  };
  const usd = (amount: string | null): string | null =>
    amount === null ? null : money({ amount, currency: "usd" });
  const { model, balance, rate_limits: limits, pagination: page, picture, rpc } = receipt;
  const mono = { mono: true };

  add(t("console.statusName"), receipt.status, t("console.statusHelp"), mono);
  add(t("console.duration"), tookTime(receipt.duration_ms), t("console.durationHelp"), mono);
  const named =
    model.name === null || model.name === model.id ? model.id : `${model.name} (${model.id ?? "—"})`;
  add(t("console.modelName"), named, t("console.modelHelp"));
  add(t("console.balanceUsd"), usd(balance.usd), t("console.balanceUsdHelp"), mono);
  const diem = balance.diem === null ? null : money({ amount: balance.diem, currency: "diem" });
  add(t("console.balanceDiem"), diem, t("console.balanceDiemHelp"), mono);
  add(t("console.walletBalance"), usd(receipt.wallet_balance_usd), t("console.walletBalanceHelp"), mono);
  add(t("console.limitRequests"), limitWords(limits.requests), t("console.limitRequestsHelp"), {
    mono: true,
    warns: limits.requests.remaining === 0,
  });
  add(t("console.limitTokens"), limitWords(limits.tokens), t("console.limitTokensHelp"), {
    mono: true,
    warns: limits.tokens.remaining === 0,
  });
  add(t("console.limitKind"), limits.kind, t("console.limitKindHelp"));
  if (page !== null && page.page !== null) {
    const words = {
      page: page.page,
      pages: page.total_pages ?? "—",
      total: page.total ?? "—",
    };
    add(t("console.pages"), t("console.pageOf", words), t("console.pagesHelp"));
  }
  add(t("console.cursor"), page?.next_cursor ?? null, t("console.cursorHelp"), mono);
  for (const warning of receipt.warnings) {
    const ofModel = warning.kind === "model_deprecated";
    const by = t("console.deprecatedBy", {
      date: warning.date === null ? "—" : date(warning.date),
      replacement: warning.replacement ?? "—",
    });
    add(
      t(ofModel ? "console.deprecated" : "console.deprecatedOperation"),
      ofModel && warning.message !== null ? warning.message : by,
      t(ofModel ? "console.deprecatedHelp" : "console.deprecatedOperationHelp"),
      { warns: true },
    );
  }
  add(t("console.rpcCredits"), rpc.credits, t("console.rpcCreditsHelp"), mono);
  add(t("console.rpcCost"), usd(rpc.cost_usd), t("console.rpcCostHelp"), mono);
  add(t("console.rpcReplayed"), rpc.is_replayed, t("console.rpcReplayedHelp"));
  const networks = receipt.payment_required?.accepts?.map((way) => way.network).join(", ") ?? null;
  add(t("console.payable"), networks, t("console.payableHelp"), mono);
  const settled = receipt.settlement;
  add(t("console.settled"), settled?.success ?? null, t("console.settledHelp"), {
    warns: settled?.success === false,
  });
  add(t("console.transaction"), settled?.transaction ?? null, t("console.transactionHelp"), mono);
  add(t("console.settledWhy"), settled?.errorReason ?? null, t("console.settledWhyHelp"), { warns: true });
  const wait = receipt.retry_after_seconds;
  add(t("console.retryAfter"), wait === null ? null : duration(wait * 1000), t("console.retryAfterHelp"), {
    warns: true,
  });
  add(t("console.blurred"), picture.is_blurred, t("console.blurredHelp"));
  add(t("console.violation"), picture.is_content_violation, t("console.violationHelp"), {
    warns: picture.is_content_violation === true,
  });
  add(t("console.enhanced"), picture.enhanced_prompt, t("console.enhancedHelp"));
  add(t("console.answerId"), receipt.answer_id, t("console.answerIdHelp"), mono);
  add(t("console.cfRay"), receipt.cf_ray, t("console.cfRayHelp"), mono);
  add(t("console.version"), receipt.version, t("console.versionHelp"), mono);
  return lines;
}
