import { describe, expect, it } from "vitest";
import { fakePlatform } from "@/platform/fake";
import { fakeError } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { EventHub } from "./events";
import { Kept } from "./kept.svelte";
import { Notices } from "./notices.svelte";
import { Route } from "./route.svelte";

describe("EventHub", () => {
  it("hands a batch out once per kind, and stops when told", () => {
    const hub = new EventHub();
    const fake = fakePlatform();
    const seen: number[] = [];
    const stopListening = hub.start(fake);
    const stop = hub.on("items", (batch) => seen.push(batch.length));
    fake.emit({ type: "items", ids: ["a"] }, { type: "drag", over: true }, { type: "items", ids: null });
    expect(seen).toEqual([2]);
    stop();
    fake.emit({ type: "items", ids: ["b"] });
    stopListening();
    expect(seen).toEqual([2]);
  });
});

describe("Route", () => {
  it("reads rooms and what they are asked for, and leaves unknown ones alone", () => {
    const route = new Route();
    route.read("#/library?items=a%2Cb");
    expect([route.room, route.query.items]).toEqual(["library", "a,b"]);
    route.read("#/nowhere");
    expect(route.room).toBe("library");
    route.go("settings", { section: "about" });
    expect([route.room, route.query.section]).toEqual(["settings", "about"]);
  });
});

describe("Notices", () => {
  it("keeps silent about what the user stopped", () => {
    const notices = new Notices();
    expect(notices.error(fakeError("cancelled"))).toBeNull();
    expect(notices.list).toHaveLength(0);
  });

  it("offers to try again where that can help, and goes when dismissed", () => {
    const notices = new Notices();
    const again = { label: "Again", run: () => undefined };
    const id = notices.error(fakeError("network_down", { retryable: true }), again);
    notices.error(fakeError("prompt_empty"), again);
    expect(notices.list.map((notice) => notice.action)).toEqual([again, null]);
    notices.dismiss(id ?? -1);
    expect(notices.list.map((notice) => notice.text)).toEqual(["The prompt is empty."]);
  });
});

describe("Kept", () => {
  it("reads once more, not once per change, when changes come while it reads", async () => {
    const fake = fakePlatform({ items: 3 });
    usePlatform(fake);
    const kept = new Kept();
    await Promise.all([kept.read(), kept.read(), kept.read()]);
    expect(kept.status?.items).toBe(3);
    expect(fake.calls.filter(({ name }) => name === "libraryStatus")).toHaveLength(2);
  });
});
