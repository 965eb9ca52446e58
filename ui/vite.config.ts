import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { fakeMedia } from "./fake-media.ts";

/** KaTeX names each font in three formats. Every webview there is reads the first. */
const oneFormatOfFonts: Plugin = {
  name: "one-format-of-fonts",
  enforce: "pre",
  transform: {
    filter: { id: /katex(?:\.min)?\.css$/ },
    handler: (code) => code.replace(/,url\([^)]+\.(?:woff|ttf)\) ?format\("[a-z]+"\)/g, ""),
  },
};

export default defineConfig({
  plugins: [svelte(), fakeMedia(), oneFormatOfFonts],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  clearScreen: false,
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  preview: { host: "127.0.0.1", port: 5184, strictPort: true },
  // The worker that colours code loads its grammars one by one.
  worker: { format: "es" },
  build: {
    target: "es2022",
    // Inlined fonts and icons would need `data:` in the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What the first frame needs comes in one piece, whatever the rooms share of it.
        codeSplitting: { groups: [{ name: "window", tags: ["$initial"] }] },
      },
    },
  },
});
