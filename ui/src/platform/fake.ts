import type { Channel } from "@tauri-apps/api/core";
import type {
  AccountView,
  AppEvent,
  AppState,
  ItemDetails,
  ItemView,
  JobView,
  LibraryQuery,
  LineageLink,
  PictureRequest,
  Settings,
  Transcript,
} from "@/bindings";
import { fakeBudgets, type FakeBudgetOptions } from "./fake-budgets";
import { fakeAccounts } from "./fake-accounts";
import { fakeChat, type FakeChat, type FakeChatOptions } from "./fake-chat";
import { fakeChoices, fakeConsole } from "./fake-console";
import { fakeFilms, type FakeFilm, type FakeFilmOptions } from "./fake-film";
import { fakeId, fakeError, fakeItem, fakeJob, fakeJobs, fakeModels, fakeState, usd } from "./fake-data";
import { daysOf, fakeLibrary } from "./fake-library";
import { fakeModelsRoom, type FakeModelsOptions } from "./fake-models";
import { fakePictures } from "./fake-pictures";
import { fakeQueue } from "./fake-queue";
import { fakeRecorder, fakeSound, type FakeRecorder, type FakeRecorderOptions } from "./fake-recorder";
import { FakeShelf } from "./fake-shelf";
import { fakeSpend, type FakeSpendOptions } from "./fake-spend";
import { fakeSpeech, type FakeSpeech, type FakeSpeechOptions } from "./fake-speech";
import { fakeTranscripts } from "./fake-transcripts";
import { fakeTransfers } from "./fake-transfers";
import type { Commands, Platform, Result } from "./platform";

export type FakeOptions = {
  state?: Partial<AppState>;
  settings?: Partial<Settings>;
  jobs?: JobView[];
  /** How many pictures the library holds. */
  items?: number;
  now?: () => Date;
  /** How long a picture takes, in milliseconds; 0 = it never comes by itself. */
  makingTakes?: number;
  /** How long it takes from one event of a stream to the next, in milliseconds; 0 = all comes at once. */
  pace?: number;
  chat?: FakeChatOptions;
  /** The transcripts there are; a few when absent. */
  transcripts?: Transcript[];
  speech?: FakeSpeechOptions;
  recorder?: FakeRecorderOptions;
  films?: FakeFilmOptions;
  models?: FakeModelsOptions;
  spend?: FakeSpendOptions;
  budgets?: FakeBudgetOptions;
  /** The lengths of the sounds that were recorded, in milliseconds, the newest first. */
  sounds?: readonly number[];
  /** Whether the desktop shows a tray, and notifications. */
  desktop?: { tray?: boolean; notices?: boolean };
  /** Answers that stand in for the fake's own. */
  /** What was made from what in the library. */
  links?: LineageLink[];
  over?: Partial<Commands>;
};

export type Fake = Platform & {
  emit(...events: AppEvent[]): void;
  readonly chat: FakeChat;
  readonly speech: FakeSpeech;
  readonly recorder: FakeRecorder;
  readonly films: FakeFilm;
  /** The names of the commands called, in order. */
  readonly calls: readonly { name: string; args: readonly unknown[] }[];
};

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}

function matches(item: ItemView, query: LibraryQuery, of: (id: string) => Kept): boolean {
  const text = query.text?.toLowerCase() ?? "";
  return (
    (item.trashed_at !== null) === query.trashed &&
    (text === "" || `${item.title} ${item.prompt ?? ""}`.toLowerCase().includes(text)) &&
    (query.kind === null || item.kind === query.kind) &&
    (query.origin === null || item.origin === query.origin) &&
    (query.model === null || item.model === query.model) &&
    (!query.favourite || item.favourite) &&
    item.rating >= query.min_rating &&
    (query.max_rating == null || item.rating <= query.max_rating) &&
    (query.tag === null || of(item.id).tags.includes(query.tag)) &&
    (query.board == null || of(item.id).boards.includes(query.board)) &&
    (query.from_day == null || item.day >= query.from_day) &&
    (query.to_day == null || item.day <= query.to_day) &&
    (query.min_pixels == null || item.width * item.height >= query.min_pixels) &&
    (query.max_pixels == null || item.width * item.height <= query.max_pixels) &&
    (query.min_bytes == null || item.bytes >= query.min_bytes) &&
    (query.max_bytes == null || item.bytes <= query.max_bytes) &&
    (query.cost == null || costs(item, query.cost))
  );
}

type Kept = { readonly tags: readonly string[]; readonly boards: readonly string[] };

function costs(item: ItemView, cost: NonNullable<LibraryQuery["cost"]>): boolean {
  if (cost.kind !== "between") return item.cost === null;
  const amount = Number(item.cost?.amount);
  return (
    item.cost?.currency === cost.currency &&
    item.pretend === cost.pretend &&
    (cost.min === null || amount >= Number(cost.min)) &&
    (cost.max === null || amount <= Number(cost.max))
  );
}

/** By code units: a hundred thousand in their language's order would take seconds. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const orders: Record<LibraryQuery["sort"], (one: ItemView, other: ItemView) => number> = {
  newest: (one, other) => compare(other.made_at, one.made_at),
  oldest: (one, other) => compare(one.made_at, other.made_at),
  title: (one, other) => one.title.localeCompare(other.title),
  size: (one, other) => other.bytes - one.bytes,
  rating: (one, other) => other.rating - one.rating,
};

/** A back end in memory: enough of one to try the window in a browser and to test against. */
export function fakePlatform(options: FakeOptions = {}): Fake {
  const now = options.now ?? ((): Date => new Date());
  const base = fakeState(typeof location === "undefined" ? "" : location.origin);
  const state: AppState = {
    ...base,
    ...options.state,
    settings: { ...base.settings, ...options.state?.settings, ...options.settings },
  };
  const from = now();
  const shelf = new FakeShelf(
    Array.from({ length: options.items ?? 24 }, (_, index) => fakeItem(index, from)),
  );
  for (const [index, milliseconds] of (options.sounds ?? []).entries()) {
    shelf.add(fakeItem(index + 1, from, fakeSound(index + 1, milliseconds)));
  }
  const items = shelf.list;
  const jobs = options.jobs ?? fakeJobs(now());
  const notes = new Map<string, { tags: string[]; notes: string }>();
  const handlers = new Set<(events: readonly AppEvent[]) => void>();
  const calls: { name: string; args: readonly unknown[] }[] = [];
  let serial = 100;

  const emit = (...batch: AppEvent[]): void => handlers.forEach((handler) => handler(batch));
  const changed = (ids: string[]): void => emit({ type: "items", ids });
  const tagsOf = (id: string): readonly string[] => notes.get(id)?.tags ?? ["lagoon"];
  const keptOf = (id: string): Kept => ({
    tags: tagsOf(id),
    boards: libraryCommands.boardsOf(id),
  });
  const query = (asked: LibraryQuery): ItemView[] =>
    items.filter((item) => matches(item, asked, keptOf)).sort(orders[asked.sort]);

  function put(job: JobView): JobView {
    const index = jobs.findIndex((known) => known.id === job.id);
    if (index >= 0) jobs[index] = job;
    else jobs.unshift(job);
    emit({ type: "job", job });
    return job;
  }
  function finish(id: string): void {
    const job = jobs.find((known) => known.id === id);
    if (job?.state !== "sent") return;
    const made = Array.from({ length: job.wanted }, () => {
      serial += 1;
      return fakeItem(0, now(), {
        id: fakeId(serial),
        title: job.title,
        prompt: job.title,
        seed: serial * 977,
      });
    });
    shelf.add(...made);
    changed(made.map((item) => item.id));
    put({
      ...job,
      state: "saved",
      items: made.map((item) => item.id),
      finished_at: now().toISOString(),
    });
  }
  function start(request: PictureRequest, over: Partial<JobView> = {}): JobView {
    serial += 1;
    const wanted = request.kind === "make" ? request.variants : 1;
    const job = fakeJob(`job-${serial}`, {
      kind: request.kind,
      state: "sent",
      title: "prompt" in request ? request.prompt : "Photograph",
      model: "model" in request ? request.model : null,
      created_at: now().toISOString(),
      sent_at: now().toISOString(),
      finished_at: null,
      wanted,
      items: [],
      estimate: usd((wanted * 0.01).toFixed(2)),
      source: "item" in request ? request.item : null,
      request,
      ...over,
    });
    const takes = options.makingTakes ?? 2500;
    if (takes > 0) setTimeout(() => finish(job.id), takes);
    return put(job);
  }
  function details(item: ItemView): ItemDetails {
    const kept = notes.get(item.id) ?? { tags: ["lagoon"], notes: "" };
    return {
      item,
      ...kept,
      boards: libraryCommands.boardsOf(item.id),
      request: null,
      recipe: item.prompt === null ? [] : [{ name: "prompt", value: item.prompt }],
      receipt: null,
      parents: [],
      children: [],
      file: {
        name: `${item.id}.webp`,
        path: `${state.library}/${item.id}.webp`,
        blake3: "",
        bytes: item.bytes,
        exists: true,
      },
    };
  }
  const find = (id: string): ItemView | undefined => shelf.find(id);
  const edit = (id: string, change: Partial<ItemView>): void => shelf.edit(id, change);

  const stopped = new Set<string>();
  const chosen = (): AccountView | undefined => state.accounts.find((account) => account.selected);
  const rest = {
    now,
    account: () => ({ id: chosen()?.id ?? "sandbox", pretend: chosen()?.pretend ?? true }),
    put,
    isStopped: (id: string) => stopped.has(id),
    make(over: Partial<ItemView>) {
      serial += 1;
      const item = fakeItem(0, now(), { id: `${over.kind ?? "picture"}-${serial}`, ...over });
      shelf.add(item);
      changed([item.id]);
      return item.id;
    },
    find,
    pace: options.pace ?? 30,
  };
  const consoleCommands = fakeConsole(rest);
  const { chat, ...chatCommands } = fakeChat({
    ...rest,
    limit: () => state.settings.per_click_limit_usd,
    emit,
    models: fakeChoices,
    options: options.chat ?? {},
  });

  const { speech, ...speechCommands } = fakeSpeech({
    ...rest,
    emit,
    takes: options.makingTakes ?? 2500,
    options: options.speech ?? {},
  });

  const libraryCommands = fakeLibrary({
    items: () => items,
    query,
    find,
    edit,
    tags(id, add, remove) {
      const before = notes.get(id) ?? { tags: ["lagoon"], notes: "" };
      const tags = [...new Set([...before.tags, ...add])].filter((tag) => !remove.includes(tag));
      notes.set(id, { ...before, tags });
    },
    tagsOf,
    changed,
    boardsChanged: () => emit({ type: "boards" }),
    links: options.links ?? [],
  });
  const { boardsOf: _, ...library } = libraryCommands;
  const pictureCommands = fakePictures({
    account: rest.account,
    start,
    jobs: () => jobs,
    cancel(id) {
      const job = jobs.find((known) => known.id === id);
      if (job?.state !== "sent" && job?.state !== "planned") return null;
      stopped.add(id);
      return put({ ...job, state: "cancelled", finished_at: now().toISOString() });
    },
    find,
    make(over) {
      const item = fakeItem(0, now(), over);
      shelf.add(item);
      changed([item.id]);
      return item;
    },
    now,
  });

  const { recorder, ...recorderCommands } = fakeRecorder({
    find,
    make(over) {
      const item = fakeItem(0, now(), over);
      shelf.add(item);
      return item;
    },
    changed,
    now,
    options: options.recorder ?? {},
  });

  const { films, ...filmCommands } = fakeFilms({
    now,
    account: rest.account,
    put,
    jobs: () => jobs,
    find,
    edit,
    changed,
    make(over) {
      const item = fakeItem(0, now(), over);
      shelf.add(item);
      changed([item.id]);
      return item;
    },
    takes: options.makingTakes ?? 2500,
    options: options.films ?? {},
  });

  const commands: Commands = {
    ...filmCommands,
    ...consoleCommands,
    ...library,
    ...pictureCommands,
    ...fakeTransfers({ find }),
    ...fakeModelsRoom({ account: rest.account, now, options: options.models ?? {} }),
    ...fakeQueue({ jobs, emit, put, now, desktop: options.desktop }),
    ...chatCommands,
    ...recorderCommands,
    ...speechCommands,
    ...fakeBudgets({ account: rest.account, emit, options: options.budgets ?? {} }),
    ...fakeSpend({
      accounts: () => state.accounts,
      emit,
      items: () => items,
      now,
      options: options.spend ?? {},
    }),
    ...fakeTranscripts({ ...rest, emit, transcripts: options.transcripts }),
    appState: () => ok(structuredClone(state)),
    changeSettings(patch) {
      state.settings = { ...state.settings, ...(patch as Partial<Settings>) };
      return ok({ ...state.settings });
    },
    openLink: () => ok(null),
    answerClosing: () => ok(null),

    ...fakeAccounts({ state, emit, now }),

    pictureModels: () => ok(fakeModels),
    pictureStyles: () => ok(["Woodcut", "Watercolour", "Film Noir"]),
    estimatePicture: (request) =>
      ok({
        amount: usd(((request.kind === "make" ? request.variants : 2) * 0.01).toFixed(2)),
        surcharge: false,
        account: chosen()?.id ?? "sandbox",
        pretend: chosen()?.pretend ?? true,
        problem: "prompt" in request && request.prompt.trim() === "" ? fakeError("prompt_empty") : null,
        advice: null,
        scale_down: null,
      }),
    startPicture: (request) => ok(start(request)),

    openJobs: () => ok(jobs.filter((job) => job.state !== "cancelled").slice(0, 6)),
    cancelJob(id) {
      const job = jobs.find((known) => known.id === id);
      const elsewhere = job?.state === "accepted";
      if (job === undefined || (!["planned", "sent"].includes(job.state) && !elsewhere))
        return fail("job_not_cancellable");
      stopped.add(id);
      return ok(
        put({ ...job, state: "cancelled", finished_at: now().toISOString(), can_look_again: elsewhere }),
      );
    },
    retryJob(id, evenIfCharged) {
      const job = jobs.find((known) => known.id === id);
      if (!job) return fail("internal");
      if (job.state === "ready") return ok(put({ ...job, error: null }));
      if (job.state !== "saved" && job.billing !== "nothing" && !evenIfCharged)
        return fail("needs_confirmation");
      serial += 1;
      const again = { ...job, id: `job-${serial}`, state: "sent" as const, error: null, finished_at: null };
      const at = now().toISOString();
      if (options.makingTakes !== 0) setTimeout(() => finish(again.id), options.makingTakes ?? 2500);
      return ok(put({ ...again, created_at: at, sent_at: at }));
    },
    resumeJob(id) {
      const job = jobs.find((known) => known.id === id);
      if (!job?.can_look_again) return fail("internal");
      return ok(put({ ...job, state: "accepted", error: null, finished_at: null, can_look_again: false }));
    },
    dismissJob(id) {
      const job = jobs.find((known) => known.id === id);
      return job ? ok(job) : fail("internal");
    },

    pickPictures: () => ok([{ handle: "picked-1", name: "rialto.jpg", bytes: 2_400_000, is_folder: false }]),
    pastePicture: () => ok(null),
    importPicked(handles) {
      const brought = handles.map(() =>
        fakeItem(0, now(), { id: fakeId((serial += 1)), origin: "imported", prompt: null }),
      );
      shelf.add(...brought);
      changed(brought.map((item) => item.id));
      return ok({
        items: brought,
        taken: brought.length,
        already_there: [],
        known: 0,
        passed_over: 0,
        refused: [],
        refused_count: 0,
        refused_list: null,
        cancelled: false,
      });
    },
    cancelImport: () => ok(null),

    libraryPage(asked) {
      const all = query(asked);
      const from = Number(asked.cursor ?? 0);
      const next = from + asked.limit < all.length ? String(from + asked.limit) : null;
      return ok({ items: all.slice(from, from + asked.limit), next, total: all.length });
    },
    libraryDays(asked) {
      return ok(daysOf(query(asked)));
    },
    libraryFacets: () =>
      ok({
        models: [{ id: "fake-lagoon", items: items.length }],
        tags: [{ id: "lagoon", items: 3 }],
        first_day: items.at(-1)?.day ?? null,
        last_day: items[0]?.day ?? null,
      }),
    libraryStatus: () =>
      ok({
        items: items.filter((item) => item.trashed_at === null).length,
        trashed: items.filter((item) => item.trashed_at !== null).length,
        bytes: items.reduce((sum, item) => sum + item.bytes, 0),
        free_bytes: 214_000_000_000,
        reachable: true,
        missing: 0,
      }),
    getItem(id) {
      const item = find(id);
      return item ? ok(details(item)) : fail("file_missing");
    },
    getItems: (ids) => ok(ids.map(find).filter((item) => item !== undefined)),
    changeItem(id, patch) {
      const { tags, notes: words, ...fields } = patch;
      edit(id, Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)));
      const before = notes.get(id) ?? { tags: ["lagoon"], notes: "" };
      notes.set(id, { tags: tags ?? before.tags, notes: words ?? before.notes });
      changed([id]);
      const item = find(id);
      return item ? ok(details(item)) : fail("file_missing");
    },
    trashItems(ids) {
      for (const id of ids) edit(id, { trashed_at: now().toISOString() });
      changed(ids);
      return ok(null);
    },
    restoreItems(ids) {
      for (const id of ids) edit(id, { trashed_at: null });
      changed(ids);
      return ok(null);
    },
    emptyTrash() {
      const gone = items.filter((item) => item.trashed_at !== null);
      shelf.remove(gone);
      changed(gone.map((item) => item.id));
      return ok(gone.length);
    },
    exportItem: (id) => ok(`${id}.webp`),
    showItemInFolder: () => ok(null),
    copyItem: () => ok(null),
    ...options.over,
  };

  return {
    commands: new Proxy(commands, {
      get(target, name) {
        const own: unknown = Reflect.get(target, name);
        if (typeof own !== "function" || typeof name !== "string") return own;
        return (...args: unknown[]): unknown => {
          calls.push({ name, args });
          return Reflect.apply(own, target, args);
        };
      },
    }),
    calls,
    chat,
    speech,
    recorder,
    films,
    emit,
    isTauri: false,
    // The commands of the fake only ever call it back.
    channel: <T>(onmessage: (message: T) => void) => ({ onmessage }) as unknown as Channel<T>,
    listen(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
}
