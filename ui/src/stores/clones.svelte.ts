import type {
  AppError,
  CloneRequest,
  CloneView,
  Expected,
  ItemView,
  SpeechModel,
  TextEstimate,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { priceChanged } from "./chat-ask";
import { events } from "./events";
import { items } from "./items.svelte";
import { EVERYTHING } from "./library-query";
import { LivePrice } from "./live-price.svelte";
import { notices } from "./notices.svelte";
import { overBudget } from "./over-budget.svelte";

/** Two clicks within this time, in milliseconds, are one wish. */
const DOUBLE_CLICK = 600;
/** The sounds that are offered as samples at once. */
const OFFERED = 60;

export type CloneFields = {
  readonly sample: string | null;
  /** The part of the sample, in milliseconds; null = from its beginning, to its end. */
  readonly from: number | null;
  readonly to: number | null;
  readonly model: string | null;
  readonly name: string;
  readonly consent: boolean;
};

const EMPTY_CLONE: CloneFields = {
  sample: null,
  from: null,
  to: null,
  model: null,
  name: "",
  consent: false,
};

/** How near a voice is to its end. */
export type Ending =
  | { readonly kind: "kept" }
  | { readonly kind: "ended" }
  | { readonly kind: "days" | "hours" | "minutes"; readonly count: number; readonly soon: boolean };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function endingOf(clone: CloneView, now: number): Ending {
  if (clone.ends_at === null) return { kind: "kept" };
  const left = Date.parse(clone.ends_at) - now;
  if (left <= 0) return { kind: "ended" };
  // A week that has just begun is a week, not six days.
  if (left >= 2 * DAY) return { kind: "days", count: Math.round(left / DAY), soon: false };
  if (left >= 2 * HOUR) return { kind: "hours", count: Math.floor(left / HOUR), soon: left < DAY };
  return { kind: "minutes", count: Math.max(1, Math.floor(left / MINUTE)), soon: true };
}

/** Cloned voices: the shelf, and making one. */
export class Clones {
  list = $state.raw<readonly CloneView[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** The statement was accepted before; it is asked for until it was. */
  consented = $state(false);
  fields = $state.raw<CloneFields>(EMPTY_CLONE);
  /** The sounds of the Library that match what was typed. */
  samples = $state.raw<readonly ItemView[]>([]);
  sought = $state("");
  making = $state(false);
  /** Its price isn't known, and it is to be made all the same. Only ever set by the user, for this one. */
  acceptUnpriced = $state(false);
  /** The clone that is being made anew. */
  renewing = $state<string | null>(null);

  readonly estimate = new LivePrice<CloneRequest, TextEstimate>({
    read: (request) => platform.commands.estimateClone(request),
    bearing: (request) => `${request.model} ${request.sample}`,
    asked: (request) => JSON.stringify({ ...request, name: "", consent: true }),
  });
  readonly sample: ItemView | null = $derived(
    this.fields.sample === null ? null : items.get(this.fields.sample),
  );

  #stop: (() => void) | null = null;
  #run = 0;
  #seek = 0;
  #quietUntil = 0;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async start(): Promise<void> {
    this.#stop ??= events.on("clones", () => void this.read());
    await this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.estimate.stop();
  }

  async read(): Promise<void> {
    const run = ++this.#run;
    const [list, consented] = await Promise.all([
      platform.commands.listClones(),
      platform.commands.cloneConsent(),
    ]);
    if (run !== this.#run) return;
    if (consented.status === "ok") this.consented = consented.data;
    if (list.status === "error") {
      this.problem = list.error;
      return;
    }
    this.problem = null;
    this.loaded = true;
    this.list = list.data;
    void items.ensure(list.data.flatMap((clone) => clone.sample ?? []));
  }

  /** The clone a voice stands for. */
  get(id: string | null): CloneView | null {
    return this.list.find((clone) => clone.id === id) ?? null;
  }

  change(patch: Partial<CloneFields>): void {
    const other = patch.sample !== undefined && patch.sample !== this.fields.sample;
    this.fields = { ...this.fields, ...(other ? { from: null, to: null } : {}), ...patch };
  }

  /** Starts a new one, of this sound when one is given. */
  begin(sample: string | null = null): void {
    this.fields = { ...EMPTY_CLONE, sample };
    this.acceptUnpriced = false;
    if (sample !== null) void items.ensure([sample]);
    void this.seek("");
  }

  /** The sounds of the Library in which these words are. */
  async seek(text: string): Promise<void> {
    this.sought = text;
    const run = ++this.#seek;
    const answer = await platform.commands.libraryPage({
      ...EVERYTHING,
      kind: "sound",
      text: text.trim() === "" ? null : text.trim(),
      cursor: null,
      limit: OFFERED,
    });
    if (run !== this.#seek) return;
    if (answer.status === "error") {
      // Those that match other words are no answer to these.
      this.samples = [];
      notices.error(answer.error);
      return;
    }
    items.keep(answer.data.items);
    this.samples = answer.data.items;
  }

  /** The request the fields stand for, with this model; null while there is no sample. */
  requestFor(model: SpeechModel | null): CloneRequest | null {
    const { sample, from, to, name, consent } = this.fields;
    if (sample === null || model === null) return null;
    return {
      sample,
      from_ms: from,
      to_ms: to,
      model: model.id,
      name: name.trim(),
      consent: consent || this.consented,
    };
  }

  /** Whether this stands in the way of making it. */
  isRefused(problem: AppError | null): boolean {
    return problem !== null && !(problem.code === "price_unknown" && this.acceptUnpriced);
  }

  /** Makes it, at the price that is shown. null when something is missing. */
  async make(model: SpeechModel | null): Promise<Result<CloneView> | null> {
    const request = this.requestFor(model);
    const shown = this.estimate.value;
    if (this.making || request === null || shown === null || request.name === "" || !request.consent)
      return null;
    if (this.#now() < this.#quietUntil) return null;
    this.making = true;
    try {
      await this.estimate.settle(request);
      const now = this.estimate.value;
      if (now === null || this.isRefused(now.problem)) return null;
      // Nobody pays a price that wasn't on the button, nor with the second of two clicks one that has just come there.
      if (now.account !== shown.account || now.amount?.amount !== shown.amount?.amount) {
        this.#quietUntil = this.#now() + DOUBLE_CLICK;
        return { status: "error", error: priceChanged };
      }
      const answer = await overBudget.at({ account: now.account, amount: now.amount }, (agreed) =>
        platform.commands.makeClone(request, agreed, this.acceptUnpriced),
      );
      if (answer.status === "ok") {
        this.consented = true;
        this.fields = EMPTY_CLONE;
        this.acceptUnpriced = false;
        await this.read();
      } else if (answer.error.code === "price_changed") {
        // The button says what it is now.
        this.estimate.again(request);
      }
      return answer;
    } finally {
      this.making = false;
    }
  }

  /** Makes one anew from its kept sample. "busy" where that is being done, or was just done: a second click is no second wish. */
  async renew(id: string, expected: Expected, acceptUnpriced: boolean): Promise<AppError | "busy" | null> {
    if (this.renewing !== null || this.#now() < this.#quietUntil) return "busy";
    this.renewing = id;
    try {
      const answer = await overBudget.at(expected, (agreed) =>
        platform.commands.renewClone(id, agreed, acceptUnpriced),
      );
      // Until its new end is shown nobody can know that it was made anew.
      const problem = await this.#changed(answer);
      if (problem === null) this.#quietUntil = this.#now() + DOUBLE_CLICK;
      return problem;
    } finally {
      this.renewing = null;
    }
  }

  async rename(id: string, name: string): Promise<AppError | null> {
    return this.#changed(await platform.commands.renameClone(id, name.trim()));
  }

  async forget(id: string): Promise<AppError | null> {
    return this.#changed(await platform.commands.forgetClone(id));
  }

  async #changed(answer: Result<unknown>): Promise<AppError | null> {
    await this.read();
    return answer.status === "error" ? answer.error : null;
  }
}

export const clones = new Clones();
