import type {
  AppError,
  ChargeCandidate,
  ChargeGroup,
  ChargeGrouping,
  ChargeQuery,
  ChargeSort,
  ChargeView,
  LedgerMoney,
  SpendFilter,
  SpendNote,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { allOf } from "./spend-filter";

const PAGE = 200;
/** The most the back end hands out at once. */
const MOST = 500;
/** When all is read again, so many rows at most; those below come as one scrolls. */
const READ_AGAIN = 2_000;

/** What was charged meanwhile has moved the others on: the last of a page may be the first of the next once more. */
function joined<Row extends { readonly id: string }>(list: readonly Row[], next: readonly Row[]): Row[] {
  const known = new Set(list.map((row) => row.id));
  return [...list, ...next.filter((row) => !known.has(row.id))];
}

/** The table of charges, or of groups of them, a page at a time. */
export class SpendCharges {
  text = $state("");
  sort = $state<ChargeSort>("newest");
  grouping = $state<ChargeGrouping | null>(null);
  /** The group whose charges are shown; null with a grouping = the groups. */
  group = $state.raw<ChargeGroup | null>(null);

  list = $state.raw<readonly ChargeView[]>([]);
  groups = $state.raw<readonly ChargeGroup[]>([]);
  total = $state(0);
  spent = $state.raw<readonly LedgerMoney[]>([]);
  notes = $state.raw<readonly SpendNote[]>([]);
  loading = $state(false);
  loaded = $state(false);
  failure = $state.raw<AppError | null>(null);
  readonly showsGroups: boolean = $derived(this.grouping !== null && this.group === null);
  /** How far the table was read, by the back end's count: what came twice is here only once. */
  #reached = $state(0);
  readonly more: boolean = $derived(this.#reached < this.total);

  #filter: SpendFilter | null = null;
  #key = "";
  /** Which table is read: an answer to another question is no longer wanted. */
  #run = 0;

  /** Shows these. The same ones are read again as far as they were. */
  async of(filter: SpendFilter): Promise<void> {
    const key = JSON.stringify(filter);
    const rows = key === this.#key ? (this.showsGroups ? this.groups : this.list).length : 0;
    if (key !== this.#key) this.group = null;
    this.#filter = filter;
    this.#key = key;
    await this.#anew(Math.min(READ_AGAIN, Math.max(PAGE, rows)));
  }

  /** Reads it again when charges came or were matched, until the answer is called. */
  follow(): () => void {
    return events.on("spend_changed", () => {
      if (this.#filter !== null) void this.of(this.#filter);
    });
  }

  async search(text: string): Promise<void> {
    this.text = text;
    await this.#anew();
  }

  async sortBy(sort: ChargeSort): Promise<void> {
    this.sort = sort;
    await this.#anew();
  }

  async groupBy(grouping: ChargeGrouping | null): Promise<void> {
    this.grouping = grouping;
    this.group = null;
    await this.#anew();
  }

  async open(group: ChargeGroup | null): Promise<void> {
    this.group = group;
    await this.#anew();
  }

  /** Reads on. */
  async read(): Promise<void> {
    if (this.loading || !this.more || this.#filter === null) return;
    await this.#pages(this.#run, this.#reached, this.#reached + PAGE);
  }

  /** Writes all that the table is of to a file, also what isn't read yet; its path, or null when the dialog was closed. */
  async export(): Promise<Result<string | null>> {
    if (this.#filter === null) return { status: "ok", data: null };
    return platform.commands.exportSpend(this.#query(this.#filter));
  }

  /** The work a charge may be for. */
  candidates(charge: string): Promise<Result<ChargeCandidate[]>> {
    return platform.commands.chargeCandidates(charge);
  }

  /** The user's word for what a charge is for; null = for nothing of ours. */
  async match(charge: string, job: string | null): Promise<AppError | null> {
    const answer = await platform.commands.matchCharge(charge, job);
    if (answer.status === "error") return answer.error;
    this.list = this.list.map((one) => (one.id === charge ? answer.data : one));
    return null;
  }

  /** What the table shows, apart from how far it is read. */
  #query(filter: SpendFilter): ChargeQuery {
    return {
      ...allOf(filter),
      text: this.text.trim() === "" ? null : this.text.trim(),
      sort: this.sort,
      grouping: this.grouping,
      group: this.group?.id ?? null,
    };
  }

  #anew(rows = PAGE): Promise<void> {
    this.#run += 1;
    return this.#pages(this.#run, 0, rows);
  }

  /** Reads the rows from one place to another; the first page takes the place of all that was shown. */
  async #pages(run: number, from: number, to: number): Promise<void> {
    if (this.#filter === null) return;
    this.loading = true;
    this.failure = null;
    for (let offset = from; offset < to;) {
      const limit = Math.min(MOST, to - offset);
      const answer = await platform.commands.spendCharges({ ...this.#query(this.#filter), offset, limit });
      if (run !== this.#run) return;
      if (answer.status === "error") {
        this.failure = answer.error;
        break;
      }
      const { charges, groups, total, spent, notes } = answer.data;
      this.list = offset === 0 ? charges : joined(this.list, charges);
      this.groups = offset === 0 ? groups : joined(this.groups, groups);
      this.total = total;
      this.spent = spent;
      this.notes = notes;
      offset += limit;
      this.#reached = offset;
      if (offset >= total) break;
    }
    this.loading = false;
    this.loaded = true;
  }
}

export const spendCharges = new SpendCharges();
