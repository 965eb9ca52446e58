/** Reads a form as it was kept: values by name, whatever they turn out to be. */
type Loose = Readonly<Record<string, unknown>>;

function isLoose(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export class KeptForm {
  readonly #value: Loose;

  constructor(value: Loose) {
    this.#value = value;
  }

  /** What was kept as JSON; empty where that is broken, or nothing. */
  static read(json: string | null): KeptForm {
    try {
      const value: unknown = json === null ? null : JSON.parse(json);
      return new KeptForm(isLoose(value) ? value : {});
    } catch {
      return new KeptForm({});
    }
  }

  text(key: string): string | null {
    const found = this.#value[key];
    return typeof found === "string" ? found : null;
  }

  one<V extends string>(key: string, choices: readonly V[]): V | null {
    const found = this.text(key);
    return choices.find((choice) => choice === found) ?? null;
  }

  yes(key: string): boolean | null {
    const found = this.#value[key];
    return typeof found === "boolean" ? found : null;
  }

  number(key: string): number | null {
    const found = this.#value[key];
    return typeof found === "number" && Number.isFinite(found) ? found : null;
  }

  texts(key: string): readonly string[] {
    const found = this.#value[key];
    return Array.isArray(found) ? found.filter((entry) => typeof entry === "string") : [];
  }

  record(key: string): KeptForm {
    const found = this.#value[key];
    return new KeptForm(isLoose(found) ? found : {});
  }

  records(key: string): readonly KeptForm[] {
    const found = this.#value[key];
    return Array.isArray(found) ? found.filter(isLoose).map((entry) => new KeptForm(entry)) : [];
  }

  named(key: string): readonly (readonly [string, KeptForm])[] {
    const found = this.#value[key];
    if (!isLoose(found)) return [];
    return Object.entries(found).flatMap(([name, entry]) =>
      isLoose(entry) ? [[name, new KeptForm(entry)] as const] : [],
    );
  }
}
