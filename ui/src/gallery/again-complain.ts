import type { AppError } from "@/bindings";
import { quotedAgain } from "@/stores/quoted-again.svelte";
import { complain } from "./item-complain";

/** What went wrong after the question was put away is said all the same; before, it stands in the question. */
export function complainUnseen(problem: AppError | null): void {
  if (quotedAgain.asked === null) complain(problem);
}
