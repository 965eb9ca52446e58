import type {
  AccountLedger,
  AccountView,
  AppEvent,
  ChargeGroup,
  ChargeKind,
  ChargePage,
  ChargeQuery,
  ChargeView,
  ItemView,
  JobKind,
  LedgerMoney,
  SeriesBy,
  SpendFacet,
  SpendFilter,
  SpendNote,
  SpendSeries,
  SpentIn,
  TopItem,
} from "@/bindings";
import { fakeError } from "./fake-data";
import type { Commands, Result } from "./platform";

type SpendCommands = Pick<
  Commands,
  | "spendStatus"
  | "syncSpend"
  | "spendOverview"
  | "spendSeries"
  | "spendTopItems"
  | "spendUnitPrices"
  | "spendCharges"
  | "chargeCandidates"
  | "matchCharge"
  | "itemCharges"
  | "jobCharges"
  | "spendFacets"
  | "exportSpend"
>;

export type FakeSpendOptions = {
  /** The charges there are; those of some months when absent. */
  charges?: readonly ChargeView[];
  /** What is said of the accounts' histories beside what is so by itself. */
  ledgers?: Readonly<Record<string, Partial<AccountLedger>>>;
};

type Rest = {
  readonly accounts: () => readonly AccountView[];
  readonly emit: (...events: AppEvent[]) => void;
  readonly items: () => readonly ItemView[];
  readonly now: () => Date;
  readonly options: FakeSpendOptions;
};

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}

const SCALE = 1_000_000_000n;

/** Decimal text as a whole number of billionths: sums of these are exact. */
function whole(text: string): bigint {
  const negative = text.startsWith("-");
  const [units = "0", rest = ""] = text.replace("-", "").split(".");
  const value = BigInt(units) * SCALE + BigInt(rest.padEnd(9, "0").slice(0, 9));
  return negative ? -value : value;
}

function text(value: bigint): string {
  const size = value < 0n ? -value : value;
  const rest = String(size % SCALE)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${size / SCALE}${rest === "" ? "" : `.${rest}`}`;
}

const order = ["usd", "diem", "credits"];
const rank = (currency: string): number =>
  order.includes(currency) ? order.indexOf(currency) : order.length;

function sums(charges: readonly ChargeView[]): LedgerMoney[] {
  const all = new Map<string, bigint>();
  for (const { money } of charges)
    all.set(money.currency, (all.get(money.currency) ?? 0n) + whole(money.amount));
  return [...all]
    .map(([currency, amount]) => ({ currency, amount: text(amount) }))
    .toSorted((one, other) => rank(one.currency) - rank(other.currency));
}

function dayOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

type Product = {
  readonly kind: ChargeKind;
  readonly job: JobKind;
  readonly model: string;
  readonly sku: string;
  readonly unit: string;
  readonly price: string;
  readonly units: readonly string[];
  readonly titles: readonly string[];
  /** On which days of ten it is bought. */
  readonly days: readonly number[];
};

const products: readonly Product[] = [
  {
    kind: "film",
    job: "film",
    model: "wan-2.5-preview-text-to-video",
    sku: "wan-2.5-preview-text-to-video-video-second",
    unit: "second",
    price: "0.14",
    units: ["5", "10"],
    titles: ["Acqua alta, dawn", "Harbour lights"],
    days: [0, 1, 3, 4, 7, 8],
  },
  {
    kind: "image",
    job: "make",
    model: "qwen-image",
    sku: "qwen-image-image-unit",
    unit: "unit",
    price: "0.01",
    units: ["4", "24", "1", "8"],
    titles: ["A gondola at dusk", "Poster set", "Salute in fog"],
    days: [0, 1, 2, 3, 4, 5, 7, 8, 9],
  },
  {
    kind: "chat",
    job: "chat",
    model: "zai-org-glm-5-2",
    sku: "zai-org-glm-5-2-llm-output-mtoken",
    unit: "mtoken",
    price: "2.75",
    units: ["0.004214", "0.01907", "0.11"],
    titles: ["Titles", "A letter to the harbour office"],
    days: [0, 1, 2, 4, 5, 6, 7, 9],
  },
  {
    kind: "speech",
    job: "speak",
    model: "tts-kokoro",
    sku: "tts-kokoro-tts-mchar",
    unit: "mchar",
    price: "3.5",
    units: ["0.0541", "0.0187"],
    titles: ["Guide, chapter 3"],
    days: [1, 2, 5, 8],
  },
  {
    kind: "transcription",
    job: "transcribe",
    model: "whisper-large-v3",
    sku: "whisper-large-v3-asr-second",
    unit: "second",
    price: "0.0001",
    units: ["2520", "184"],
    titles: ["Talk at the Arsenale"],
    days: [3, 6],
  },
  {
    kind: "web",
    job: "chat",
    model: "zai-org-glm-5-2",
    sku: "zai-org-glm-5-2-web-search-unit",
    unit: "unit",
    price: "0.01",
    units: ["1"],
    titles: ["Titles"],
    days: [2, 6],
  },
];

/** The charges of a hundred days before now. */
function madeUp(now: Date, accounts: readonly AccountView[], items: readonly ItemView[]): ChargeView[] {
  const charges: ChargeView[] = [];
  for (const account of accounts) {
    const slot = account.pretend ? 0 : 1;
    for (let back = 0; back < 100; back += 1) {
      for (const [place, product] of products.entries()) {
        if (!product.days.includes((back + slot + place) % 10)) continue;
        const at = new Date(now.getTime() - back * 86_400_000 - (place * 47 + 12) * 60_000);
        const serial = charges.length;
        const units = product.units[serial % product.units.length] ?? "1";
        const amount = text((whole(units) * whole(product.price)) / SCALE);
        const certainty = product.kind === "chat" ? "id" : back % 7 === 3 ? null : "guess";
        const currency = !account.pretend && product.kind === "chat" && back % 3 === 0 ? "diem" : "usd";
        const item = product.job === "make" ? items[serial % Math.max(items.length, 1)]?.id : undefined;
        charges.push({
          id: `charge-${account.id}-${serial}`,
          account: account.id,
          at: at.toISOString(),
          source: "ledger",
          estimated: false,
          sku: product.sku,
          kind: product.kind,
          model: product.model,
          key: certainty === null ? null : account.id,
          money: { amount: serial % 61 === 60 ? `-${amount}` : amount, currency },
          units,
          unit: product.unit,
          price_per_unit_usd: product.price,
          request_id: product.kind === "chat" ? `chatcmpl-${serial}` : null,
          notes: "API Inference",
          matched:
            certainty === null
              ? null
              : {
                  job: `job-${serial}`,
                  kind: product.job,
                  title: product.titles[serial % product.titles.length] ?? "",
                  items: item === undefined ? [] : [item],
                  conversation: product.job === "chat" ? "conversation-1" : null,
                  estimate: { amount, currency: currency === "diem" ? "diem" : "usd" },
                  certainty,
                },
        });
      }
    }
  }
  return charges.toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
}

/** The history and its sums, in memory. */
export function fakeSpend(rest: Rest): SpendCommands {
  let made: ChargeView[] | null = null;
  let syncedAt = rest.now().toISOString();
  const all = (): ChargeView[] =>
    (made ??=
      rest.options.charges?.map((charge) => ({ ...charge })) ??
      madeUp(rest.now(), rest.accounts(), rest.items()));
  const nameOf = (id: string): string => rest.accounts().find((account) => account.id === id)?.name ?? id;
  const pretend = (id: string): boolean =>
    rest.accounts().find((account) => account.id === id)?.pretend ?? false;

  function found(filter: SpendFilter, days = true): ChargeView[] {
    return all().filter((charge) => {
      const day = dayOf(new Date(charge.at));
      const any = <T>(wanted: readonly T[], value: T): boolean =>
        wanted.length === 0 || wanted.includes(value);
      return (
        pretend(charge.account) === filter.pretend &&
        (!days || filter.from === null || day >= filter.from) &&
        (!days || filter.to === null || day <= filter.to) &&
        any(filter.accounts, charge.account) &&
        any(filter.kinds, charge.kind) &&
        any(filter.models, charge.model ?? "") &&
        any(filter.keys, charge.key ?? "") &&
        (filter.currency === null || filter.currency === charge.money.currency)
      );
    });
  }

  function notes(filter: SpendFilter, charges: readonly ChargeView[]): SpendNote[] {
    const list: SpendNote[] = [];
    if (filter.keys.length > 0) list.push("keys_unknown");
    if (charges.some((charge) => charge.source === "answers")) list.push("answers_only");
    if (charges.some((charge) => charge.estimated)) list.push("estimates");
    return list;
  }

  function ledger(account: AccountView): AccountLedger {
    const charges = all().filter((charge) => charge.account === account.id);
    return {
      account: account.id,
      name: account.name,
      pretend: account.pretend,
      source: "ledger",
      syncing: false,
      synced_at: syncedAt,
      charges: charges.length,
      first_at: charges.at(-1)?.at ?? null,
      last_at: charges[0]?.at ?? null,
      problem: null,
      differences: [],
      compared_at: syncedAt,
      covered_by: null,
      ...rest.options.ledgers?.[account.id],
    };
  }

  const status: SpendCommands["spendStatus"] = () => {
    const accounts = rest.accounts().map(ledger);
    return ok({
      accounts,
      syncing: accounts.some((account) => account.syncing),
      time_zone: "Europe/Rome",
      today: dayOf(rest.now()),
    });
  };

  /** `days` days until now, and as many before them. */
  function spentIn(charges: readonly ChargeView[], start: Date, before: Date): SpentIn {
    const now = rest.now();
    const until = before.getTime() + (now.getTime() - start.getTime());
    const within = (charge: ChargeView, from: number, to: number): boolean =>
      Date.parse(charge.at) >= from && Date.parse(charge.at) < to;
    return {
      spent: sums(charges.filter((charge) => within(charge, start.getTime(), now.getTime() + 1))),
      before: sums(charges.filter((charge) => within(charge, before.getTime(), until))),
      by_balance: [],
    };
  }

  function starts(filter: SpendFilter, charges: readonly ChargeView[], step: string): Date[] {
    const now = rest.now();
    const oldest = charges.at(-1)?.at ?? now.toISOString();
    const from = new Date(filter.from === null ? oldest : `${filter.from}T00:00:00`);
    const to = filter.to === null ? now : new Date(`${filter.to}T23:59:59`);
    const at = new Date(from.getFullYear(), from.getMonth(), step === "month" ? 1 : from.getDate());
    if (step === "week") at.setDate(at.getDate() - ((at.getDay() + 6) % 7));
    const list: Date[] = [];
    while (at <= to && list.length < 3000) {
      list.push(new Date(at));
      if (step === "hour") at.setHours(at.getHours() + 1);
      else if (step === "day") at.setDate(at.getDate() + 1);
      else if (step === "week") at.setDate(at.getDate() + 7);
      else at.setMonth(at.getMonth() + 1);
    }
    return list;
  }

  function idOf(charge: ChargeView, by: SeriesBy | "day" | "work"): string {
    if (by === "kind") return charge.kind;
    if (by === "model") return charge.model ?? "";
    if (by === "key") return charge.key ?? "";
    if (by === "account") return charge.account;
    return by === "day" ? dayOf(new Date(charge.at)) : (charge.matched?.job ?? "");
  }

  function series(filter: SpendFilter, by: SeriesBy, step: string): SpendSeries {
    const charges = found(filter);
    const columns = starts(filter, charges, step);
    const parts = new Map<string, { id: string; currency: string; amounts: bigint[] }>();
    for (const charge of charges) {
      const at = new Date(charge.at);
      const column = columns.findLastIndex((start) => start <= at);
      if (column < 0) continue;
      const id = idOf(charge, by);
      const { currency } = charge.money;
      const key = `${currency} ${id}`;
      const part = parts.get(key) ?? { id, currency, amounts: columns.map(() => 0n) };
      part.amounts[column] = (part.amounts[column] ?? 0n) + whole(charge.money.amount);
      parts.set(key, part);
    }
    const total = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);
    return {
      starts: columns.map((start) => start.toISOString()),
      days: columns.map(dayOf),
      parts: [...parts.values()]
        .toSorted(
          (one, other) =>
            rank(one.currency) - rank(other.currency) || Number(total(other.amounts) - total(one.amounts)),
        )
        .map(({ id, currency, amounts }) => ({
          id,
          name: by === "account" || by === "key" ? nameOf(id) : id,
          currency,
          amounts: amounts.map(text),
          total: text(total(amounts)),
        })),
      notes: by === "key" ? ["keys_by_utc_days"] : notes(filter, charges),
    };
  }

  function sorted(charges: readonly ChargeView[], sort: ChargeQuery["sort"]): ChargeView[] {
    const money = (one: ChargeView, other: ChargeView): number =>
      rank(one.money.currency) - rank(other.money.currency) ||
      Number(whole(other.money.amount) - whole(one.money.amount));
    const orders: Record<ChargeQuery["sort"], (one: ChargeView, other: ChargeView) => number> = {
      newest: (one, other) => (one.at < other.at ? 1 : -1),
      oldest: (one, other) => (one.at < other.at ? -1 : 1),
      dearest: money,
      cheapest: (one, other) =>
        rank(one.money.currency) - rank(other.money.currency) ||
        Number(whole(one.money.amount) - whole(other.money.amount)),
      model: (one, other) => (one.model ?? "").localeCompare(other.model ?? ""),
      kind: (one, other) => one.kind.localeCompare(other.kind),
    };
    return charges.toSorted(orders[sort]);
  }

  function page(query: ChargeQuery): ChargePage {
    const words = (query.text ?? "").toLowerCase().split(/\s+/);
    const charges = found(query.filter).filter((charge) => {
      const place = [charge.sku, charge.model, charge.notes, charge.request_id, charge.matched?.title].join(
        " ",
      );
      return words.every((word) => place.toLowerCase().includes(word));
    });
    const cut = <T>(list: readonly T[]): T[] => list.slice(query.offset, query.offset + query.limit);
    const spent = sums(charges);
    if (query.grouping !== null && query.group === null) {
      const { grouping } = query;
      const together = new Map<string, ChargeView[]>();
      for (const charge of charges) {
        const id = idOf(charge, grouping);
        together.set(id, [...(together.get(id) ?? []), charge]);
      }
      const groups: ChargeGroup[] = [...together].map(([id, of]) => ({
        id,
        name: grouping === "account" ? nameOf(id) : grouping === "work" ? (of[0]?.matched?.title ?? "") : id,
        spent: sums(of),
        charges: of.length,
      }));
      return {
        charges: [],
        groups: cut(groups),
        total: groups.length,
        spent,
        notes: notes(query.filter, charges),
      };
    }
    const { grouping, group } = query;
    const of = grouping === null ? charges : charges.filter((charge) => idOf(charge, grouping) === group);
    return {
      charges: cut(sorted(of, query.sort)),
      groups: [],
      total: of.length,
      spent: sums(of),
      notes: notes(query.filter, of),
    };
  }

  function facet(charges: readonly ChargeView[], of: (charge: ChargeView) => string | null): SpendFacet[] {
    const counts = new Map<string, number>();
    for (const charge of charges) {
      const id = of(charge);
      if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return [...counts]
      .map(([id, count]) => ({ id, name: id, charges: count }))
      .toSorted((one, other) => other.charges - one.charges);
  }

  return {
    spendStatus: status,
    syncSpend() {
      syncedAt = rest.now().toISOString();
      rest.emit({ type: "spend_changed" });
      return status();
    },
    spendOverview(filter) {
      const now = rest.now();
      const charges = found(filter, false);
      const start = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
      const monday = (now.getDay() + 6) % 7;
      const month = (back: number): Date => new Date(now.getFullYear(), now.getMonth() - back, 1);
      const upTo = (first: Date, day: number, currency: string): string => {
        const end = new Date(first.getFullYear(), first.getMonth(), day + 1);
        const these = charges.filter(
          ({ at, money }) =>
            money.currency === currency &&
            Date.parse(at) >= first.getTime() &&
            Date.parse(at) < end.getTime(),
        );
        return sums(these)[0]?.amount ?? "0";
      };
      const length = (first: Date): number =>
        new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
      const within = found(filter);
      return ok({
        balances: rest
          .accounts()
          .filter((account) => account.pretend === filter.pretend)
          .filter((account) => filter.accounts.length === 0 || filter.accounts.includes(account.id))
          .flatMap((account) =>
            account.balances.map((money) => ({
              account: account.id,
              money,
              at: account.balance_at ?? now.toISOString(),
              allocation: money.currency === "diem" ? "10" : null,
              resets_at:
                money.currency === "diem"
                  ? new Date(
                      Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1),
                    ).toISOString()
                  : null,
              runway: money.currency === "diem" ? null : { per_day: "1.54", until: dayOf(start(-27)) },
            })),
          ),
        today: spentIn(charges, start(0), start(1)),
        week: spentIn(charges, start(monday), start(monday + 7)),
        month: spentIn(charges, month(0), month(1)),
        total: sums(within),
        charges: within.length,
        months: sums(charges).map(({ currency }) => ({
          currency,
          month: dayOf(now).slice(0, 7),
          days: Array.from({ length: Math.max(length(month(0)), length(month(1))) }, (_, index) => ({
            day: index + 1,
            spent: index + 1 <= now.getDate() ? upTo(month(0), index + 1, currency) : null,
            before: index + 1 <= length(month(1)) ? upTo(month(1), index + 1, currency) : null,
          })),
        })),
        notes: notes(filter, within),
      });
    },
    spendSeries: (filter, by, step) => ok(series(filter, by, step)),
    spendTopItems(filter) {
      const top = sorted(found(filter), "dearest").flatMap((charge): TopItem[] =>
        charge.matched === null
          ? []
          : [{ work: charge.matched, model: charge.model, at: charge.at, money: charge.money, charges: 1 }],
      );
      return ok(top.slice(0, 20));
    },
    spendUnitPrices(filter) {
      const spent = sums(found(filter));
      const of = (currency: string): boolean => spent.some((money) => money.currency === currency);
      if (!of("usd")) return ok([]);
      const price = (amount: string): LedgerMoney => ({ amount, currency: "usd" });
      return ok([
        { unit: "picture", model: null, price: price("0.01"), units: "812", total: "8.12" },
        { unit: "picture", model: "qwen-image", price: price("0.01"), units: "812", total: "8.12" },
        { unit: "film_minute", model: null, price: price("8.4"), units: "7.5", total: "63" },
        {
          unit: "chat_thousand_words",
          model: null,
          price: price("0.003667"),
          units: "2190.4",
          total: "8.03",
        },
        { unit: "spoken_thousand_words", model: null, price: price("0.021"), units: "185.2", total: "3.89" },
        { unit: "transcribed_minute", model: null, price: price("0.006"), units: "451", total: "2.706" },
      ]);
    },
    spendCharges: (query) => ok(page(query)),
    chargeCandidates(id) {
      const charge = all().find((known) => known.id === id);
      if (charge === undefined) return Promise.resolve({ status: "error", error: fakeError("not_found") });
      return ok(
        all()
          .flatMap((other) =>
            other.kind === charge.kind && other.matched ? [{ other, work: other.matched }] : [],
          )
          .slice(0, 3)
          .map(({ other, work }) => ({
            job: work.job,
            kind: work.kind ?? "call",
            title: work.title,
            model: other.model,
            sent_at: other.at,
            estimate: work.estimate,
            has_charges: true,
          })),
      );
    },
    matchCharge(id, job) {
      const charge = all().find((known) => known.id === id);
      if (charge === undefined) return Promise.resolve({ status: "error", error: fakeError("not_found") });
      const work = all().find((other) => other.matched?.job === job)?.matched ?? null;
      charge.matched = job === null || work === null ? null : { ...work, certainty: "user" };
      rest.emit({ type: "spend_changed" });
      return ok({ ...charge });
    },
    itemCharges(item) {
      const charges = all().filter((charge) => charge.matched?.items.includes(item));
      return ok({
        charges,
        spent: sums(charges),
        pretend: charges.some((charge) => pretend(charge.account)),
        shared_with: 0,
        from_ledger: true,
      });
    },
    jobCharges(jobs) {
      const charges = all().filter((charge) => charge.matched !== null && jobs.includes(charge.matched.job));
      return ok({
        charges,
        spent: sums(charges),
        pretend: charges.some((charge) => pretend(charge.account)),
        shared_with: 0,
        from_ledger: true,
      });
    },
    spendFacets(filter) {
      const named = (facets: SpendFacet[]): SpendFacet[] =>
        facets.map((one) => ({ ...one, name: nameOf(one.id) }));
      const open = found({ ...filter, accounts: [] });
      const ever = found({ ...filter, from: null, to: null });
      return ok({
        accounts: named(facet(open, (charge) => charge.account)),
        kinds: facet(found({ ...filter, kinds: [] }), (charge) => charge.kind),
        models: facet(found({ ...filter, models: [] }), (charge) => charge.model),
        keys: named(facet(found({ ...filter, keys: [] }), (charge) => charge.key)),
        currencies: facet(found({ ...filter, currency: null }), (charge) => charge.money.currency),
        first_day: ever.at(-1) ? dayOf(new Date(ever.at(-1)?.at ?? "")) : null,
        last_day: ever[0] ? dayOf(new Date(ever[0].at)) : null,
      });
    },
    exportSpend: () => ok("canaletto-spend.csv"),
  };
}
