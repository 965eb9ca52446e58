import { describe, expect, it } from "vitest";
import "@/i18n/console";
import type { Receipt } from "@/console-contract";
import { linesOf } from "./receipt-lines";

const none = { limit: null, remaining: null, reset: null };
const bare: Receipt = {
  operation: "webSearch",
  status: 200,
  answer_id: null,
  cf_ray: null,
  version: null,
  model: { id: null, name: null },
  balance: { usd: null, diem: null },
  wallet_balance_usd: null,
  rate_limits: { requests: none, tokens: none, kind: null },
  pagination: null,
  warnings: [],
  picture: { is_blurred: null, is_content_violation: null, enhanced_prompt: null },
  rpc: { credits: null, cost_usd: null, is_replayed: null },
  payment_required: null,
  settlement: null,
  retry_after_seconds: null,
  raw: [],
  duration_ms: 1234,
};
const said = (over: Partial<Receipt>): string[] =>
  linesOf({ ...bare, ...over })
    .slice(2)
    .map((line) => `${line.name}: ${line.value}${line.warns ? " !" : ""}`);

describe("a receipt", () => {
  it("makes nothing up for what an answer leaves out", () => {
    expect(linesOf(bare).map((line) => `${line.name} ${line.value}`)).toEqual([
      "Status 200",
      "Duration 1.2 s",
    ]);
  });

  it("says each amount in its own currency, and limits as what is left of them", () => {
    expect(
      said({
        balance: { usd: "12.5", diem: "0.000001" },
        wallet_balance_usd: "4.99",
        rate_limits: { requests: { limit: 20, remaining: 0, reset: null }, tokens: none, kind: "user" },
      }),
    ).toEqual([
      "Balance in dollars: $12.50",
      "Balance in DIEM: 0.000001 DIEM",
      "Wallet balance: $4.99",
      "Requests left: 0 of 20 !",
      "Limit: user",
    ]);
  });

  it("warns of models and operations that end, each by its own name", () => {
    expect(
      said({
        warnings: [
          { kind: "model_deprecated", message: null, date: "2026-12-01T12:00:00Z", replacement: "newer" },
          { kind: "operation_deprecated", since: null, date: null, replacement: "/billing/usage-history" },
        ],
        retry_after_seconds: 30,
      }),
    ).toEqual([
      "Model being retired: ends December 1, 2026, then newer !",
      "Operation being retired: ends —, then /billing/usage-history !",
      "Wait: 30 s !",
    ]);
  });

  it("tells what a chain took and what became of a payment", () => {
    expect(
      said({
        rpc: { credits: 20, cost_usd: "0.00002", is_replayed: true },
        settlement: { success: false, transaction: null, errorReason: "insufficient_funds" },
      }),
    ).toEqual([
      "Chain credits: 20",
      "Chain cost: $0.00002",
      "Answered from memory: yes",
      "Payment settled: no !",
      "Why it was not settled: insufficient_funds !",
    ]);
  });

  it("explains each line in a sentence", () => {
    const lines = linesOf({
      ...bare,
      answer_id: "chatcmpl-1",
      cf_ray: "8f-MXP",
      version: "1",
      model: { id: "m", name: "M" },
    });
    expect(lines.map((line) => line.value)).toContain("M (m)");
    for (const line of lines) expect(line.help, line.name).toMatch(/\.$/);
  });
});
