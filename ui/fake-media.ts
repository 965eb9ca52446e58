import type { Connect, Plugin } from "vite";

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

/** Two seconds of a bell over the water, as WAV. */
function bell(): Buffer {
  const rate = 16_000;
  const samples = rate * 2;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    const at = index / rate;
    const sound = Math.sin(2 * Math.PI * 523 * at) + 0.4 * Math.sin(2 * Math.PI * 1411 * at);
    wav.writeInt16LE(Math.round(sound * Math.exp(-3 * at) * 12_000), 44 + index * 2);
  }
  return wav;
}

/** Serves the pictures and sounds of the fake platform, for a browser during development and for the component tests. */
export function fakeMedia(): Plugin {
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const match = /^\/fake-media\/(?:thumb|item|character)\/([\w-]+)/.exec(request.url ?? "");
    if (match === null) {
      next();
      return;
    }
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (match[1]?.startsWith("sound") === true) {
      response.setHeader("Content-Type", "audio/wav");
      response.end(bell());
      return;
    }
    response.setHeader("Content-Type", "image/svg+xml");
    response.end(veduta(match[1] ?? ""));
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
