/** Words of the Chat room, and how its figures are said. */
import "@/i18n/chat";
import type { MessageUsage, Money } from "@/bindings";
import { number } from "@/i18n/format";
import { t } from "@/i18n/index.svelte";
import { money } from "@/i18n/money";
import type { ChatModel } from "@/stores/chat-models";

/** 131,072 as `131k`: a window is chosen by its order, not by its last token. */
export function tokens(count: number): string {
  return number(count, { notation: "compact", maximumFractionDigits: count < 10_000 ? 1 : 0 });
}

export function priceOf(model: ChatModel): string {
  const { input, output } = model.price;
  if (input === null) return t("common.priceUnknown");
  return output === null
    ? t("chat.perMillion", { amount: money(input) })
    : t("chat.perMillionBoth", { input: money(input), output: money(output) });
}

/** `612 in (480 cached) · 146 out`. */
export function usageWords(usage: MessageUsage): string {
  const read =
    usage.cached > 0
      ? t("chat.inCached", { count: usage.input, cached: usage.cached })
      : t("chat.in", { count: usage.input });
  return `${read} · ${t("chat.out", { count: usage.output })}`;
}

export function about(value: Money | null): string {
  return value === null ? t("common.priceUnknown") : `≈\u2009${money(value)}`;
}
