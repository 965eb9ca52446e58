import type { AppError } from "@/bindings";
import type { CallRecord, CallRow } from "@/console-contract";
import { platform, type Result } from "@/platform/platform";

const PAGE = 30;

/** Calls that were made by hand, newest first, a page at a time. */
export class CallHistory {
  list = $state.raw<readonly CallRow[]>([]);
  /** Only those of this operation; null for all. */
  operation = $state<string | null>(null);
  loading = $state(false);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  more = $state(false);

  #next: string | null = null;
  #run = 0;

  /** Reads the newest calls of an operation, or of all. */
  async read(operation: string | null): Promise<void> {
    if (operation !== this.operation) {
      this.list = [];
      this.loaded = false;
    }
    this.operation = operation;
    this.#next = null;
    await this.#page([]);
  }

  async readMore(): Promise<void> {
    if (this.loading || !this.more) return;
    await this.#page(this.list);
  }

  async #page(before: readonly CallRow[]): Promise<void> {
    const run = ++this.#run;
    this.loading = true;
    const answer = await platform.commands.listCalls(this.operation, this.#next, PAGE);
    if (run !== this.#run) return;
    this.loading = false;
    this.loaded = true;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.problem = null;
    const known = new Set(before.map((row) => row.id));
    this.list = [...before, ...answer.data.calls.filter((row) => !known.has(row.id))];
    this.#next = answer.data.next;
    this.more = answer.data.next !== null;
  }

  /** The line of a call that has just ended; null for one that was refused before it was a call. */
  async rowOf(operation: string, call: string | null): Promise<CallRow | null> {
    if (call === null) return null;
    const page = await platform.commands.listCalls(operation, null, 5);
    if (page.status === "error") return null;
    return page.data.calls.find((row) => row.id === call) ?? null;
  }

  get(id: string): Promise<Result<CallRecord>> {
    return platform.commands.getCall(id);
  }

  /** The newest good call of an operation, with its answer; null when there is none. */
  async newest(operation: string): Promise<CallRecord | null> {
    const page = await platform.commands.listCalls(operation, null, 5);
    if (page.status === "error") return null;
    const good = page.data.calls.find((row) => row.error === null && row.status !== null);
    if (good === undefined) return null;
    const record = await platform.commands.getCall(good.id);
    return record.status === "ok" ? record.data : null;
  }

  /** Forgets some calls, or all of them. What they made stays in the library. */
  async forget(ids: readonly string[] | null): Promise<AppError | null> {
    const answer = await platform.commands.forgetCalls(ids === null ? null : [...ids]);
    if (answer.status === "error") return answer.error;
    const gone = new Set(ids);
    this.list = ids === null ? [] : this.list.filter((row) => !gone.has(row.id));
    if (ids === null) this.more = false;
    return null;
  }
}
