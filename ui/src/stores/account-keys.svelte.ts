import type {
  AppError,
  KeyForm,
  KeyView,
  KeysView,
  LimitHit,
  LimitsView,
  NewKeyView,
  RotationView,
} from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { typedAmount } from "./sums";

/** The keys of one account, for whoever has an admin key. A key itself never comes here. */
export class AccountKeys {
  readonly account: string;
  view = $state.raw<KeysView | null>(null);
  problem = $state.raw<AppError | null>(null);
  loading = $state(false);
  /** What is being done to a key, by its id. */
  busy = $state.raw<string | null>(null);

  constructor(account: string) {
    this.account = account;
  }

  async read(): Promise<void> {
    this.loading = true;
    const answer = await platform.commands.accountKeys(this.account);
    this.loading = false;
    this.#take(answer);
  }

  async make(form: KeyForm): Promise<Result<NewKeyView>> {
    const answer = await platform.commands.makeKey(this.account, form);
    if (answer.status === "ok") await this.read();
    return answer;
  }

  async change(id: string, form: KeyForm): Promise<AppError | null> {
    const answer = await platform.commands.changeKey(this.account, id, form);
    if (answer.status === "error") return answer.error;
    const changed = answer.data;
    if (this.view) {
      const keys = this.view.keys.map((key) => (key.id === id ? changed : key));
      this.view = { ...this.view, keys };
    }
    return null;
  }

  async remove(id: string): Promise<AppError | null> {
    return this.#while(id, async () => {
      const answer = await platform.commands.removeKey(this.account, id);
      if (answer.status === "error") return answer.error;
      this.#take(answer);
      return null;
    });
  }

  /** Null when all is done; else how far it has come. */
  rotate(id: string): Promise<Result<RotationView | null>> {
    return this.#while(id, () => this.#stepped(platform.commands.rotateKey(this.account, id)));
  }

  goOn(rotation: RotationView, switched: boolean): Promise<Result<RotationView | null>> {
    return this.#while(rotation.old_key, () =>
      this.#stepped(platform.commands.goOnRotation(rotation.id, switched)),
    );
  }

  giveUp(rotation: RotationView): Promise<AppError | null> {
    return this.#while(rotation.old_key, async () => {
      const answer = await platform.commands.giveUpRotation(rotation.id);
      await this.read();
      return answer.status === "error" ? answer.error : null;
    });
  }

  /** Puts a key that was made here on the clipboard; the back end does it. */
  async copy(storedAs: string): Promise<AppError | null> {
    const answer = await platform.commands.copySecret(storedAs);
    return answer.status === "error" ? answer.error : null;
  }

  async #stepped(asked: Promise<Result<RotationView | null>>): Promise<Result<RotationView | null>> {
    const answer = await asked;
    await this.read();
    return answer;
  }

  async #while<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.busy = id;
    try {
      return await work();
    } finally {
      this.busy = null;
    }
  }

  #take(answer: Result<KeysView>): void {
    if (answer.status === "ok") {
      this.view = answer.data;
      this.problem = null;
    } else {
      this.problem = answer.error;
    }
  }
}

/** The form of a new key. */
export function newKeyForm(): KeyForm {
  return {
    kind: "inference",
    description: "",
    expires: null,
    limit_usd: "",
    limit_diem: "",
    period: "MONTH",
    privacy: "ALL",
  };
}

/** The form of a key as it is. Its end is left alone until it is changed. */
export function formOf(key: KeyView): KeyForm {
  return {
    kind: key.kind === "ADMIN" ? "admin" : "inference",
    description: key.description,
    expires: null,
    limit_usd: key.limits.usd ?? "",
    limit_diem: key.limits.diem ?? "",
    period: key.limits.period,
    privacy: key.privacy,
  };
}

/** A limit as it is sent, with a point; null where it is none. Empty is no limit. */
export function limitText(typed: string): string | null {
  if (typed.trim() === "") return "";
  const amount = typedAmount(typed);
  return amount !== null && /^\d{1,10}(\.\d{1,12})?$/.test(amount) ? amount : null;
}

/** How often an account may ask, and where it ran into that. */
export class AccountRates {
  readonly account: string;
  limits = $state.raw<LimitsView | null>(null);
  hits = $state.raw<readonly LimitHit[] | null>(null);
  problem = $state.raw<AppError | null>(null);
  hitsProblem = $state.raw<AppError | null>(null);
  loading = $state(false);

  constructor(account: string) {
    this.account = account;
  }

  /** `log`: the account has an admin key, so that its log can be read. */
  async read(log: boolean): Promise<void> {
    this.loading = true;
    const [limits, hits] = await Promise.all([
      platform.commands.accountLimits(this.account),
      log ? platform.commands.limitHits(this.account) : null,
    ]);
    this.loading = false;
    this.problem = limits.status === "error" ? limits.error : null;
    if (limits.status === "ok") this.limits = limits.data;
    this.hitsProblem = hits?.status === "error" ? hits.error : null;
    if (hits?.status === "ok") this.hits = hits.data;
  }
}
