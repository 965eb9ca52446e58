import { describe, expect, it } from "vitest";
import type { JobView } from "@/bindings";
import { fakePlatform } from "@/platform/fake";
import { fakeError, fakeJob } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { Queue } from "./queue.svelte";

const jobs = (count: number): JobView[] =>
  Array.from({ length: count }, (_, index) =>
    fakeJob(`job-${index}`, {
      created_at: new Date(Date.UTC(2026, 10, 21) - index * 60_000).toISOString(),
      state: index === 170 ? "failed" : "saved",
    }),
  );

describe("Queue", () => {
  it("reads a page at a time, newest first, to the end", async () => {
    usePlatform(fakePlatform({ jobs: jobs(120) }));
    const queue = new Queue();
    await queue.start();
    expect([queue.list.length, queue.more]).toEqual([50, true]);
    await queue.read();
    await queue.read();
    expect([queue.list.length, queue.more]).toEqual([120, false]);
    expect(queue.list[0]?.id).toBe("job-0");
    queue.stop();
  });

  it("reads on until a filter finds something", async () => {
    usePlatform(fakePlatform({ jobs: jobs(200) }));
    const queue = new Queue();
    await queue.start();
    await queue.show("failed");
    expect(queue.shown.map((job) => job.id)).toEqual(["job-170"]);
    queue.stop();
  });

  it("follows jobs while it is started, without listing one twice", async () => {
    usePlatform(fakePlatform({ jobs: jobs(2) }));
    const queue = new Queue();
    await queue.start();
    const changed = fakeJob("job-1", { ...queue.list[1], state: "cancelled" });
    const added = fakeJob("job-9", { created_at: "2027-01-01T00:00:00Z", state: "sent" });
    events.dispatch([
      { type: "job", job: changed },
      { type: "job", job: added },
    ]);
    expect(queue.list.map((job) => `${job.id} ${job.state}`)).toEqual([
      "job-9 sent",
      "job-0 saved",
      "job-1 cancelled",
    ]);
    queue.stop();
    events.dispatch([{ type: "job", job: fakeJob("job-10") }]);
    expect(queue.list).toHaveLength(3);
  });

  it("says what is wrong and can be asked again", async () => {
    let broken = true;
    const fake = fakePlatform({ jobs: jobs(1) });
    const { listJobs } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        listJobs: (...args) =>
          broken ? Promise.resolve({ status: "error", error: fakeError("internal") }) : listJobs(...args),
      },
    });
    const queue = new Queue();
    await queue.start();
    expect(queue.failure?.code).toBe("internal");
    broken = false;
    await queue.read();
    expect([queue.failure, queue.list.length]).toEqual([null, 1]);
    queue.stop();
  });
});
