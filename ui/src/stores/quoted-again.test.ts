import { beforeEach, describe, expect, it } from "vitest";
import type { JobView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeJob, keyAccount, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { jobs } from "./jobs.svelte";
import { needsConsent, QuotedAgain } from "./quoted-again.svelte";

const failed = fakeJob("film-0", { kind: "film", state: "failed", items: [], billing: "nothing" });
const unknown = fakeJob("film-0", { kind: "film", state: "unknown", items: [], billing: "unknown" });

let fake: Fake;
function begin(job: JobView, options: FakeOptions = {}): QuotedAgain {
  fake = fakePlatform({ jobs: [job], makingTakes: 0, ...options });
  usePlatform(fake);
  jobs.list = [];
  jobs.take([job]);
  return new QuotedAgain();
}
const called = (name: string): readonly unknown[][] =>
  fake.calls.filter((call) => call.name === name).map((call) => [...call.args]);
const real: FakeOptions = { state: { accounts: [{ ...keyAccount, selected: true }] } };

beforeEach(() => {
  jobs.list = [];
});

describe("sending a film again", () => {
  it("asks what it costs by now, and waits for a word where the money is real", async () => {
    const again = begin(failed, real);
    expect(await again.begin(failed)).toBeNull();
    expect(again.asked?.price?.amount).toEqual(usd("0.50"));
    expect(called("retryQuoted")).toHaveLength(0);
    expect(await again.send()).toBeNull();
    expect(called("retryQuoted")).toEqual([["film-0", false, { account: "key-1", amount: usd("0.50") }]]);
    expect(again.asked).toBeNull();
    // The new one takes the old one's place.
    expect(jobs.list.map((job) => job.state)).toEqual(["accepted"]);
  });

  it("is sent at once where it is free", async () => {
    const again = begin(failed);
    expect(await again.begin(failed)).toBeNull();
    expect([called("retryQuoted").length, again.asked]).toEqual([1, null]);
  });

  it("waits for a word where it may be paid twice, and says so to the back end", async () => {
    const again = begin(unknown);
    await again.begin(unknown);
    expect([called("retryQuoted").length, again.asked?.kind]).toEqual([0, "again"]);
    await again.send();
    expect(called("retryQuoted")[0]?.[1]).toBe(true);
  });

  it("shows the price of now where it has changed meanwhile", async () => {
    let amount = "0.50";
    const again = begin(failed, {
      ...real,
      over: {
        quoteAgain: () =>
          Promise.resolve({
            status: "ok",
            data: {
              amount: usd(amount),
              account: "key-1",
              pretend: false,
              problem: null,
              unpriced: null,
              advice: null,
            },
          }),
        retryQuoted: () => Promise.resolve({ status: "error", error: fakeError("price_changed") }),
      },
    });
    await again.begin(failed);
    amount = "0.75";
    expect((await again.send())?.code).toBe("price_changed");
    expect([again.asked?.price?.amount, again.problem?.code]).toEqual([usd("0.75"), "price_changed"]);
  });
});

describe("a question that was put away while it was sent", () => {
  it("leaves alone the one that was asked meanwhile, and still says what went wrong", async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const again = begin(failed, {
      ...real,
      over: {
        retryQuoted: async () => {
          await held;
          return { status: "error", error: fakeError("price_changed") };
        },
      },
    });
    await again.begin(failed);
    const sent = again.send();
    again.leave();
    await again.begin({ ...failed, id: "film-9" });
    answer();
    expect((await sent)?.code).toBe("price_changed");
    expect([again.asked?.job.id, again.problem]).toEqual(["film-9", null]);
  });
});

describe("consent", () => {
  it("is asked for where the provider asks, and sends nothing without all three words", async () => {
    const asks = { ...failed, error: fakeError("needs_consent", { params: { policy_text: "A text" } }) };
    expect([needsConsent(asks), needsConsent(failed)]).toEqual([true, false]);
    const again = begin(asks, real);
    await again.consent(asks);
    expect([again.asked?.kind, await again.send()]).toEqual(["agree", null]);
    expect(called("agreeToFilm")).toHaveLength(0);
    const all = { terms: true, rights: true, screening: true };
    expect((await again.send({ ...all, rights: false }))?.code).toBe("consent_missing");
    expect(again.asked).not.toBeNull();
    expect(await again.send(all)).toBeNull();
    expect(called("agreeToFilm").at(-1)).toEqual(["film-0", all, { account: "key-1", amount: usd("0.50") }]);
    expect(called("retryQuoted")).toHaveLength(0);
  });
});
