import type {
  AccountLedger,
  AppError,
  ChartFormat,
  SeriesBy,
  SeriesStep,
  SpendFacets,
  SpendFilter,
  SpendOverview,
  SpendSeries,
  SpendStatus,
  TopItem,
  UnitPrice,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { accounts } from "./accounts.svelte";
import { eachDay } from "./clock.svelte";
import { events } from "./events";
import { allOf, columnDays, EVERYTHING, rangeOf, stepFor, type SpendChoice } from "./spend-filter";

/** What was spent: one choice of charges, and all that is shown of them. */
export class Spend {
  choice = $state.raw<SpendChoice>(EVERYTHING);
  by = $state<SeriesBy>("kind");
  /** Which money is looked at where there are both; null = that of the account in use. */
  wantsPretend = $state<boolean | null>(null);
  /** Which currency is drawn where there are several; null = the first. */
  wantsCurrency = $state<string | null>(null);

  status = $state.raw<SpendStatus | null>(null);
  overview = $state.raw<SpendOverview | null>(null);
  series = $state.raw<SpendSeries | null>(null);
  /** What the parts of `series` are told apart by, and how long its columns are. */
  drawnBy = $state<SeriesBy>("kind");
  drawnStep = $state<SeriesStep>("day");
  top = $state.raw<readonly TopItem[] | null>(null);
  prices = $state.raw<readonly UnitPrice[] | null>(null);
  facets = $state.raw<SpendFacets | null>(null);
  loading = $state(false);
  syncing = $state(false);
  failure = $state.raw<AppError | null>(null);

  readonly pretend: boolean = $derived(this.wantsPretend ?? accounts.selected?.pretend ?? false);
  /** There is pretend money and real money to be looked at. */
  readonly hasBoth: boolean = $derived(
    new Set(
      this.status?.accounts
        .filter((one) => one.charges > 0 || one.pretend === this.pretend)
        .map((one) => one.pretend),
    ).size > 1,
  );
  readonly range = $derived(rangeOf(this.choice, this.status?.today ?? null));
  readonly filter: SpendFilter = $derived({
    pretend: this.pretend,
    from: this.range.from,
    to: this.range.to,
    accounts: [...this.choice.accounts],
    kinds: [...this.choice.kinds],
    models: [...this.choice.models],
    keys: [...this.choice.keys],
    currency: this.choice.currency,
  });
  /** From its first day to its last, also where one is left open. */
  readonly span = $derived.by((): { readonly from: string; readonly to: string } | null => {
    const today = this.status?.today;
    if (today === undefined) return null;
    const to = this.range.to ?? this.facets?.last_day ?? today;
    const from = this.range.from ?? this.facets?.first_day ?? to;
    return from <= to ? { from, to } : { from: to, to: from };
  });
  /** The currencies of what is drawn, in their order. */
  readonly currencies: readonly string[] = $derived([
    ...new Set([
      ...(this.series?.parts.map((part) => part.currency) ?? []),
      ...(this.overview?.months.map((month) => month.currency) ?? []),
    ]),
  ]);
  /** Charts are of one currency: nothing is drawn on another's scale. */
  readonly currency: string | null = $derived(
    this.wantsCurrency !== null && this.currencies.includes(this.wantsCurrency)
      ? this.wantsCurrency
      : (this.currencies[0] ?? null),
  );

  /** The accounts whose money is looked at. */
  readonly ledgers: readonly AccountLedger[] = $derived(
    (this.status?.accounts ?? []).filter(
      (one) =>
        one.pretend === this.pretend &&
        (this.choice.accounts.length === 0 || this.choice.accounts.includes(one.account)),
    ),
  );

  #stops: (() => void)[] = [];
  #run = 0;
  #reading = false;
  #again = false;
  /** The kind of money that was read last. */
  #read: boolean | null = null;

  /** Reads all and follows it from then on. */
  async start(): Promise<void> {
    if (this.#stops.length === 0) {
      this.#stops = [events.on("spend_changed", () => void this.read()), eachDay(() => void this.read())];
    }
    await this.read();
    // Whoever looks for the first time doesn't wait for the hour.
    if (
      this.ledgers.length > 0 &&
      this.ledgers.every(({ synced_at, syncing }) => synced_at === null && !syncing)
    )
      await this.sync();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  /** Looks at others. */
  async show(choice: Partial<SpendChoice>): Promise<void> {
    this.choice = { ...this.choice, ...choice };
    await this.#anew();
  }

  async tellApartBy(by: SeriesBy): Promise<void> {
    this.by = by;
    await this.#anew();
  }

  /** Reads again where another account pays by now, with the other kind of money; for an effect. */
  follow(): void {
    const { pretend } = this;
    if (this.#read !== null && this.#read !== pretend) void this.#anew();
  }

  /** Pretend money or real money; what was chosen of the one means nothing for the other. */
  async look(pretend: boolean): Promise<void> {
    this.wantsPretend = pretend;
    const { period, from, to } = this.choice;
    this.choice = { ...EVERYTHING, period, from, to };
    await this.#anew();
  }

  /** Looks at the days of one column alone. */
  async column(index: number): Promise<void> {
    const days = columnDays(this.series?.days ?? [], index, this.span?.to ?? "");
    if (days !== null) await this.show({ period: "custom", ...days });
  }

  /** Reads what Venice charged since the last time. */
  async sync(): Promise<AppError | null> {
    this.syncing = true;
    const answer = await platform.commands.syncSpend();
    this.syncing = false;
    if (answer.status === "error") return answer.error;
    this.status = answer.data;
    return null;
  }

  /** Writes the charges that are looked at to a file; its path, or null when the dialog was closed. */
  export(): Promise<Result<string | null>> {
    return platform.commands.exportSpend(allOf(this.filter));
  }

  keepChart(title: string, format: ChartFormat, content: string): Promise<Result<string | null>> {
    return platform.commands.saveChart(title, format, content);
  }

  /** Reads all of it again. Asked for while it reads, it reads once more afterwards. */
  async read(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#all();
      }
    } finally {
      this.#reading = false;
    }
  }

  /** What was chosen is another: what is being read is no longer wanted. */
  #anew(): Promise<void> {
    this.#run += 1;
    return this.read();
  }

  async #all(): Promise<void> {
    const run = this.#run;
    const commands = platform.commands;
    this.#read = this.pretend;
    this.loading = true;
    let failure: AppError | null = null;
    const take = async <T>(asked: Promise<Result<T>>, keep: (data: T) => void): Promise<void> => {
      const answer = await asked;
      if (run !== this.#run) return;
      if (answer.status === "ok") keep(answer.data);
      else failure ??= answer.error;
    };
    // The days that are looked at begin with today, which isn't known before.
    await take(commands.spendStatus(), (status) => (this.status = status));
    if (run !== this.#run) return;
    const filter = this.filter;
    // How fine the columns are depends on the first day there is.
    await take(commands.spendFacets(filter), (facets) => (this.facets = facets));
    if (run !== this.#run) return;
    const { by } = this;
    const step = this.#step();
    await Promise.all([
      take(commands.spendOverview(filter), (overview) => (this.overview = overview)),
      take(commands.spendSeries(filter, by, step), (series) => {
        this.series = series;
        this.drawnBy = by;
        this.drawnStep = step;
      }),
      take(commands.spendTopItems(filter), (top) => (this.top = top)),
      take(commands.spendUnitPrices(filter), (prices) => (this.prices = prices)),
    ]);
    if (run !== this.#run) return;
    this.loading = false;
    this.failure = failure;
  }

  #step(): SeriesStep {
    const step = this.span === null ? "day" : stepFor(this.span.from, this.span.to);
    // By key there are only sums of days.
    return step === "hour" && this.by === "key" ? "day" : step;
  }
}

export const spend = new Spend();
