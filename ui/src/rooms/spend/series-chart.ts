/** What was spent over time, as columns of parts and as the table behind them. */
import type { SeriesBy, SeriesPart, SeriesStep, SpendSeries } from "@/bindings";
import type { Column, Series, Table } from "@/charts/types";
import { t } from "@/i18n/index.svelte";
import { money } from "@/i18n/money";
import { sum } from "@/stores/sums";
import { codeOf, colourOf, columnWords, nameOf, REST } from "./words";

/** So many colours can be told apart; the rest is drawn as one. */
const MOST = 8;
const OTHERS = " others";

type Chart = {
  readonly columns: readonly Column[];
  readonly series: readonly Series[];
  /** All parts, also those that are drawn as one. */
  readonly table: Table;
};

function isNothing(amount: string): boolean {
  return /^[+-]?0*(?:\.0*)?$/.test(amount);
}

export function seriesChart(data: SpendSeries, currency: string, by: SeriesBy, step: SeriesStep): Chart {
  const parts = data.parts.filter((part) => part.currency === currency);
  const own = parts.length <= MOST ? parts : parts.slice(0, MOST - 1);
  const rest = parts.slice(own.length);
  const names = parts.map((part) => nameOf(by, part.id, part.name));
  const words = (amount: string): string => money({ amount, currency });
  const at = (of: readonly SeriesPart[], column: number): string =>
    sum(of.map((part) => ({ amount: part.amounts[column] ?? "0", currency })))?.amount ?? "0";
  const value = (amount: string): Column["values"][number] =>
    isNothing(amount) ? null : { height: Number(amount), words: words(amount) };

  const series: Series[] = own.map((part, place) => ({
    id: part.id,
    label: names[place] ?? part.id,
    colour: colourOf(by, part.id, place),
  }));
  if (rest.length > 0) {
    series.push({ id: OTHERS, label: t("spend.others", { count: rest.length }), colour: REST });
  }

  const totals = data.starts.map((_, column) => at(parts, column));
  const columns = data.starts.map((start, column): Column => {
    const day = data.days[column] ?? start.slice(0, 10);
    const values = own.map((part) => value(part.amounts[column] ?? "0"));
    return {
      id: start,
      ...columnWords(step, start, day),
      values: rest.length > 0 ? [...values, value(at(rest, column))] : values,
      total: words(totals[column] ?? "0"),
    };
  });
  const cell = (amount: string): Table["rows"][number][number] => ({
    shown: isNothing(amount) ? "–" : words(amount),
    exact: amount,
  });
  const code = codeOf(currency);
  return {
    columns,
    series,
    table: {
      headings: [
        t("spend.when"),
        ...names.map((name) => `${name} (${code})`),
        `${t("spend.total")} (${code})`,
      ],
      rows: columns.map((column, index) => [
        {
          shown: column.label,
          exact: (step === "hour" ? data.starts[index] : data.days[index]) ?? column.id,
        },
        ...parts.map((part) => cell(part.amounts[index] ?? "0")),
        cell(totals[index] ?? "0"),
      ]),
      figuresFrom: 1,
    },
  };
}
