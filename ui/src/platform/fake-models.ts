/** The Models room of the back end in memory. */
import type {
  Comparable,
  ModelChange,
  ModelChanges,
  ModelEntry,
  ModelMarks,
  ModelsPage,
  Purpose,
} from "@/bindings";
import { fakeError, usd } from "./fake-data";
import type { Commands, Result } from "./platform";

type ModelCommands = Pick<
  Commands,
  "modelsPage" | "modelChanges" | "markModelsSeen" | "favouriteModel" | "setDefaultModel" | "quoteModel"
>;

export type FakeModelsOptions = {
  readonly models?: readonly ModelEntry[];
  readonly changes?: readonly ModelChange[];
};

type Rest = {
  readonly account: () => { id: string; pretend: boolean };
  readonly now: () => Date;
  readonly options: FakeModelsOptions;
};

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}

export function fakeModel(id: string, over: Partial<ModelEntry> = {}): ModelEntry {
  return {
    id,
    name: id,
    kind: "text",
    purpose: "chat",
    description: null,
    privacy: "private",
    beta: false,
    uncensored: false,
    offline: false,
    traits: [],
    capabilities: [],
    context_tokens: null,
    most_written: null,
    prompt_limit: null,
    resolutions: [],
    aspect_ratios: [],
    durations: [],
    voices: 0,
    formats: [],
    quantization: null,
    dimensions: null,
    regions: [],
    source: null,
    added_at: "2026-06-01T00:00:00Z",
    retirement: null,
    price: null,
    is_quoted: false,
    prices: [],
    more_prices: false,
    ...over,
  };
}

function words(read: string, written: string, both: string): Comparable {
  return {
    amount: usd(both),
    unit: "thousand_words",
    read: usd(read),
    written: usd(written),
    assumed: { kind: "tokens", tokens: 1333 },
  };
}

function one(amount: string, over: Partial<Comparable>): Comparable {
  return {
    amount: usd(amount),
    unit: "picture",
    read: null,
    written: null,
    assumed: { kind: "nothing" },
    ...over,
  };
}

export const fakeModelEntries: readonly ModelEntry[] = [
  fakeModel("fake-glm", {
    name: "GLM 5.2",
    description: "A large model for long talks; it sees pictures and thinks before it speaks.",
    traits: ["default"],
    capabilities: ["vision", "reasoning", "tools", "structured", "web_search"],
    context_tokens: 131_072,
    most_written: 32_768,
    quantization: "fp8",
    source: "https://models.example/glm",
    added_at: "2026-09-14T00:00:00Z",
    price: words("0.00073315", "0.00353245", "0.0042656"),
    prices: [
      { part: "read", detail: null, amount: usd("0.55"), per: "million_tokens" },
      { part: "written", detail: null, amount: usd("2.65"), per: "million_tokens" },
      { part: "cache_read", detail: null, amount: usd("0.11"), per: "million_tokens" },
      { part: "long_read", detail: "200000", amount: usd("1.1"), per: "million_tokens" },
    ],
  }),
  fakeModel("fake-code", {
    name: "Canal Code",
    privacy: "anonymized",
    capabilities: ["tools", "code", "web_search"],
    context_tokens: 1_000_000,
    beta: true,
    price: words("0.003999", "0.019995", "0.023994"),
    prices: [
      { part: "read", detail: null, amount: usd("3"), per: "million_tokens" },
      { part: "written", detail: null, amount: usd("15"), per: "million_tokens" },
    ],
  }),
  fakeModel("fake-scribe", {
    name: "Old Scribe",
    uncensored: true,
    context_tokens: 32_000,
    added_at: "2025-02-03T00:00:00Z",
    retirement: { at: "2026-12-15T00:00:00Z", replacement: "fake-glm", by_itself: false },
    price: words("0.0002666", "0.0005332", "0.0007998"),
    prices: [
      { part: "read", detail: null, amount: usd("0.2"), per: "million_tokens" },
      { part: "written", detail: null, amount: usd("0.4"), per: "million_tokens" },
    ],
  }),
  fakeModel("fake-lagoon", {
    name: "Lagoon",
    kind: "image",
    purpose: "picture",
    traits: ["default"],
    price: one("0.01", {}),
    prices: [{ part: "making", detail: null, amount: usd("0.01"), per: "one" }],
  }),
  fakeModel("fake-lagoon-large", {
    name: "Lagoon Large",
    kind: "image",
    purpose: "picture",
    privacy: "anonymized",
    capabilities: ["style_references"],
    resolutions: ["1K", "2K"],
    price: one("0.04", { assumed: { kind: "tier", tier: "1K" } }),
    prices: [
      { part: "resolution", detail: "1K", amount: usd("0.04"), per: "one" },
      { part: "resolution", detail: "2K", amount: usd("0.09"), per: "one" },
    ],
  }),
  fakeModel("fake-burano", {
    name: "Burano",
    kind: "image",
    purpose: "picture",
    offline: true,
    more_prices: true,
  }),
  fakeModel("regatta-text", {
    name: "Regatta",
    kind: "video",
    purpose: "film_text",
    capabilities: ["sound"],
    resolutions: ["480p", "720p"],
    durations: ["5s", "10s"],
    is_quoted: true,
  }),
  fakeModel("regatta-upscale", { name: "Regatta Upscale", kind: "video", purpose: "film_upscale" }),
  fakeModel("barcarolle", {
    name: "Barcarolle",
    kind: "music",
    purpose: "music",
    capabilities: ["lyrics", "instrumental"],
    price: one("0.138", { unit: "minute" }),
    prices: [{ part: "second", detail: null, amount: usd("0.0023"), per: "second" }],
  }),
  fakeModel("fake-voice", {
    name: "Rialto Voice",
    kind: "tts",
    purpose: "speak",
    voices: 24,
    price: one("0.3", { unit: "thousand_words", assumed: { kind: "characters", characters: 6000 } }),
    prices: [{ part: "spoken", detail: null, amount: usd("50"), per: "million_characters" }],
  }),
  fakeModel("fake-vector", {
    name: "Vector",
    kind: "embedding",
    purpose: null,
    dimensions: 1024,
    price: one("0.00002666", { unit: "thousand_words", assumed: { kind: "tokens", tokens: 1333 } }),
    prices: [{ part: "read", detail: null, amount: usd("0.02"), per: "million_tokens" }],
  }),
];

const fakeModelChanges: readonly ModelChange[] = [
  {
    model: "fake-code",
    name: "Canal Code",
    kind: "text",
    change: "new",
    at: "2026-11-20T08:00:00Z",
    prices: [],
    retirement: null,
  },
  {
    model: "fake-lagoon-large",
    name: "Lagoon Large",
    kind: "image",
    change: "dearer",
    at: "2026-11-19T08:00:00Z",
    prices: [{ part: "resolution", detail: "2K", per: "one", before: usd("0.08"), after: usd("0.09") }],
    retirement: null,
  },
  {
    model: "fake-scribe",
    name: "Old Scribe",
    kind: "text",
    change: "retiring",
    at: "2026-11-18T08:00:00Z",
    prices: [],
    retirement: { at: "2026-12-15T00:00:00Z", replacement: "fake-glm", by_itself: false },
  },
  {
    model: "fake-torcello-1",
    name: "Torcello 1",
    kind: "image",
    change: "gone",
    at: "2026-11-18T08:00:00Z",
    prices: [],
    retirement: { at: "2026-11-18T00:00:00Z", replacement: "fake-lagoon", by_itself: true },
  },
];

export function fakeModelsRoom({ account, now, options }: Rest): ModelCommands {
  let entries = [...(options.models ?? fakeModelEntries)];
  let marks: ModelMarks = { favourites: ["barcarolle"], defaults: [] };
  let seen = false;
  let fetchedAt = "2026-11-21T08:00:00Z";

  const changes = (days: number | null): ModelChanges => ({
    since: days === null ? "2026-11-14T09:00:00Z" : "2026-10-22T09:00:00Z",
    changes: days === null && seen ? [] : [...(options.changes ?? fakeModelChanges)],
  });
  const page = (): ModelsPage => ({
    models: entries,
    marks,
    fetched_at: fetchedAt,
    pretend: account().pretend,
    account: account().id,
    problem: null,
  });

  return {
    modelsPage(refresh) {
      if (refresh) fetchedAt = now().toISOString();
      return ok(page());
    },
    modelChanges: (days) => ok(changes(days)),
    markModelsSeen() {
      seen = true;
      return ok(changes(null));
    },
    favouriteModel(id, on) {
      const others = marks.favourites.filter((other) => other !== id);
      marks = { ...marks, favourites: on ? [...others, id] : others };
      return ok(marks);
    },
    setDefaultModel(purpose: Purpose, model) {
      const others = marks.defaults.filter((entry) => entry.purpose !== purpose);
      marks = { ...marks, defaults: model === null ? others : [...others, { purpose, model }] };
      return ok(marks);
    },
    quoteModel(id) {
      const entry = entries.find((one) => one.id === id);
      if (entry === undefined) return Promise.resolve({ status: "error", error: fakeError("not_found") });
      if (!entry.is_quoted) return ok(null);
      const price = one("4.5", {
        unit: "minute",
        assumed: { kind: "film", seconds: 5, resolution: "720p", asked_at: now().toISOString() },
      });
      entries = entries.map((other) => (other.id === id ? { ...other, price } : other));
      return ok(price);
    },
  };
}
