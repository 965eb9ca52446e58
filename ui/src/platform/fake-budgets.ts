import type { AppEvent, Budget, BudgetOverview, BudgetState, Money } from "@/bindings";
import { fakeError } from "./fake-data";
import type { Commands, Result } from "./platform";

type BudgetCommands = Pick<Commands, "listBudgets" | "saveBudget" | "deleteBudget" | "budgetState">;

export type FakeBudgetOptions = {
  budgets?: readonly Budget[];
  /** What stands beside a budget's own amounts, by its id: nothing is taken where it isn't named. */
  taken?: Readonly<Record<string, Partial<BudgetState>>>;
  today?: readonly Money[];
};

type Rest = {
  readonly account: () => { id: string; pretend: boolean };
  readonly emit: (...events: AppEvent[]) => void;
  readonly options: FakeBudgetOptions;
};

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}

/** A budget with what is taken of it. */
export function fakeBudgetState(budget: Budget, over: Partial<BudgetState> = {}): BudgetState {
  const { currency } = budget.most;
  return {
    budget,
    spent: { amount: "0", currency },
    held: { amount: "0", currency },
    left: budget.most,
    spent_percent: 0,
    taken_percent: 0,
    since: null,
    until: null,
    ...over,
  };
}

/** Budgets in memory. */
export function fakeBudgets({ account, emit, options }: Rest): BudgetCommands {
  let list: Budget[] = [...(options.budgets ?? [])];
  let serial = 0;

  function overview(): BudgetOverview {
    const payer = account();
    const counting = list.filter(
      (budget) => budget.window !== "click" && (budget.account === null || budget.account === payer.id),
    );
    const states = counting.map((budget) => fakeBudgetState(budget, options.taken?.[budget.id]));
    return {
      account: payer.id,
      pretend: payer.pretend,
      today: [...(options.today ?? [])],
      budgets: states.sort((one, other) => other.taken_percent - one.taken_percent),
    };
  }
  function changed(): Promise<Result<Budget[]>> {
    emit({ type: "budgets", budgets: overview() });
    return ok(structuredClone(list));
  }

  return {
    listBudgets: () => ok(structuredClone(list)),
    saveBudget(budget) {
      if (Number(budget.most.amount) <= 0)
        return Promise.resolve({ status: "error", error: fakeError("field_invalid") });
      if (budget.id === "") list = [...list, { ...budget, id: `budget-${(serial += 1)}` }];
      else list = list.map((known) => (known.id === budget.id ? budget : known));
      return changed();
    },
    deleteBudget(id) {
      list = list.filter((budget) => budget.id !== id);
      return changed();
    },
    budgetState: () => ok(overview()),
  };
}
