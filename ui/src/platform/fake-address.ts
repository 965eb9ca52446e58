import type { Language, Theme } from "@/bindings";
import { fakePlatform, type Fake } from "./fake";
import { keyAccount, sandboxAccount } from "./fake-data";

/**
 * The fake as the address asks for it, for a browser during development:
 * `?theme=light&language=zh-CN&welcome=1&account=key&vault=memory&items=200&jobs=0&chat=long&pace=5&sounds=0&microphone=none`.
 */
export function fakeFromAddress(search: string): Fake {
  const asked = new URLSearchParams(search);
  const withKey = asked.get("account") === "key";
  const inMemory = asked.get("vault") === "memory";
  return fakePlatform({
    settings: {
      theme: (asked.get("theme") ?? "system") as Theme,
      language: (asked.get("language") ?? "system") as Language,
      welcome_done: !asked.has("welcome"),
    },
    state: {
      accounts: withKey
        ? [
            { ...sandboxAccount, selected: false },
            { ...keyAccount, selected: true },
          ]
        : [sandboxAccount],
      ...(inMemory ? { vault: { place: "memory", reason: "no_bus", where: null } } : {}),
    },
    chat: { conversations: (asked.get("chat") ?? "some") as "some" | "none" | "long" },
    ...(asked.has("pace") ? { pace: Number(asked.get("pace")) } : {}),
    recorder: { live: true, ...(asked.get("microphone") === "none" ? { devices: [] } : {}) },
    sounds: asked.get("sounds") === "0" ? [] : [64_000, 10_800_000, 12_400, 754_000, 3_800],
    items: Number(asked.get("items") ?? 60),
    ...(asked.get("jobs") === "0" ? { jobs: [] } : {}),
  });
}
