import { beforeEach, describe, expect, it } from "vitest";
import { fakePlatform, type Fake } from "@/platform/fake";
import { usePlatform } from "@/platform/platform";
import { followFailures, noteFailure } from "./failures";

let fake: Fake;
const noted = (): unknown[] =>
  fake.calls.filter(({ name }) => name === "noteFailure").map(({ args }) => args[0]);

beforeEach(() => usePlatform((fake = fakePlatform({}))));

describe("what fails in the page", () => {
  it("is handed on, cut, whatever was thrown", () => {
    noteFailure("drawing", new RangeError("a".repeat(20_000)));
    noteFailure("elsewhere", "no error at all");
    noteFailure("elsewhere", Object.create(null));
    const [first, second, third] = noted() as { message: string; stack: string }[];
    expect(first?.message).toMatch(/^RangeError: aaa/);
    expect(first?.message).toHaveLength(8_192);
    expect(first?.stack.length).toBeLessThanOrEqual(8_192);
    expect(first?.stack, "said once").not.toContain("aaa");
    expect(second).toEqual({
      place: "elsewhere",
      room: expect.any(String) as string,
      message: "no error at all",
      stack: "",
    });
    expect(third?.message).toBe("object");
  });

  it("fails no further when it can’t be handed on", async () => {
    usePlatform({
      ...fake,
      commands: { ...fake.commands, noteFailure: () => Promise.reject(new Error("gone")) },
    });
    noteFailure("loading", new Error("first"));
    await Promise.resolve();
    expect(noted()).toEqual([]);
  });

  it("is noticed where nobody catches it, until told to stop", () => {
    class Thrown extends Event {
      error: unknown = new Error("thrown");
      message = "thrown";
    }
    class Rejected extends Event {
      reason = new Error("rejected");
    }
    Object.assign(globalThis, { ErrorEvent: Thrown, PromiseRejectionEvent: Rejected });
    const page = new EventTarget();
    const stop = followFailures(page);
    page.dispatchEvent(new Thrown("error"));
    page.dispatchEvent(new Rejected("unhandledrejection"));
    const late = new Thrown("error");
    late.error = null;
    late.message = "ResizeObserver loop completed with undelivered notifications.";
    page.dispatchEvent(late);
    stop();
    page.dispatchEvent(new Thrown("error"));
    expect(noted()).toMatchObject([{ message: "Error: thrown" }, { message: "Error: rejected" }]);
  });
});
