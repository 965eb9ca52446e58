import type { AppError, Expected } from "@/bindings";
import type { Result } from "@/platform/platform";

type Asked = { readonly problem: AppError; readonly answer: (yes: boolean) => void };

/** What a budget says of itself, by name. */
export type AskingBudget = AppError["params"];

/** The budgets that a question is about: all that would be passed at once. */
export function askingBudgets(problem: AppError): readonly AskingBudget[] {
  const { others, ...first } = problem.params;
  return [first, ...(others === undefined ? [] : (JSON.parse(others) as AskingBudget[]))];
}

/** Asks whether to go over budgets that ask, and sends the same once more where the user agrees to those that were shown. */
export class OverBudget {
  #line = $state.raw<readonly Asked[]>([]);
  /** What is asked about; several are asked about one after the other. */
  readonly problem: AppError | null = $derived(this.#line[0]?.problem ?? null);

  /** The user's word on what is asked about. */
  decide(yes: boolean): void {
    const [asked, ...rest] = this.#line;
    this.#line = rest;
    asked?.answer(yes);
  }

  /** Sends something at the price the button said, once more with the user's consent where it takes that. */
  at<T>(expected: Expected, send: (expected: Expected) => Promise<Result<T>>): Promise<Result<T>> {
    return this.asking((agreed) =>
      send(agreed.length === 0 ? expected : { ...expected, over_budgets: agreed }),
    );
  }

  /**
   * The same for what names no price: it is told the budgets that the user agrees to go over. One that wasn't shown asks anew.
   * Without consent it ends as what the user has called off.
   */
  async asking<T>(send: (agreed: string[]) => Promise<Result<T>>): Promise<Result<T>> {
    const agreed = new Set<string>();
    for (;;) {
      const answer = await send([...agreed]);
      if (answer.status === "ok" || answer.error.code !== "budget_asks") return answer;
      const asked = askingBudgets(answer.error).flatMap(({ budget }) =>
        budget === undefined ? [] : [budget],
      );
      // What was agreed to already isn't asked about for ever.
      if (asked.every((budget) => agreed.has(budget))) return answer;
      if (!(await this.#ask(answer.error))) {
        return { status: "error", error: { ...answer.error, code: "cancelled", retryable: false } };
      }
      for (const budget of asked) agreed.add(budget);
    }
  }

  #ask(problem: AppError): Promise<boolean> {
    return new Promise((answer) => {
      this.#line = [...this.#line, { problem, answer }];
    });
  }
}

export const overBudget = new OverBudget();
