import type { Environment } from "vitest/runtime";

/** Node without a DOM, with runes as the browser has them: a server's rendering runs no effects. */
export default {
  name: "runes",
  viteEnvironment: "client",
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;
