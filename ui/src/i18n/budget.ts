import type { Budget } from "@/bindings";
import { t } from "./index.svelte";
import { money } from "./money";

const names = {
  click: "budget.perClick",
  day: "budget.perDay",
  month: "budget.perMonth",
  always: "budget.inAll",
} as const;

/** `$5.00 a day` */
export function budgetName({ window, most }: Budget): string {
  return t(names[window], { amount: money(most) });
}
