/** This month against the one before, as two lines that grow. */
import type { MonthPace } from "@/bindings";
import type { Column, Series, Table } from "@/charts/types";
import { language, t } from "@/i18n/index.svelte";
import { dateFormat } from "@/i18n/intl";
import { money } from "@/i18n/money";
import { codeOf, dateOf, REST } from "./words";

type Chart = {
  readonly columns: readonly Column[];
  readonly series: readonly Series[];
  readonly table: Table;
};

export function paceChart(pace: MonthPace): Chart {
  const { currency } = pace;
  const first = dateOf(`${pace.month}-01`);
  const before = new Date(first.getFullYear(), first.getMonth() - 1, 1);
  const nameOf = (month: Date): string =>
    dateFormat(language(), { month: "long", year: "numeric" }).format(month);
  const value = (amount: string | null): Column["values"][number] =>
    amount === null ? null : { height: Number(amount), words: money({ amount, currency }) };
  const cell = (amount: string | null): Table["rows"][number][number] => ({
    shown: amount === null ? "–" : money({ amount, currency }),
    exact: amount ?? "",
  });
  const series: Series[] = [
    { id: "this", label: nameOf(first), colour: "var(--chart-1)" },
    { id: "before", label: nameOf(before), colour: REST },
  ];
  const code = codeOf(currency);
  return {
    columns: pace.days.map((day) => ({
      id: String(day.day),
      label: t("spend.paceOf", { day: day.day }),
      tick: String(day.day),
      values: [value(day.spent), value(day.before)],
    })),
    series,
    table: {
      headings: [t("spend.paceDay"), ...series.map((one) => `${one.label} (${code})`)],
      rows: pace.days.map((day) => [
        { shown: String(day.day), exact: String(day.day) },
        cell(day.spent),
        cell(day.before),
      ]),
      figuresFrom: 1,
    },
  };
}
