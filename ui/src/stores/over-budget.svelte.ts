import type { AppError, Expected } from "@/bindings";
import type { Result } from "@/platform/platform";

type Asked = { readonly problem: AppError; readonly answer: (yes: boolean) => void };

/** Asks whether to go over a budget that asks, and sends the same once more where the user agrees. */
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
    return this.asking((agreed) => send(agreed ? { ...expected, over_budget: true } : expected));
  }

  /** The same for what names no price. Without consent it ends as what the user has called off. */
  async asking<T>(send: (agreed: boolean) => Promise<Result<T>>): Promise<Result<T>> {
    const answer = await send(false);
    if (answer.status === "ok" || answer.error.code !== "budget_asks") return answer;
    if (await this.#ask(answer.error)) return send(true);
    return { status: "error", error: { ...answer.error, code: "cancelled", retryable: false } };
  }

  #ask(problem: AppError): Promise<boolean> {
    return new Promise((answer) => {
      this.#line = [...this.#line, { problem, answer }];
    });
  }
}

export const overBudget = new OverBudget();
