import type { AppError, Estimate, ItemView, PictureRequest } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { jobs, type JobAnswer } from "./jobs.svelte";
import { LARGEST_SEED } from "./pictures-form";

/** The same once more, or with another seed. */
export type How = "again" | "vary";

export type Asked = {
  readonly item: ItemView;
  readonly how: How;
  readonly request: PictureRequest;
  readonly estimate: Estimate;
};

/** What reading a recipe can end in: there it is, there is none, or it can't be read. */
export type RecipeAnswer = Result<PictureRequest | null>;

/** The request that made an item. */
export async function recipeOf(item: string): Promise<RecipeAnswer> {
  const answer = await platform.commands.getItem(item);
  return answer.status === "error" ? answer : { status: "ok", data: answer.data.request };
}

/** Makes a picture again without touching the form. What costs something is asked for first, with its price. */
export class Again {
  /** What waits for the user's word. */
  asked = $state.raw<Asked | null>(null);
  sending = $state(false);
  readonly #random: () => number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * Prices it; what is free is sent at once. Answers null when all went well so far, "unknown" without a recipe, and
   * "asking" while another one waits for the user's word: a question that stands never changes what it is about.
   */
  begin(item: ItemView, how: How): Promise<AppError | "unknown" | "asking" | null> {
    const turn = this.#turn.then(() => this.#begin(item, how));
    this.#turn = turn;
    return turn;
  }

  async #begin(item: ItemView, how: How): Promise<AppError | "unknown" | "asking" | null> {
    if (this.asked !== null) return "asking";
    const recipe = await recipeOf(item.id);
    if (recipe.status === "error") return recipe.error;
    if (recipe.data === null) return "unknown";
    const request = this.#requestOf(recipe.data, item, how);
    const answer = await platform.commands.estimatePicture(request);
    if (answer.status === "error") return answer.error;
    if (answer.data.problem !== null) return answer.data.problem;
    this.asked = { item, how, request, estimate: answer.data };
    if (!answer.data.pretend) return null;
    const sent = await this.send();
    return sent?.status === "error" ? sent.error : null;
  }

  /** Sends what was asked for, at the price that was shown; null when nothing was asked for. */
  async send(): Promise<JobAnswer | null> {
    const { asked } = this;
    if (asked === null || this.sending) return null;
    this.sending = true;
    try {
      const { account, amount } = asked.estimate;
      return await jobs.send(asked.request, { account, amount });
    } finally {
      this.sending = false;
      this.asked = null;
    }
  }

  leave(): void {
    this.asked = null;
  }

  /** One picture is what it is about, though it may have been one of several. */
  #requestOf(recipe: PictureRequest, item: ItemView, how: How): PictureRequest {
    if (recipe.kind !== "make") return recipe;
    const seed = how === "again" ? (item.seed ?? recipe.seed) : 1 + Math.floor(this.#random() * LARGEST_SEED);
    return { ...recipe, variants: 1, seed };
  }
}

export const again = new Again();
