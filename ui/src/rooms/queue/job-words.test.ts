import { expect, it } from "vitest";
import { fakeJob } from "@/platform/fake-data";
import { momentOf, timeOf } from "./job-words";

it("tells how long work has taken to the second, and each five once it has taken a minute", () => {
  const sent = Date.parse("2026-11-21T14:32:00Z");
  const job = fakeJob("job-1", { state: "accepted", sent_at: new Date(sent).toISOString() });
  const told = (from: number, to: number): number => {
    const seconds = Array.from({ length: to - from }, (_, index) => sent + (from + index) * 1000 + 400);
    return new Set(seconds.map((now) => timeOf(job, momentOf(job, now)))).size;
  };
  expect(told(10, 40)).toBe(30);
  expect(told(70, 100)).toBe(6);
  // Wherever in the five seconds it was sent.
  for (let late = 0; late < 5000; late += 700) {
    const other = fakeJob("job-2", { state: "accepted", sent_at: new Date(sent + late).toISOString() });
    const moments = Array.from({ length: 60 }, (_, index) =>
      momentOf(other, sent + late + 40_000 + index * 500),
    );
    expect(moments).toEqual(moments.toSorted((one, next) => one - next));
  }
});
