import type { ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { filmBytes } from "./fake-film.ts";
import { peaksOf, soundOf, wavOf } from "./fake-sound.ts";

const palettes = [
  ["#f4d9a8", "#e8935f", "#a9483c", "#6d2f38", "#5c7f86"],
  ["#12333f", "#27616a", "#d9b263", "#c98f6a", "#0e2630"],
  ["#dfe6da", "#b9cdc9", "#cf8452", "#b0592f", "#7d9a96"],
  ["#c79aa8", "#a57f9a", "#8f3346", "#5f2440", "#6a5a78"],
  ["#bcd7e2", "#e3e9e4", "#d49a58", "#c46f45", "#86aab0"],
] as const;

/** Numbers from 0 to 1 that follow from a text alone. */
function chance(text: string): () => number {
  let state = [...text].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 16777619), 2166136261);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) / 4294967296;
  };
}

/** A small veduta: sky, light, three rows of houses and their reflection. */
function veduta(id: string): string {
  const next = chance(id);
  const [sky, low, near, far, water] = palettes[Math.floor(next() * palettes.length)] ?? palettes[0];
  const rows = [0.3, 0.6, 1].map((depth) => {
    let x = -20;
    let houses = "";
    while (x < 320) {
      const width = 14 + next() * 26;
      const height = (26 + next() * 74) * (0.6 + depth * 0.4);
      const top = 130 - height;
      const gable = next() > 0.6 ? `L${x + width / 2} ${top - 16}` : "";
      houses += `M${x} 130V${top}${gable}L${x + width} ${top}V130Z`;
      x += width + next() * 5;
    }
    return `<path d="${houses}" fill="${depth < 0.5 ? far : near}" opacity="${0.35 + depth * 0.6}"/>`;
  });
  const sun = `<circle cx="${40 + next() * 220}" cy="${24 + next() * 40}" r="${10 + next() * 9}" fill="#fff3d6"/>`;
  const city = sun + rows.join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200" width="960" height="640" preserveAspectRatio="xMidYMid slice"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="${sky}"/><stop offset="1" stop-color="${low}"/></linearGradient></defs><rect width="300" height="200" fill="url(#s)"/>${city}<g transform="matrix(1 0 0 -.6 0 208)" opacity=".55">${city}</g><rect y="130" width="300" height="70" fill="${water}" opacity=".55"/><path d="M${60 + next() * 160} 168q14 7 30 0l4-3-3 6q-16 6-30 0z" fill="#10181a"/></svg>`;
}

/** Answers the part that was asked for, as players do. */
function sendSound(
  response: ServerResponse,
  sound: { seed: number; seconds: number },
  range: string | undefined,
): void {
  const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)/.exec(range ?? "") ?? [];
  const piece = wavOf(sound, Number(from), to === "" ? Number.MAX_SAFE_INTEGER : Number(to));
  const last = piece.from + piece.bytes.length - 1;
  response.statusCode = 206;
  response.setHeader("Content-Type", "audio/wav");
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Content-Range", `bytes ${piece.from}-${last}/${piece.total}`);
  response.end(piece.bytes);
}

/** Answers the part of the film that was asked for. */
function sendFilm(response: ServerResponse, range: string | undefined): void {
  const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)/.exec(range ?? "") ?? [];
  const last = Math.min(filmBytes.length - 1, to === "" ? Number.MAX_SAFE_INTEGER : Number(to));
  response.statusCode = 206;
  response.setHeader("Content-Type", "video/webm");
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Content-Range", `bytes ${from}-${last}/${filmBytes.length}`);
  response.end(filmBytes.subarray(Number(from), last + 1));
}

/** Serves the pictures and sounds of the fake platform, for a browser during development and for the component tests. */
export function fakeMedia(): Plugin {
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const address = new URL(request.url ?? "", "http://127.0.0.1");
    const match = /^\/fake-media\/(thumb|item|character|peaks|test-take|live)(?:\/([\w-]+))?/.exec(
      address.pathname,
    );
    if (match === null) {
      next();
      return;
    }
    response.setHeader("Access-Control-Allow-Origin", "*");
    const [, kind, id = ""] = match;
    if (kind === "item" && id.startsWith("moving-")) {
      sendFilm(response, request.headers.range);
      return;
    }
    if (id.startsWith("broken-")) {
      response.setHeader("Content-Type", "video/mp4");
      response.end("no film");
      return;
    }
    if (id.startsWith("gone-")) {
      response.statusCode = 404;
      response.end();
      return;
    }
    const sound = kind === "test-take" || kind === "live" ? { seed: 1, seconds: 5 } : soundOf(id);
    if (sound === null) {
      response.setHeader("Content-Type", "image/svg+xml");
      response.end(veduta(id));
    } else if (kind === "peaks") {
      const asked = (name: string): number => Number(address.searchParams.get(name));
      response.end(peaksOf(sound, asked("from"), asked("to"), asked("count")));
    } else sendSound(response, sound, request.headers.range);
  };
  return {
    name: "fake-media",
    configureServer: (server) => {
      server.middlewares.use(serve);
    },
    configurePreviewServer: (server) => {
      server.middlewares.use(serve);
    },
  };
}
