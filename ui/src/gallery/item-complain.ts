import type { AppError } from "@/bindings";
import { notices } from "@/stores/notices.svelte";

export function complain(problem: AppError | null): void {
  if (problem !== null) notices.error(problem);
}
