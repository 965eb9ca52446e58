/** Films and music of the back end in memory. */
import type {
  AppError,
  FilmInputFacts,
  FilmModels,
  FilmRequest,
  ItemView,
  JobView,
  MusicModels,
  MusicRequest,
  QuotedPrice,
} from "@/bindings";
import { fakeError, fakeJob, usd } from "./fake-data";
import { fakeFilmModels, fakeMusicModels } from "./fake-film-data";
import { fakeSound } from "./fake-recorder";
import type { Commands, Result } from "./platform";

type FilmCommands = Pick<
  Commands,
  | "filmModels"
  | "checkFilmInput"
  | "quoteFilm"
  | "startFilm"
  | "agreeToFilm"
  | "filmFrom"
  | "filmFacts"
  | "keepFrame"
  | "keepPoster"
  | "quoteAgain"
  | "retryQuoted"
  | "musicModels"
  | "quoteMusic"
  | "startMusic"
  | "musicFrom"
>;

export type FakeFilmOptions = {
  readonly models?: FilmModels;
  readonly music?: MusicModels;
  /** What is wrong with a file, by its item. */
  readonly unfit?: Readonly<Record<string, AppError>>;
};

type Rest = {
  readonly now: () => Date;
  readonly account: () => { id: string; pretend: boolean };
  readonly put: (job: JobView) => JobView;
  readonly jobs: () => readonly JobView[];
  readonly find: (id: string) => ItemView | undefined;
  readonly edit: (id: string, change: Partial<ItemView>) => void;
  readonly changed: (ids: string[]) => void;
  readonly make: (over: Partial<ItemView>) => ItemView;
  /** How long a film takes, in milliseconds; 0 = it never comes by itself. */
  readonly takes: number;
  readonly options: FakeFilmOptions;
};

/** What a test may do to it. */
export type FakeFilm = {
  /** What a job asks for is there now. */
  finish(id: string): void;
};

/** Most characters there may be of a prompt, whatever a model says. */
const MOST = 100_000;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}

function blank(): FilmRequest {
  return {
    model: "regatta-text",
    prompt: "",
    negative_prompt: null,
    duration: "5s",
    aspect_ratio: "16:9",
    resolution: "480p",
    upscale_factor: null,
    audio: null,
    image: null,
    end_image: null,
    sound: null,
    film: null,
    reference_images: [],
    reference_films: [],
    reference_sounds: [],
    document: null,
    task: null,
    elements: [],
    scenes: [],
    keyframes: [],
  };
}

export function fakeFilms(rest: Rest): FilmCommands & { readonly films: FakeFilm } {
  const models = rest.options.models ?? fakeFilmModels;
  const sounds = rest.options.music ?? fakeMusicModels;
  const asked = new Map<string, FilmRequest | MusicRequest>();
  const madeBy = new Map<string, FilmRequest | MusicRequest>();
  let serial = 0;

  const priced = (amount: string, problem: AppError | null): QuotedPrice => ({
    amount: usd(amount),
    account: rest.account().id,
    pretend: rest.account().pretend,
    problem,
    unpriced: null,
    advice: null,
  });
  function quote(request: FilmRequest | MusicRequest): QuotedPrice {
    const problem =
      request.prompt === "" && models.models.find((model) => model.id === request.model)?.mode !== "upscale"
        ? fakeError("prompt_empty")
        : request.prompt.length > MOST
          ? fakeError("prompt_too_long")
          : null;
    if ("duration_seconds" in request) {
      return priced((0.1 + (request.duration_seconds ?? 10) / 100).toFixed(2), problem);
    }
    const seconds = Number.parseInt(request.duration ?? "5", 10);
    const each = request.resolution === "720p" ? 0.1 : 0.05;
    return priced((seconds * each + (request.audio === true ? 0.1 : 0)).toFixed(2), problem);
  }
  function finish(id: string): void {
    const job = rest.jobs().find((known) => known.id === id);
    const request = asked.get(id);
    if (job?.state !== "accepted" || request === undefined) return;
    serial += 1;
    const common = {
      title: job.title,
      prompt: request.prompt,
      model: request.model,
      made_at: rest.now().toISOString(),
    };
    const made =
      job.kind === "film"
        ? rest.make({
            ...common,
            id: `moving-${String(serial)}`,
            kind: "film",
            mime: "video/webm",
            width: 96,
            height: 54,
            duration_ms: 2000,
            seed: null,
          })
        : rest.make({ ...fakeSound(500 + serial, 12_000), ...common, origin: "made" });
    madeBy.set(made.id, request);
    rest.put({
      ...job,
      state: "saved",
      items: [made.id],
      finished_at: rest.now().toISOString(),
      progress: null,
      billing: "expected",
    });
  }
  function start(
    kind: "film" | "music",
    request: FilmRequest | MusicRequest,
    over: Partial<JobView> = {},
  ): JobView {
    serial += 1;
    const id = `${kind}-${String(serial)}`;
    asked.set(id, request);
    const at = rest.now().toISOString();
    const job = fakeJob(id, {
      kind,
      state: "accepted",
      title: request.prompt === "" ? "Film" : request.prompt,
      operation: kind === "film" ? "queueVideo" : "queueAudio",
      model: request.model,
      created_at: at,
      sent_at: at,
      finished_at: null,
      wanted: 1,
      items: [],
      estimate: quote(request).amount,
      expected_ms: 145_000,
      source: null,
      request: null,
      progress: { stage: "processing", average_ms: 145_000, elapsed_ms: 0, total_bytes: null },
      ...over,
    });
    if (rest.takes > 0) setTimeout(() => finish(id), rest.takes);
    return rest.put(job);
  }
  const again = (id: string): Promise<Result<JobView>> => {
    const job = rest.jobs().find((known) => known.id === id);
    if (job === undefined) return fail("not_found");
    const request = asked.get(id) ?? { ...blank(), model: job.model ?? "regatta-text", prompt: job.title };
    return ok(start(job.kind === "music" ? "music" : "film", request));
  };
  const requestOf = (origin: { item?: string; job?: string }): FilmRequest | MusicRequest | undefined =>
    origin.item === undefined ? asked.get(origin.job ?? "") : madeBy.get(origin.item);

  return {
    films: { finish },
    filmModels: () => ok(models),
    checkFilmInput(input) {
      const item = rest.find(input.item ?? "");
      if (item === undefined) return fail("file_missing");
      const facts: FilmInputFacts = {
        name: item.title,
        kind: item.kind,
        mime: item.mime,
        bytes: item.bytes,
        width: item.width,
        height: item.height,
        length_ms: item.duration_ms,
        problem: rest.options.unfit?.[item.id] ?? null,
        advice: null,
      };
      return ok(facts);
    },
    quoteFilm: (request) => ok(quote(request)),
    startFilm: (request) => ok(start("film", request)),
    agreeToFilm(id, agreements) {
      if (!agreements.terms || !agreements.rights || !agreements.screening) return fail("consent_missing");
      return again(id);
    },
    filmFrom(origin) {
      const request = requestOf(origin);
      return request === undefined || "lyrics" in request ? fail("not_found") : ok(request);
    },
    filmFacts(id) {
      const item = rest.find(id);
      if (item === undefined) return fail("file_missing");
      return ok({
        container: "WebM",
        codec: "VP8",
        sound_codec: "Opus",
        width: item.width,
        height: item.height,
        length_ms: item.duration_ms,
        frames: item.duration_ms === null ? null : Math.round((item.duration_ms / 1000) * 24),
        frame_rate: 24_000,
      });
    },
    keepFrame(film, at) {
      const item = rest.find(film);
      if (item === undefined) return fail("file_missing");
      serial += 1;
      return ok(
        rest.make({
          title: item.title,
          origin: "adjusted",
          width: item.width,
          height: item.height,
          prompt: item.prompt,
          cost: null,
          id: `frame-${String(serial)}-${String(at)}`,
        }),
      );
    },
    keepPoster(film) {
      const item = rest.find(film);
      if (item === undefined) return fail("file_missing");
      rest.edit(film, { thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI" });
      rest.changed([film]);
      return ok(rest.find(film) ?? item);
    },
    quoteAgain(id) {
      const request = asked.get(id);
      return ok(request === undefined ? priced("0.50", null) : quote(request));
    },
    retryQuoted: (id) => again(id),
    musicModels: () => ok(sounds),
    quoteMusic: (request) => ok(quote(request)),
    startMusic: (request) => ok(start("music", request)),
    musicFrom(origin) {
      const request = requestOf(origin);
      return request === undefined || !("lyrics" in request) ? fail("not_found") : ok(request);
    },
  };
}
