import type {
  AccountView,
  AppError,
  AppState,
  ItemView,
  JobView,
  ModelView,
  PictureModels,
  Settings,
} from "@/bindings";

export function usd(amount: string): { amount: string; currency: "usd" } {
  return { amount, currency: "usd" };
}

export function fakeError(code: string, over: Partial<AppError> = {}): AppError {
  return {
    code,
    message: code,
    hint: null,
    retryable: false,
    operation: null,
    request_id: null,
    params: {},
    ...over,
  };
}

export const fakeSettings: Settings = {
  theme: "system",
  language: "system",
  last_room: "image",
  welcome_done: false,
  per_click_limit_usd: null,
  form_width: 318,
  details_width: 300,
  details_open: false,
  chat_list_width: 240,
  chat_settings_width: 300,
  chat_settings_open: false,
  library_boards_width: 200,
  library_boards_open: true,
  library_advance: false,
  image_form: null,
  film_form: null,
  music_form: null,
  transcribe_form: null,
  console_form: null,
  record_device: null,
  notify: true,
  clear_at_provider: true,
};

export const sandboxAccount: AccountView = {
  id: "sandbox",
  kind: "sandbox",
  name: "Sandbox",
  ends_with: null,
  selected: true,
  pretend: true,
  key: "not_needed",
  wallet: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  chain: "base",
  backed_up: true,
  key_kind: null,
  admin: true,
  admin_ends_with: null,
  balances: [usd("24.83")],
  balance_at: "2026-11-21T14:30:00Z",
};

export const keyAccount: AccountView = {
  id: "key-1",
  kind: "key",
  name: "Studio on the Zattere",
  ends_with: "x7Qp",
  selected: false,
  pretend: false,
  key: "present",
  wallet: null,
  chain: null,
  backed_up: true,
  key_kind: "inference",
  admin: true,
  admin_ends_with: "3f9c1e",
  balances: [usd("41.87"), { amount: "6.20", currency: "diem" }],
  balance_at: "2026-11-21T14:28:00Z",
};

export const walletAccount: AccountView = {
  id: "wallet-1",
  kind: "wallet",
  name: "Base wallet",
  ends_with: null,
  selected: false,
  pretend: false,
  key: "present",
  wallet: "0xA1b2C3d4E5f60718293a4B5c6D7e8F9012345678",
  chain: "base",
  backed_up: true,
  key_kind: null,
  admin: false,
  admin_ends_with: null,
  balances: [usd("9.99")],
  balance_at: "2026-11-22T08:12:00Z",
};

function model(id: string, name: string, over: Partial<ModelView>): ModelView {
  return {
    id,
    name,
    use_for: "make",
    description: null,
    privacy: "private",
    beta: false,
    offline: false,
    uncensored: false,
    traits: [],
    from_price: usd("0.01"),
    prompt_limit: 1500,
    size_divisor: 8,
    steps: { default: 20, max: 30 },
    aspect_ratios: [],
    default_aspect_ratio: null,
    resolutions: [],
    default_resolution: null,
    qualities: [],
    default_quality: null,
    max_style_references: 0,
    style_reference_strength: false,
    lora: false,
    web_search: false,
    prompt_thinking: false,
    max_input_images: null,
    replacement: null,
    retires_at: null,
    ...over,
  };
}

export const fakeModels: PictureModels = {
  make: [
    model("fake-lagoon", "Lagoon", { traits: ["default"], description: "Quick and faithful to the prompt." }),
    model("fake-lagoon-large", "Lagoon Large", {
      from_price: usd("0.04"),
      size_divisor: null,
      steps: null,
      aspect_ratios: ["1:1", "3:2", "16:9", "9:16"],
      default_aspect_ratio: "1:1",
      resolutions: ["1K", "2K", "4K"],
      default_resolution: "1K",
      privacy: "anonymized",
    }),
    model("fake-burano", "Burano", { beta: true, from_price: null }),
    model("fake-torcello", "Torcello", {
      from_price: usd("0.02"),
      max_style_references: 3,
      style_reference_strength: true,
      lora: true,
      web_search: true,
      prompt_thinking: true,
      qualities: ["draft", "high"],
      default_quality: "draft",
    }),
    model("fake-old", "Old Master", { offline: true, replacement: "fake-lagoon" }),
  ],
  edit: [
    model("fake-retouch", "Retouch", {
      use_for: "edit",
      from_price: usd("0.04"),
      size_divisor: null,
      steps: null,
      max_input_images: 3,
      aspect_ratios: ["auto", "1:1", "16:9"],
      default_aspect_ratio: "auto",
    }),
  ],
  default_make: "fake-lagoon",
  default_edit: "fake-retouch",
  fetched_at: "2026-11-21T14:00:00Z",
};

const subjects = [
  "A quiet canal at first light, tall houses in faded coral and ochre, one gondola",
  "Houses on the lagoon, flat morning light, paper texture",
  "Harbour lights at night, reflections on black water",
  "A regatta seen from a balcony, flags and oars",
  "Fog over the Giudecca, one bell tower",
  "Market boats at noon, crates of lemons",
  "Acqua alta at dusk, an empty square",
] as const;
const sizes = [
  [960, 640],
  [1024, 1024],
  [640, 960],
  [1280, 720],
  [1280, 800],
] as const;

/** The `index`-th item, counted from the newest; some eight a day back from `now`. */
/** The id of the fake's nth item: a UUID, as the real ones are. */
export function fakeId(index: number): string {
  return `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
}

export function fakeItem(index: number, now: Date, over: Partial<ItemView> = {}): ItemView {
  const made = new Date(now.getTime() - index * 3 * 3_600_000);
  const prompt = subjects[index % subjects.length] ?? subjects[0];
  const [width, height] = sizes[(index * 3) % sizes.length] ?? sizes[0];
  const pad = (value: number): string => String(value).padStart(2, "0");
  return {
    id: fakeId(index),
    kind: "picture",
    origin: index % 6 === 5 ? "imported" : "made",
    title: prompt.split(",")[0] ?? prompt,
    prompt: index % 6 === 5 ? null : prompt,
    model: index % 6 === 5 ? null : "fake-lagoon",
    mime: "image/webp",
    width,
    height,
    bytes: 180_000 + index * 977,
    duration_ms: null,
    has_alpha: false,
    thumbhash: null,
    made_at: made.toISOString(),
    day: `${made.getFullYear()}-${pad(made.getMonth() + 1)}-${pad(made.getDate())}`,
    cost: index % 6 === 5 ? null : usd("0.01"),
    cost_is_estimate: true,
    pretend: true,
    rating: index % 5,
    favourite: index % 7 === 2,
    trashed_at: null,
    seed: index % 6 === 5 ? null : 481_207 + index,
    ...over,
  };
}

export function fakeJob(id: string, over: Partial<JobView> = {}): JobView {
  return {
    id,
    kind: "make",
    state: "saved",
    account: "sandbox",
    pretend: true,
    title: subjects[0],
    operation: "generateImage",
    model: "fake-lagoon",
    created_at: "2026-11-21T14:32:00Z",
    sent_at: "2026-11-21T14:32:01Z",
    finished_at: "2026-11-21T14:32:05Z",
    wanted: 4,
    items: [fakeId(0), fakeId(1), fakeId(2), fakeId(3)],
    source: null,
    ratio: 1.5,
    expected_ms: 6000,
    received: null,
    estimate: usd("0.04"),
    charged: null,
    billing: "expected",
    error: null,
    batch: null,
    dismissed: false,
    attempts: 1,
    progress: null,
    can_look_again: false,
    request: { kind: "cut_out", item: fakeId(6), scale_down: false },
    ...over,
  };
}

/** One job in each state a user can meet. */
export function fakeJobs(now: Date): JobView[] {
  const at = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
  const times = (minutes: number, seconds: number): Partial<JobView> => ({
    created_at: at(minutes),
    sent_at: at(minutes),
    finished_at: new Date(now.getTime() - minutes * 60_000 + seconds * 1000).toISOString(),
  });
  return [
    fakeJob("job-8", { ...times(0.1, 0), state: "sent", finished_at: null, items: [] }),
    fakeJob("job-7", { ...times(4, 5) }),
    fakeJob("job-6", {
      ...times(9, 31),
      state: "unknown",
      items: [],
      billing: "unknown",
      title: subjects[2],
      error: fakeError("cut_off", { request_id: "8f2c41e0a9b7e41-MXP" }),
    }),
    fakeJob("job-5", {
      ...times(16, 2),
      kind: "upscale",
      state: "failed",
      wanted: 1,
      items: [],
      billing: "nothing",
      model: null,
      source: fakeId(5),
      title: "Photograph from the Rialto",
      error: fakeError("INSUFFICIENT_BALANCE", { request_id: "8f2c41e0a9b7d02-MXP" }),
    }),
    fakeJob("job-4", {
      ...times(25, 3),
      kind: "edit",
      wanted: 1,
      items: [fakeId(4)],
      title: "Make it winter",
    }),
    fakeJob("job-3", {
      ...times(40, 7),
      pretend: false,
      account: "key-1",
      title: subjects[5],
      model: "fake-burano",
      estimate: null,
      charged: usd("0.0325"),
      billing: "charged",
    }),
    fakeJob("job-2", {
      ...times(60, 1),
      state: "cancelled",
      items: [],
      billing: "nothing",
      title: subjects[4],
    }),
    fakeJob("job-1", {
      ...times(95, 2),
      kind: "cut_out",
      wanted: 1,
      items: [fakeId(6)],
      title: "Lemon crate",
      model: null,
    }),
  ];
}

export function fakeState(origin: string): AppState {
  return {
    version: "0.1.0",
    home: "/home/you/.local/share/canaletto",
    library: "/home/you/Pictures/Canaletto",
    media_origin: `${origin}/fake-media`,
    settings: fakeSettings,
    accounts: [sandboxAccount],
    vault: { place: "keychain", reason: null, where: "GNOME Keyring" },
    notices: [],
  };
}
