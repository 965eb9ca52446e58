import { describe, expect, it } from "vitest";
import type { JobView } from "@/bindings";
import { fakePlatform } from "@/platform/fake";
import { fakeId, fakeError, fakeJob, usd } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { Jobs } from "./jobs.svelte";
import { EMPTY_FORM, requestOf } from "./pictures-form";
import { fakeModels } from "@/platform/fake-data";

const model = fakeModels.make[0];
const request = requestOf({ ...EMPTY_FORM, prompt: "Fog" }, { make: model ?? null, edit: null }, null, false);

async function started(list = [fakeJob("job-1", { state: "sent", items: [] })]): Promise<Jobs> {
  usePlatform(fakePlatform({ jobs: list, makingTakes: 0 }));
  const jobs = new Jobs();
  expect(await jobs.start()).toBeNull();
  return jobs;
}

describe("Jobs", () => {
  it("follows events, a batch at once, and never turns a job back", async () => {
    const jobs = await started();
    const done = fakeJob("job-1", { state: "saved", items: [fakeId(1)] });
    events.dispatch([{ type: "job", job: done }]);
    expect(jobs.get("job-1")?.state).toBe("saved");
    // An answer that was on its way while the event came.
    jobs.take([fakeJob("job-1", { state: "planned", items: [] })]);
    expect(jobs.get("job-1")?.items).toEqual([fakeId(1)]);
    expect(jobs.madeBy(fakeId(1))?.id).toBe("job-1");
    expect(jobs.running).toEqual([]);
    jobs.stop();
    events.dispatch([{ type: "job", job: fakeJob("job-2") }]);
    expect(jobs.list).toHaveLength(1);
  });

  it("sorts nothing where one of many only goes on, and makes no new list of what is known", async () => {
    let looks = 0;
    const going = (index: number, attempts = 1): JobView => {
      const created = new Date(Date.UTC(2026, 10, 21) + index * 60_000).toISOString();
      const job = fakeJob(`job-${index}`, { state: "sent", items: [], attempts });
      return Object.defineProperty(job, "created_at", {
        enumerable: true,
        get: () => {
          looks += 1;
          return created;
        },
      });
    };
    const jobs = new Jobs();
    jobs.take(Array.from({ length: 500 }, (_, index) => going(index)));
    const ids = jobs.list.map((job) => job.id);
    const [newest] = jobs.list;
    expect(newest?.id).toBe("job-499");
    looks = 0;
    jobs.take([going(250, 7)]);
    expect(looks).toBeLessThan(10);
    expect(jobs.list.map((job) => job.id)).toEqual(ids);
    expect(jobs.get("job-250")?.attempts).toBe(7);
    const { list } = jobs;
    jobs.take(newest === undefined ? [] : [newest]);
    expect(jobs.list).toBe(list);
    // One that comes, and one that goes.
    jobs.take([going(500), { ...going(0), dismissed: true }]);
    expect(jobs.list.map((job) => job.id)).toEqual(["job-500", ...ids.slice(0, -1)]);
  });

  it("lists a job once that is answered and announced", async () => {
    const jobs = await started([]);
    if (request === null) throw new Error("the form makes a request");
    const answer = await jobs.send(request, { account: "sandbox", amount: usd("0.01") });
    expect(answer.status).toBe("ok");
    expect(jobs.list).toHaveLength(1);
    expect(jobs.running).toHaveLength(1);
    jobs.stop();
  });

  it("tries again in the old one's place, and sends an unknown one only when told so", async () => {
    const jobs = await started([fakeJob("job-1", { state: "unknown", items: [], billing: "unknown" })]);
    const refused = await jobs.retry("job-1", false);
    expect(refused).toMatchObject({ status: "error", error: { code: "needs_confirmation" } });
    expect(jobs.list.map((job) => job.id)).toEqual(["job-1"]);
    await jobs.retry("job-1", true);
    expect(jobs.list).toHaveLength(1);
    expect(jobs.list[0]).toMatchObject({ state: "sent" });
    expect(jobs.list[0]?.id).not.toBe("job-1");
    jobs.stop();
  });

  it("puts a job away for good, or brings it back when that can't be kept", async () => {
    const fake = fakePlatform({ jobs: [fakeJob("job-1", { state: "failed" })] });
    let broken = true;
    const { dismissJob } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        openJobs: fake.commands.openJobs,
        dismissJob: (id) =>
          broken ? Promise.resolve({ status: "error", error: fakeError("disk_full") }) : dismissJob(id),
      },
    });
    const jobs = new Jobs();
    jobs.take([fakeJob("job-1", { state: "failed" })]);
    expect(await jobs.dismiss("job-1")).toMatchObject({ code: "disk_full" });
    expect(jobs.list).toHaveLength(1);
    broken = false;
    expect(await jobs.dismiss("job-1")).toBeNull();
    jobs.take([fakeJob("job-1", { state: "failed" })]);
    expect(jobs.list).toHaveLength(0);
  });
});
