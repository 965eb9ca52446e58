import { SvelteMap } from "svelte/reactivity";
import type { AppError, Picked } from "@/bindings";
import type { CallPrice, FileKind, FileRef, JsonValue, OperationView, With } from "@/console-contract";
import { platform, type Result } from "@/platform/platform";
import { app } from "./app.svelte";
import { Draft } from "./console-draft.svelte";
import { CallHistory } from "./console-history.svelte";
import { ModelChoices } from "./console-models.svelte";
import { Run } from "./console-run.svelte";
import { isObject } from "./console-shape";
import { joined } from "./console-values";
import { jobs } from "./jobs.svelte";
import { LivePrice } from "./live-price.svelte";

/** The forms are written down this long after the last change, in milliseconds. */
const KEEP = 500;
/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;
/** A form with more characters than this is not written down. */
const MOST_KEPT = 32_000;
/** All forms together have at most so many bytes: the largest go first. */
const MOST_KEPT_IN_ALL = 240_000;

type Priced = { operation: string; request: JsonValue; files: Record<string, FileRef> };

/** What is kept of the room from one start to the next. */
type Kept = {
  operation: string | null;
  listWidth: number;
  formWidth: number;
  drafts: Record<string, JsonValue>;
};
const USUAL: Kept = { operation: null, listWidth: 236, formWidth: 392, drafts: {} };

/**
 * What a price may depend on: unlike in the Image room any field may. But a film is quoted by the server, whatever its
 * words are, and too many quotes in a row would shut the account's gate.
 */
function bearing({ operation, request, files }: Priced): string {
  const wordless = operation === "queueVideo" && isObject(request);
  const asked = wordless ? { ...request, prompt: "", negative_prompt: "" } : request;
  return JSON.stringify([operation, asked, files]);
}

/** The Console room: the operations, a form for each, the calls made with them, and what came of these. */
export class Console {
  operations = $state.raw<readonly OperationView[]>([]);
  problem = $state.raw<AppError | null>(null);
  loaded = $state(false);
  selected = $state<string | null>(null);
  listWidth = $state(USUAL.listWidth);
  formWidth = $state(USUAL.formWidth);
  /** A click was made and its call isn't on its way yet. */
  sending = $state(false);
  /** Send it although nobody knows the price and a limit is set. Only ever set by the user, for this form. */
  acceptUnpriced = $state(false);

  readonly history = new CallHistory();
  readonly models = new ModelChoices();
  readonly price = new LivePrice<Priced, CallPrice>({
    read: ({ operation, request, files }) =>
      platform.commands.priceOperation(operation, request, Object.keys(files)),
    bearing,
  });

  readonly #drafts = new SvelteMap<string, Draft>();
  readonly #runs = new SvelteMap<string, Run>();
  readonly #underWay = new SvelteMap<string, Run>();

  readonly operation: OperationView | null = $derived(
    this.operations.find((one) => one.id === this.selected) ?? null,
  );
  readonly draft: Draft | null = $derived.by(() =>
    this.operation === null ? null : (this.#drafts.get(this.operation.id) ?? null),
  );
  /** What is shown beside the form: the last call of this operation, or one of the history. */
  readonly run: Run | null = $derived(
    this.selected === null ? null : (this.#runs.get(this.selected) ?? null),
  );
  /** The call of this operation that goes on; it may be another than the one that is shown. */
  readonly underWay: Run | null = $derived(
    this.selected === null ? null : (this.#underWay.get(this.selected) ?? null),
  );
  /** Whether what is in the form costs something: a charge, or a payment that it carries itself. */
  readonly costs: boolean = $derived.by(() => {
    if (this.operation === null || this.draft === null) return false;
    if (this.operation.paid) return true;
    const { request } = this.draft;
    const payment = isObject(request) ? request["paymentSignature"] : undefined;
    return typeof payment === "string" && payment !== "";
  });
  /** What the button's price is for; null where the form can't be sent or costs nothing. */
  readonly toPrice: Priced | null = $derived.by(() => {
    const { operation, draft } = this;
    if (operation === null || draft === null || !this.costs) return null;
    if (draft.isBroken || draft.problems.length > 0) return null;
    return { operation: operation.id, request: draft.request, files: draft.files };
  });

  #kept: Kept = USUAL;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quietUntil = 0;
  #reading: Promise<void> | null = null;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Reads the operations once, and takes the forms as they were left. */
  async load(): Promise<void> {
    if (this.loaded && this.problem === null) return;
    this.#reading ??= this.#load().finally(() => (this.#reading = null));
    await this.#reading;
  }

  async #load(): Promise<void> {
    const answer = await platform.commands.listOperations();
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.#kept = readKept(app.settings?.console_form ?? null);
    this.listWidth = this.#kept.listWidth;
    this.formWidth = this.#kept.formWidth;
    this.problem = null;
    this.#drafts.clear();
    this.operations = answer.data;
    this.loaded = true;
    const wanted = this.selected ?? this.#kept.operation ?? "createChatCompletion";
    this.select(answer.data.some((one) => one.id === wanted) ? wanted : (answer.data[0]?.id ?? wanted));
  }

  /** Shows an operation; before they are read, it is the one that will be shown. */
  select(id: string): void {
    if (this.selected !== id) {
      this.acceptUnpriced = false;
      // Another operation is another wish, not the second half of a double click.
      this.#quietUntil = 0;
    }
    this.selected = id;
    const operation = this.operations.find((one) => one.id === id);
    if (operation === undefined) return;
    if (!this.#drafts.has(id)) this.#drafts.set(id, this.#newDraft(operation, this.#kept.drafts[id]));
    this.#keepSoon();
  }

  #newDraft(operation: OperationView, value: JsonValue | undefined): Draft {
    const changed = (): void => {
      // Another form is another wish.
      this.#quietUntil = 0;
      this.acceptUnpriced = false;
      this.#keepSoon();
    };
    // It outlives the room, whose effect may be what asked for it.
    let draft: Draft | null = null;
    $effect.root(() => {
      draft = new Draft(operation, value, changed);
    });
    return draft ?? new Draft(operation, value, changed);
  }

  resize(widths: { list?: number; form?: number }): void {
    this.listWidth = widths.list ?? this.listWidth;
    this.formWidth = widths.form ?? this.formWidth;
    this.#keepSoon();
  }

  /**
   * Sends what is in the form, at the price that is shown. Nothing happens while something is missing, when the price
   * turns out to be another, or when this is the second half of a double click.
   */
  async send(): Promise<void> {
    const { operation, draft } = this;
    if (operation === null || draft === null || this.sending || this.underWay !== null) return;
    if (draft.isBroken || draft.problems.length > 0 || this.#now() < this.#quietUntil) return;
    this.sending = true;
    try {
      const { costs } = this;
      const expected = costs ? await this.#agreed() : null;
      if (costs && expected === null) return;
      this.#quietUntil = this.#now() + DOUBLE_CLICK;
      // The most that it can come to is no estimate of what it will.
      const estimate = this.price.value?.up_to === true ? null : expected?.amount;
      const run = new Run(operation.id, Date.now(), estimate ?? null);
      this.#runs.set(operation.id, run);
      this.#underWay.set(operation.id, run);
      void this.#follow(run, operation, draft, {
        files: draft.files,
        expected,
        accept_unpriced: this.acceptUnpriced,
      });
    } finally {
      this.sending = false;
    }
  }

  /** The price the user sees and the account that pays it, once both are sure; null where they aren't. */
  async #agreed(): Promise<Pick<CallPrice, "account" | "amount"> | null> {
    const shown = this.price.value;
    if (shown === null || this.toPrice === null) return null;
    await this.price.settle(this.toPrice);
    const price = this.price.value;
    if (price === null) return null;
    if (price.problem !== null && !(price.problem.code === "price_unknown" && this.acceptUnpriced))
      return null;
    if (price.account !== shown.account || price.amount?.amount !== shown.amount?.amount) return null;
    return { account: price.account, amount: price.amount };
  }

  async #follow(run: Run, operation: OperationView, draft: Draft, goesWith: With): Promise<void> {
    await run.ask(operation, draft.request, goesWith);
    if (this.#underWay.get(operation.id) === run) this.#underWay.delete(operation.id);
    // What the button said doesn't hold any more.
    if (run.problem?.code === "price_changed") this.price.again(this.toPrice);
    run.row = await this.history.rowOf(operation.id, run.call);
    if (this.history.loaded) await this.history.read(this.history.operation);
  }

  /** Calls off what is under way; what can't be called off is no longer waited for. */
  async cancel(): Promise<AppError | null> {
    const run = this.underWay;
    if (run === null) return null;
    if (run.job === null) {
      run.leave();
      this.#underWay.delete(run.operation);
      return null;
    }
    const answer = await jobs.cancel(run.job);
    return answer.status === "error" ? answer.error : null;
  }

  /** Shows a call of the history with its answer; `refill` also puts its request into the form. Sends nothing. */
  async open(id: string, refill: boolean): Promise<AppError | null> {
    const answer = await this.history.get(id);
    if (answer.status === "error") return answer.error;
    const record = answer.data;
    this.select(record.row.operation);
    this.#runs.set(record.row.operation, Run.of(record));
    if (refill) this.draft?.replace(joined(record.request, record.files));
    return null;
  }

  /** The last good answer of an operation, from this session or from the history. */
  async lastAnswer(operation: string): Promise<JsonValue | null> {
    const run = this.#runs.get(operation);
    if (run?.state === "answered" && run.answer !== undefined) return run.answer;
    const record = await this.history.newest(operation);
    return record === null ? null : (Run.of(record).answer ?? null);
  }

  pick(kind: FileKind): Promise<Result<Picked | null>> {
    return platform.commands.pickFile(kind);
  }

  paste(): Promise<Result<Picked | null>> {
    return platform.commands.pastePicture();
  }

  /** Puts a key that an answer named on the clipboard; the key itself never comes here. */
  async copySecret(storedAs: string): Promise<AppError | null> {
    const answer = await platform.commands.copySecret(storedAs);
    return answer.status === "error" ? answer.error : null;
  }

  #keepSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(), KEEP);
  }

  /** Writes the forms down now, if they changed. */
  keepNow(): void {
    if (this.#timer === undefined || !this.loaded) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const drafts = { ...this.#kept.drafts };
    for (const [id, draft] of this.#drafts) {
      const value = draft.kept();
      if (draft.isEmpty || JSON.stringify(value).length > MOST_KEPT) Reflect.deleteProperty(drafts, id);
      else drafts[id] = value;
    }
    const { selected, listWidth, formWidth } = this;
    this.#kept = { operation: selected, listWidth, formWidth, drafts: fitting(drafts) };
    app.change({ console_form: JSON.stringify(this.#kept) });
  }
}

/** The forms without the largest ones, where they are too many bytes together. */
function fitting(drafts: Record<string, JsonValue>): Record<string, JsonValue> {
  const sized = Object.entries(drafts).map(([id, value]) => {
    const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
    return { id, value, bytes };
  });
  sized.sort((a, b) => a.bytes - b.bytes);
  let sum = 0;
  return Object.fromEntries(
    sized.filter(({ bytes }) => (sum += bytes) <= MOST_KEPT_IN_ALL).map(({ id, value }) => [id, value]),
  );
}

/** Reads what was kept. Whatever doesn't fit, from an older version or a broken file, starts afresh. */
function readKept(kept: string | null): Kept {
  let value: JsonValue;
  try {
    value = kept === null ? null : (JSON.parse(kept) as JsonValue);
  } catch {
    return USUAL;
  }
  if (!isObject(value)) return USUAL;
  const width = (found: JsonValue | undefined, usual: number): number =>
    typeof found === "number" && found > 0 ? found : usual;
  return {
    operation: typeof value["operation"] === "string" ? value["operation"] : null,
    listWidth: width(value["listWidth"], USUAL.listWidth),
    formWidth: width(value["formWidth"], USUAL.formWidth),
    drafts: isObject(value["drafts"]) ? value["drafts"] : {},
  };
}

export const consoleRoom = new Console();
