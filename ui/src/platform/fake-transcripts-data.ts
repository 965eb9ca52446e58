/** Transcripts as somebody would have them, and one of any length. */
import type { HearingModel, JobView, PieceView, Transcript, TranscriptText } from "@/bindings";
import { fakeError, fakeJob, usd } from "./fake-data";

type Line = TranscriptText["lines"][number];
type Word = Line["words"][number];

const talk: readonly (readonly [speaker: number, said: string])[] = [
  [
    1,
    "We are standing under the altana of the workshop on the Giudecca, and you can hear the water below us.",
  ],
  [1, "Before anything else: how long have you been building boats here?"],
  [2, "Thirty-one years in March. My uncle had the slip before me, and his uncle before him."],
  [2, "I came for a summer. I was to sand a hull, two weeks, and then go back to the university."],
  [1, "And the hull was never finished."],
  [2, "The hull was finished. I was the one who wasn’t finished."],
  [
    2,
    "You learn that a boat is eight kinds of wood, and that each of them has a different opinion about salt.",
  ],
  [1, "Eight kinds, for one gondola?"],
  [
    2,
    "Oak for the frame, because it holds. Fir for the bottom, since it swells and closes. Then elm, larch, lime, mahogany, walnut and cherry, each where it is needed and nowhere else.",
  ],
  [3, "Excuse me, the tide is turning. If you want the sound of the oars, it has to be now."],
  [1, "Let’s do that, and come back to the wood afterwards."],
  [2, "Mind the step, it is wet. It is always wet."],
  [1, "What do people get wrong when they write about this place?"],
  [
    2,
    "They write that it is dying. It has been dying since before my grandmother, and it is still loud at six in the morning.",
  ],
  [2, "What is true is that there are four of us left who can bend a plank over a fire."],
  [3, "Five, if you count me."],
  [2, "Five, on a good day."],
  [1, "Thank you. We will leave the microphone on while you row."],
];

const chinese: readonly (readonly [speaker: number, said: string])[] = [
  [1, "大家好，今天我们谈一谈城市里的声音。"],
  [1, "先请您介绍一下这段录音是在哪里录的。"],
  [2, "这是清晨六点在码头录的，可以听见水声、钟声，还有一台 Zoom 录音机的提示音。"],
  [2, "我每个月录一次，已经坚持了十二年。"],
  [1, "这些年里变化最大的是什么？"],
  [2, "冬天安静多了。发动机少了，鸟多了。"],
];

const vocabulary =
  "the water was high and we took small boats over to island where glass is made before noon there light on walls moves like something alive nobody speaks of it but everyone looks up when bell across lagoon begins each morning with same patient note".split(
    " ",
  );

/** Numbers from 0 to 1, the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Words with their times, some 2.6 a second. */
function timed(text: readonly string[], from: number): { words: Word[]; end: number } {
  let at = from;
  const words = text.map((word): Word => {
    const start = at;
    at += 140 + word.length * 42;
    const end = at;
    at += /[.,?:]$/.test(word) ? 260 : 30;
    return [word, start, end];
  });
  return { words, end: at };
}

function said(talked: readonly (readonly [number, string])[], cut: (text: string) => string[]): Line[] {
  let at = 900;
  return talked.map(([speaker, text], index) => {
    const { words, end } = timed(cut(text), at);
    at = end + 420;
    return { id: index + 1, speaker, words };
  });
}

function lengthOf(lines: readonly Line[]): number {
  return (lines.at(-1)?.words.at(-1)?.[2] ?? 0) + 1400;
}

/** A sound of the fake that is as long. */
function soundId(length: number, seed: number): string {
  const pad = (value: number): string => String(value).padStart(6, "0");
  return `00000000-0000-7000-9000-${pad(Math.ceil(length / 100))}${pad(seed)}`;
}

export function fakePiece(
  index: number,
  start: number,
  end: number,
  job: Partial<JobView> | null,
): PieceView {
  return {
    index,
    start_ms: start,
    end_ms: end,
    done: job?.state === "saved",
    job:
      job === null
        ? null
        : fakeJob(`piece-${index}`, {
            kind: "transcribe",
            operation: "createTranscription",
            model: "fake-listener",
            wanted: 1,
            items: [],
            request: null,
            estimate: usd("0.0012"),
            ...job,
          }),
  };
}

function transcript(
  id: string,
  title: string,
  text: TranscriptText,
  over: Partial<Transcript["summary"]> = {},
  pieces: readonly PieceView[] = [],
): Transcript {
  const length = lengthOf(text.lines);
  const words = text.lines.reduce((sum, line) => sum + line.words.length, 0);
  const all =
    pieces.length === 0
      ? [fakePiece(0, 0, length, { state: "saved", billing: "charged", charged: usd("0.0011") })]
      : [...pieces];
  return {
    summary: {
      id,
      title,
      state: "done",
      item: soundId(length, id.length * 7),
      url: null,
      length_ms: length,
      words,
      language: "en",
      model: "fake-listener",
      created_at: "2026-11-20T09:12:00Z",
      changed_at: "2026-11-21T10:40:00Z",
      excerpt: text.lines
        .slice(0, 3)
        .flatMap((line) => line.words.map(([word]) => word))
        .join(" ")
        .slice(0, 160),
      pieces_done: all.filter((piece) => piece.done).length,
      pieces: all.length,
      trashed_at: null,
      ...over,
    },
    revision: 1,
    pieces: all,
    has_word_times: true,
    text,
  };
}

/** A transcript of so many words, in lines of 4 to 24. */
export function longTranscript(count: number, id = "long"): Transcript {
  const next = chance(7);
  const lines: Line[] = [];
  let [at, left, speaker] = [1200, count, 1];
  while (left > 0) {
    const many = Math.min(left, 4 + Math.floor(next() * 21));
    const text = Array.from(
      { length: many },
      () => vocabulary[Math.floor(next() * vocabulary.length)] ?? "water",
    );
    const { words, end } = timed(text, at);
    if (next() > 0.7) speaker = 1 + (speaker % 3);
    lines.push({ id: lines.length + 1, speaker, words });
    at = end + Math.floor(next() * 900);
    left -= many;
  }
  const speakers = [1, 2, 3].map((one) => ({
    id: one,
    name: ["Vittoria", "Pietro", "Bianca"][one - 1] ?? "",
  }));
  return transcript(
    id,
    "A long day on the lagoon",
    { speakers, lines },
    { changed_at: "2026-11-18T10:00:00Z" },
  );
}

export function fakeTranscriptList(): Transcript[] {
  const lines = said(talk, (text) => text.split(" "));
  const speakers = [
    { id: 1, name: "Vittoria" },
    { id: 2, name: "Pietro" },
    { id: 3, name: "Bianca" },
  ];
  const spoken = said(
    chinese,
    (text) => text.match(/[\w]+|\p{Script=Han}{1,2}[，。、？]?|./gu)?.filter((word) => word !== " ") ?? [],
  );
  const length = lengthOf(lines);
  const third = Math.round(length / 3);
  return [
    transcript("boats", "The boat builder of the Giudecca", { speakers, lines }),
    transcript(
      "council",
      "Council meeting, second part",
      { speakers: [], lines: lines.slice(0, 7).map((line) => ({ ...line, speaker: null })) },
      {
        state: "incomplete",
        item: soundId(length, 9),
        length_ms: length,
        changed_at: "2026-11-21T09:05:00Z",
      },
      [
        fakePiece(0, 0, third, { state: "saved", billing: "charged", charged: usd("0.0011") }),
        fakePiece(1, third, 2 * third, {
          state: "failed",
          billing: "nothing",
          error: fakeError("MODEL_OVERLOADED", { retryable: true }),
        }),
        fakePiece(2, 2 * third, length, {
          state: "unknown",
          billing: "unknown",
          error: fakeError("cut_off"),
        }),
      ],
    ),
    transcript(
      "sounds-zh",
      "城市的声音",
      {
        speakers: [
          { id: 1, name: "主持人" },
          { id: 2, name: "录音师" },
        ],
        lines: spoken,
      },
      {
        language: "zh",
        changed_at: "2026-11-19T08:00:00Z",
        excerpt: chinese
          .slice(0, 3)
          .map(([, text]) => text)
          .join(""),
      },
    ),
  ];
}

export const fakeHearing: HearingModel[] = [
  {
    id: "fake-listener",
    name: "Listener",
    privacy: "private",
    description: "Quick, and good with names.",
    offline: false,
    price: usd("0.0001"),
    takes_language: true,
    word_times: true,
  },
  {
    id: "fake-listener-small",
    name: "Listener Small",
    privacy: "anonymized",
    description: null,
    offline: false,
    price: usd("0.00004"),
    takes_language: false,
    word_times: false,
  },
];
