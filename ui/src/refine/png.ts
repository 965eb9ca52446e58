/** A mask as a PNG of 8 bits of grey, written band by band: it never lies in memory as a whole. */
import { TILE, type TiledMask } from "./tiles";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function checksum(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let at = 0; at < 4; at++) bytes[4 + at] = type.charCodeAt(at);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, checksum(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function together(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function deflated(mask: TiledMask): Promise<Uint8Array> {
  const packer = new CompressionStream("deflate");
  const writer = packer.writable.getWriter();
  const write = async (): Promise<void> => {
    const line = new Uint8Array(mask.width);
    for (let top = 0; top < mask.height; top += TILE) {
      const rows = Math.min(TILE, mask.height - top);
      // Each line begins with its filter; 0 is none.
      const band = new Uint8Array(rows * (mask.width + 1));
      for (let y = 0; y < rows; y++) {
        mask.readRow(top + y, 0, line);
        band.set(line, y * (mask.width + 1) + 1);
      }
      await writer.write(band);
    }
    await writer.close();
  };
  const read = async (): Promise<Uint8Array[]> => {
    const parts: Uint8Array[] = [];
    const reader = packer.readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return parts;
      parts.push(value);
    }
  };
  const [, parts] = await Promise.all([write(), read()]);
  return together(parts);
}

/** White may change, black stays, grey lies between. */
export async function encodeMask(mask: TiledMask): Promise<Uint8Array> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, mask.width);
  view.setUint32(4, mask.height);
  header[8] = 8;
  return together([
    Uint8Array.from(SIGNATURE),
    chunk("IHDR", header),
    chunk("IDAT", await deflated(mask)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** As the text that commands take. */
export function base64(bytes: Uint8Array): string {
  const AT_ONCE = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  }
  return btoa(text);
}
