import { untrack } from "svelte";
import type { AppError } from "@/bindings";
import { explain, type Remedy, type Severity } from "@/errors/table";

export type NoticeAction = { label: string; run: () => void };
export type Notice = {
  id: number;
  severity: Severity | "success";
  text: string;
  detail: string | null;
  remedy: Remedy;
  action: NoticeAction | null;
};

/** Short messages that pass: the frame shows them in a corner and takes them away. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  #next = 1;

  #add(notice: Omit<Notice, "id">): number {
    const id = this.#next++;
    // An effect that gives notice doesn't wait for others. What is said again, by many jobs for instance, is said once.
    const others = untrack(() => this.list).filter(
      (known) => known.action !== null || known.text !== notice.text || known.detail !== notice.detail,
    );
    this.list = [...others, { id, ...notice }];
    return id;
  }

  /** Says what an error means. `again` is offered where trying again can help. */
  error(problem: AppError, again?: NoticeAction): number | null {
    // Stopping something by hand is its own news.
    if (problem.code === "cancelled") return null;
    const { severity, what, advice, remedy } = explain(problem);
    const action = remedy === "again" ? (again ?? null) : null;
    return this.#add({ severity, text: what, detail: advice, remedy, action });
  }

  success(text: string, action?: NoticeAction): number {
    return this.#add({ severity: "success", text, detail: null, remedy: "none", action: action ?? null });
  }

  info(text: string, action?: NoticeAction): number {
    return this.#add({ severity: "info", text, detail: null, remedy: "none", action: action ?? null });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
