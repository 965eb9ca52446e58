import { describe, expect, it } from "vitest";
import { fakeError } from "@/platform/fake-data";
import { explain } from "./table";

describe("explain", () => {
  it("has own words for a code it knows", () => {
    const words = explain(fakeError("INSUFFICIENT_BALANCE", { message: "raw", request_id: "8f2c" }));
    expect(words.what).toBe("The balance is not enough for this.");
    expect(words.remedy).toBe("top_up");
    expect(words.requestId).toBe("8f2c");
  });

  it("fills values in", () => {
    const words = explain(fakeError("prompt_too_long", { params: { length: "1612", max: "1500" } }));
    expect(words.what).toBe("The prompt has 1612 characters; this model takes 1500.");
  });

  it("says what a code means of one operation", () => {
    const retired = explain(fakeError("GONE", { operation: "getBillingUsage" }));
    expect(retired.what).toBe("Venice has closed this older list of charges for good.");
    expect(retired.remedy).toBe("none");
    expect(explain(fakeError("GONE", { operation: "generateImage" })).remedy).toBe("models");
  });

  it("says how long to wait where that was told", () => {
    const advice = (retry_after: string) =>
      explain(fakeError("RATE_LIMIT_EXCEEDED", { params: { retry_after } })).advice;
    expect(advice("30")).toBe("Nothing was charged. Venice asks you to wait 30 seconds.");
    expect(advice("1")).toBe("Nothing was charged. Venice asks you to wait 1 second.");
    expect(explain(fakeError("RATE_LIMIT_EXCEEDED")).advice).toContain("Wait a minute");
  });

  it("keeps the remedy where only the words are an operation's own", () => {
    const lost = explain(fakeError("charged_unknown", { operation: "createChatCompletion" }));
    expect(lost.what).toBe("No answer came, so nobody knows whether this was charged.");
    expect(lost.remedy).toBe("queue");
  });

  it("says what became of the price of work that was ended", () => {
    const advice = (said: string) =>
      explain(fakeError("CONTENT_POLICY_VIOLATION", { params: { refunded: said } })).advice;
    expect(advice("yes")).toBe("What it cost was given back.");
    expect(advice("no")).toBe("It was charged, and not given back.");
    expect(advice("unknown")).toContain("didn’t say");
  });

  it("leaves the back end's words where a value is missing or the code is new", () => {
    const missing = explain(
      fakeError("input_truncated", { message: "the file ends early", hint: "get it again" }),
    );
    expect([missing.what, missing.advice]).toEqual(["the file ends early", "get it again"]);
    const unheard = explain(fakeError("BRAND_NEW", { message: "m", hint: "h", retryable: true }));
    expect(unheard).toMatchObject({ severity: "error", what: "m", advice: "h", remedy: "again" });
    expect(explain(fakeError("toString", { message: "m" })).what).toBe("m");
  });

  it("offers to try again only what may work then", () => {
    expect(explain(fakeError("timed_out", { retryable: false })).remedy).toBe("none");
    expect(explain(fakeError("timed_out", { retryable: true })).remedy).toBe("again");
  });
});
