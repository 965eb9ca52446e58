import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vite.config.ts";

const svelte = fileURLToPath(new URL("./node_modules/svelte/src", import.meta.url));
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Stores and words are tested in Node; what is seen (`*.view.test.ts`), in Chromium. */
export default mergeConfig(
  base,
  defineConfig({
    server: { strictPort: false },
    test: {
      projects: [
        {
          extends: true,
          // The browser's half of Svelte, which Node by itself would not choose.
          resolve: {
            alias: [
              { find: /^svelte$/, replacement: `${svelte}/index-client.js` },
              { find: /^svelte\/reactivity$/, replacement: `${svelte}/reactivity/index-client.js` },
            ],
          },
          test: {
            name: "node",
            server: { deps: { inline: [/\/node_modules\/(svelte|bits-ui|runed|svelte-toolbelt)\//] } },
            environment: "./src/test/runes-environment.ts",
            include: ["src/**/*.test.ts"],
            exclude: ["src/**/*.view.test.ts"],
          },
        },
        {
          extends: true,
          // All that any test will load is prepared at once: what is found in the middle makes the pages load anew.
          // Found anew in each run: a module first met while tests run makes the page load again, and its tests fail.
          optimizeDeps: { entries: ["src/**/*.{ts,svelte}"], force: true },
          test: {
            name: "chromium",
            include: ["src/**/*.view.test.ts"],
            setupFiles: ["src/test/setup.ts"],
            testTimeout: 20_000,
            // A second is short on a machine with much to do.
            expect: { poll: { timeout: 10_000 } },
            browser: {
              enabled: true,
              // Two runs at once each find a port of their own.
              api: { strictPort: false },
              headless: true,
              screenshotFailures: false,
              viewport: { width: 1280, height: 800 },
              provider: playwright({ launchOptions: { executablePath: chromium, args: ["--no-sandbox"] } }),
              instances: [{ browser: "chromium" }],
            },
          },
        },
      ],
    },
  }),
);
