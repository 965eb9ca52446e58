import type { AppError, Budget, BudgetAlert, BudgetOverview, BudgetState } from "@/bindings";
import { t, type WordKey } from "@/i18n/index.svelte";
import { money } from "@/i18n/money";
import { platform, type Result } from "@/platform/platform";
import { eachDay } from "./clock.svelte";
import { events } from "./events";
import { notices } from "./notices.svelte";
import { route } from "./route.svelte";

type NewsKey = Extract<WordKey, `budget.${"half" | "nearly" | "all"}${"Day" | "Month" | "Always"}`>;

const news: Readonly<Record<"day" | "month" | "always", readonly [NewsKey, NewsKey, NewsKey]>> = {
  day: ["budget.halfDay", "budget.nearlyDay", "budget.allDay"],
  month: ["budget.halfMonth", "budget.nearlyMonth", "budget.allMonth"],
  always: ["budget.halfAlways", "budget.nearlyAlways", "budget.allAlways"],
};

/** What may be spent, and what is taken of it; all sums are done in the back end. */
export class Budgets {
  /** All there are; null until they are read. */
  list = $state.raw<readonly Budget[] | null>(null);
  /** Those of the account that pays now; null until they are read. */
  now = $state.raw<BudgetOverview | null>(null);
  /** The one that may run out first. */
  readonly nearest: BudgetState | null = $derived(this.now?.budgets[0] ?? null);

  #stops: (() => void)[] = [];

  /** Reads what is taken and follows it from then on. */
  async start(): Promise<void> {
    if (this.#stops.length > 0) return;
    this.#stops = [
      events.on("budgets", (batch) => (this.now = batch.at(-1)?.budgets ?? this.now)),
      events.on("budget_alert", (batch) => batch.forEach(({ alert }) => this.#warn(alert))),
      events.on("accounts", (batch) => {
        const payer = batch.at(-1)?.accounts.find((account) => account.selected);
        if (payer !== undefined && payer.id !== this.now?.account) void this.#look();
      }),
      // Days and months begin anew without anything being spent.
      eachDay(() => void this.#look()),
    ];
    await this.#look();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.list = null;
    this.now = null;
  }

  async read(): Promise<AppError | null> {
    return this.#taken(await platform.commands.listBudgets());
  }

  async save(budget: Budget): Promise<AppError | null> {
    return this.#taken(await platform.commands.saveBudget(budget));
  }

  async remove(id: string): Promise<AppError | null> {
    return this.#taken(await platform.commands.deleteBudget(id));
  }

  /** What is taken of a budget, where it is one of the account that pays now. */
  stateOf(id: string): BudgetState | null {
    return this.now?.budgets.find((state) => state.budget.id === id) ?? null;
  }

  async #look(): Promise<void> {
    const answer = await platform.commands.budgetState();
    // What can't be read is not shown; what is spent is guarded all the same.
    if (answer.status === "ok") this.now = answer.data;
  }

  #taken(answer: Result<Budget[]>): AppError | null {
    if (answer.status === "error") return answer.error;
    this.list = answer.data;
    void this.#look();
    return null;
  }

  #warn({ budget, level, pretend }: BudgetAlert): void {
    if (budget.window === "click") return;
    const key = news[budget.window][level >= 100 ? 2 : level >= 80 ? 1 : 0];
    const words = t(key, { most: money(budget.most) });
    notices.info(pretend ? t("budget.pretendNews", { words }) : words, {
      label: t("budget.showSpend"),
      run: () => route.go("spend"),
    });
  }
}

export const budgets = new Budgets();
