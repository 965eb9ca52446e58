/** The transcripts of the back end in memory. */
import type {
  AppEvent,
  ItemView,
  JobView,
  Transcript,
  TranscribeEstimate,
  TranscriptSummary,
  TranscriptText,
} from "@/bindings";
import { fakeError, usd } from "./fake-data";
import { fakePiece, fakeTranscriptList } from "./fake-transcripts-data";
import type { Commands, Result } from "./platform";

type TranscriptsCommands = Pick<
  Commands,
  | "estimateTranscription"
  | "startTranscription"
  | "estimateAddress"
  | "transcribeAddress"
  | "retryPieces"
  | "cancelTranscription"
  | "listTranscripts"
  | "getTranscript"
  | "saveTranscript"
  | "renameTranscript"
  | "trashTranscripts"
  | "transcriptWords"
  | "attachTranscript"
  | "exportTranscript"
>;

type Rest = {
  readonly now: () => Date;
  readonly account: () => { readonly id: string; readonly pretend: boolean };
  readonly find: (id: string) => ItemView | undefined;
  readonly put: (job: JobView) => JobView;
  readonly emit: (...events: AppEvent[]) => void;
  /** Between two steps of a transcription, in milliseconds; 0 = all at once, below 0 = never by itself. */
  readonly pace: number;
  /** What there is; a few when absent. */
  readonly transcripts?: readonly Transcript[] | undefined;
};

/** A piece is no longer than this. */
const PIECE = 600_000;
const A_SECOND = 0.0001;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data: structuredClone(data) });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}
const textOf = (text: TranscriptText): string =>
  text.lines.map((line) => line.words.map(([word]) => word).join(" ")).join("\n");

export function fakeTranscripts(rest: Rest): TranscriptsCommands {
  const kept = new Map<string, Transcript>(
    structuredClone([...(rest.transcripts ?? fakeTranscriptList())]).map((one) => [one.summary.id, one]),
  );
  let serial = 0;

  function tell(...ids: string[]): void {
    rest.emit({ type: "transcripts", ids });
  }
  function edit(id: string, change: (one: Transcript) => Transcript): Transcript | null {
    const one = kept.get(id);
    if (one === undefined) return null;
    const next = change(one);
    kept.set(id, next);
    tell(id);
    return next;
  }
  function estimate(length: number, problem: TranscribeEstimate["problem"]): TranscribeEstimate {
    return {
      amount: usd(((length / 1000) * A_SECOND).toFixed(4)),
      length_ms: length,
      pieces: Math.max(1, Math.ceil(length / PIECE)),
      account: rest.account().id,
      pretend: rest.account().pretend,
      problem,
    };
  }
  /** The words of a piece: so many that one sees that they came. */
  function heard(transcript: Transcript, from: number): TranscriptText["lines"] {
    const first = transcript.text.lines.reduce((most, line) => Math.max(most, line.id), 0) + 1;
    return ["Here the tape begins again.", "Then somebody laughs, and a door shuts."].map((line, at) => ({
      id: first + at,
      speaker: null,
      words: line.split(" ").map((word, place): [string, number, number] => {
        const start = from + at * 4000 + place * 420;
        return [word, start, start + 380];
      }),
    }));
  }
  function finish(id: string, index: number): void {
    edit(id, (one) => {
      const piece = one.pieces[index];
      if (piece?.job == null || piece.done) return one;
      const job = rest.put({ ...piece.job, state: "saved", billing: "charged", charged: usd("0.0012") });
      const pieces = one.pieces.map((other) => (other === piece ? { ...piece, done: true, job } : other));
      const lines = [...one.text.lines, ...heard(one, piece.start_ms)].sort(
        (first, second) => (first.words[0]?.[1] ?? 0) - (second.words[0]?.[1] ?? 0),
      );
      return stated({ ...one, pieces, revision: one.revision + 1, text: { ...one.text, lines } });
    });
  }
  function stated(one: Transcript): Transcript {
    const done = one.pieces.filter((piece) => piece.done).length;
    const working = one.pieces.some(({ job }) => job?.state === "sent" || job?.state === "planned");
    const state = done === one.pieces.length ? "done" : working ? "listening" : "incomplete";
    const words = one.text.lines.reduce((sum, line) => sum + line.words.length, 0);
    return { ...one, summary: { ...one.summary, state, pieces_done: done, words } };
  }
  function send(id: string, indexes: readonly number[], model: string): void {
    edit(id, (one) => {
      const pieces = one.pieces.map((piece) => {
        if (!indexes.includes(piece.index)) return piece;
        const sent = { state: "sent", model, finished_at: null, error: null, billing: "expected" } as const;
        const fresh = fakePiece(piece.index, piece.start_ms, piece.end_ms, {
          ...sent,
          title: one.summary.title,
        });
        serial += 1;
        const job = fresh.job && rest.put({ ...fresh.job, id: `${id}-${piece.index}-${serial}` });
        return { ...fresh, job };
      });
      return stated({ ...one, pieces });
    });
    indexes.forEach((index, order) => {
      if (rest.pace === 0) finish(id, index);
      else if (rest.pace > 0) setTimeout(() => finish(id, index), rest.pace * 20 * (order + 1));
    });
  }
  function begin(title: string, length: number, over: Partial<TranscriptSummary>): TranscriptSummary {
    serial += 1;
    const id = `transcript-${serial}`;
    const now = rest.now().toISOString();
    const count = Math.max(1, Math.ceil(length / PIECE));
    const pieces = Array.from({ length: count }, (_, index) =>
      fakePiece(index, (length * index) / count, (length * (index + 1)) / count, null),
    );
    const summary: TranscriptSummary = {
      id,
      title,
      state: "preparing",
      item: null,
      url: null,
      length_ms: length,
      words: 0,
      language: null,
      model: null,
      created_at: now,
      changed_at: now,
      excerpt: "",
      pieces_done: 0,
      pieces: count,
      trashed_at: null,
      ...over,
    };
    kept.set(id, { summary, revision: 1, pieces, has_word_times: true, text: { speakers: [], lines: [] } });
    tell(id);
    send(
      id,
      pieces.map((piece) => piece.index),
      summary.model ?? "fake-listener",
    );
    return kept.get(id)?.summary ?? summary;
  }

  return {
    estimateTranscription: (request) => {
      const item = rest.find(request.item);
      if (item === undefined) return fail("not_found");
      return ok(estimate(item.duration_ms ?? 0, null));
    },
    startTranscription(request, expected) {
      const item = rest.find(request.item);
      if (item === undefined) return fail("not_found");
      const { amount, account } = estimate(item.duration_ms ?? 0, null);
      if (expected.account !== account || expected.amount?.amount !== amount?.amount)
        return fail("price_changed");
      return ok(
        begin(item.title, item.duration_ms ?? 0, {
          item: item.id,
          model: request.model,
          language: request.language,
        }),
      );
    },
    estimateAddress: () => ok({ ...estimate(0, null), amount: usd("0.01"), pieces: 1 }),
    transcribeAddress: (url) => ok(begin(url.replace(/^https?:\/\//, ""), 60_000, { url })),
    retryPieces(id, piece, model, evenIfCharged) {
      const one = kept.get(id);
      if (one === undefined) return fail("not_found");
      const missing = one.pieces.filter((other) => !other.done && (piece === null || other.index === piece));
      if (!evenIfCharged && missing.some(({ job }) => job?.state === "unknown"))
        return fail("needs_confirmation");
      send(
        id,
        missing.map((other) => other.index),
        model ?? one.summary.model ?? "fake-listener",
      );
      return ok(kept.get(id) ?? one);
    },
    cancelTranscription(id) {
      const one = edit(id, (before) =>
        stated({
          ...before,
          pieces: before.pieces.map((piece) =>
            piece.done || piece.job === null
              ? piece
              : { ...piece, job: rest.put({ ...piece.job, state: "cancelled", billing: "nothing" }) },
          ),
        }),
      );
      return one === null ? fail("not_found") : ok(one);
    },

    listTranscripts(search, item, trashed, cursor, limit) {
      const words = search?.toLowerCase() ?? "";
      const found = [...kept.values()]
        .filter(({ summary }) => (summary.trashed_at !== null) === trashed)
        .filter(({ summary }) => item === null || summary.item === item)
        .filter(({ summary, text }) => `${summary.title} ${textOf(text)}`.toLowerCase().includes(words))
        .map(({ summary }) => summary)
        .sort((one, other) => (one.changed_at < other.changed_at ? 1 : -1));
      const from = Number(cursor ?? 0);
      const next = from + limit < found.length ? String(from + limit) : null;
      return ok({ transcripts: found.slice(from, from + limit), next });
    },
    getTranscript(id) {
      const one = kept.get(id);
      return one === undefined ? fail("not_found") : ok(one);
    },
    saveTranscript(id, revision, text) {
      const before = kept.get(id);
      if (before === undefined) return fail("not_found");
      if (before.revision !== revision) return fail("transcript_changed");
      const now = rest.now().toISOString();
      edit(id, (one) => {
        const next = stated({ ...one, text: structuredClone(text), revision: revision + 1 });
        return { ...next, summary: { ...next.summary, state: one.summary.state, changed_at: now } };
      });
      return ok(revision + 1);
    },
    renameTranscript(id, title) {
      const one = edit(id, (before) => ({ ...before, summary: { ...before.summary, title } }));
      return one === null ? fail("not_found") : ok(one.summary);
    },
    trashTranscripts(ids, trashed) {
      const trashed_at = trashed ? rest.now().toISOString() : null;
      for (const id of ids) edit(id, (one) => ({ ...one, summary: { ...one.summary, trashed_at } }));
      return ok(null);
    },
    transcriptWords: (id) => {
      const one = kept.get(id);
      return one === undefined ? fail("not_found") : ok(textOf(one.text));
    },
    attachTranscript(_, id) {
      const one = kept.get(id);
      if (one === undefined) return fail("not_found");
      return ok({
        id: `attachment-${id}`,
        kind: "document" as const,
        name: `${one.summary.title}.md`,
        mime: "text/markdown",
        bytes: textOf(one.text).length,
        item: null,
        url: null,
        cost: null,
        pretend: false,
        excerpt: textOf(one.text).slice(0, 120),
      });
    },
    exportTranscript(id, format) {
      const one = kept.get(id);
      if (one === undefined) return fail("not_found");
      const ends = { txt: "txt", markdown: "md", srt: "srt", vtt: "vtt", json: "json" } as const;
      return ok(`/home/you/Documents/${one.summary.title}.${ends[format]}`);
    },
  };
}
