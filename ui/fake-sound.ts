/** A voice that hums phrases, worked out sample by sample: of any length, the same each time, and with a waveform to match. */

const RATE = 8000;
const HEAD = 44;
/** No answer is longer than this. */
const MOST = 1_000_000;

/** A number from 0 to 1 that follows from two others. */
function chance(seed: number, index: number): number {
  let state = Math.imul(seed ^ Math.imul(index + 1, 2654435761), 2246822507);
  state = Math.imul(state ^ (state >>> 13), 3266489909);
  return ((state ^ (state >>> 16)) >>> 0) / 4294967296;
}

/** How loud it is at a time: syllables of a fifth of a second, phrases with pauses between them. */
function loudness(seed: number, seconds: number): number {
  const phrase = Math.floor(seconds / 4);
  const within = seconds / 4 - phrase;
  if (within > 0.62 + 0.3 * chance(seed, phrase)) return 0.004;
  const syllable = Math.floor(seconds * 5);
  const shape = Math.sin(Math.PI * (seconds * 5 - syllable)) ** 0.6;
  return (0.12 + 0.75 * chance(seed + 7, syllable) ** 2) * shape * (0.6 + 0.4 * chance(seed + 3, phrase));
}

/** The length is in the id of a sound of the fake: the first six digits of its last group, in tenths of a second. */
export function soundOf(id: string): { seed: number; seconds: number } | null {
  const match = /^[\da-f]{8}-0000-7000-9000-(\d{6})(\d{6})$/.exec(id);
  if (match !== null) return { seed: Number(match[2]), seconds: Number(match[1]) / 10 };
  return /^(sound|film)/.test(id) ? { seed: id.length, seconds: 2 } : null;
}

function sample(seed: number, index: number): number {
  const seconds = index / RATE;
  const pitch = 2 * Math.PI * 140 * seconds;
  const voice = Math.sin(pitch) + 0.5 * Math.sin(2 * pitch) + 0.25 * Math.sin(5 * pitch);
  return (voice / 1.75) * loudness(seed, seconds);
}

function header(samples: number): Buffer {
  const head = Buffer.alloc(HEAD);
  head.write("RIFF", 0);
  head.writeUInt32LE(HEAD - 8 + samples * 2, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(RATE * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples * 2, 40);
  return head;
}

export type Piece = { bytes: Buffer; from: number; total: number };

/** Bytes of its WAV file from one place on. */
export function wavOf({ seed, seconds }: { seed: number; seconds: number }, from: number, to: number): Piece {
  const samples = Math.round(seconds * RATE);
  const total = HEAD + samples * 2;
  const end = Math.min(total, to + 1, from + MOST);
  const head = header(samples);
  const bytes = Buffer.alloc(Math.max(0, end - from));
  const scratch = Buffer.alloc(2);
  for (let at = from; at < end; at++) {
    if (at < HEAD) bytes[at - from] = head[at] ?? 0;
    else {
      scratch.writeInt16LE(Math.round(sample(seed, (at - HEAD) >> 1) * 30_000));
      bytes[at - from] = scratch[(at - HEAD) & 1] ?? 0;
    }
  }
  return { bytes, from, total };
}

/** Its waveform between two times in milliseconds, as pairs of lowest and highest. */
export function peaksOf({ seed }: { seed: number }, from: number, to: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * 2);
  const width = (to - from) / count / 1000;
  for (let index = 0; index < count; index++) {
    let most = 0;
    // A long stretch is looked at here and there.
    for (let look = 0; look < 12; look++) {
      most = Math.max(most, loudness(seed, from / 1000 + (index + look / 12) * width));
    }
    bytes.writeInt8(Math.round(-most * 108), index * 2);
    bytes.writeInt8(Math.round(most * 120), index * 2 + 1);
  }
  return bytes;
}
