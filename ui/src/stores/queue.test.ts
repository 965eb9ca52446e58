import { afterEach, describe, expect, it, vi } from "vitest";
import type { JobView } from "@/bindings";
import { fakePlatform, type Fake, type FakeOptions } from "@/platform/fake";
import { fakeError, fakeJob } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { events } from "./events";
import { Notifying } from "./notifying.svelte";
import { QueueAgain } from "./queue-again.svelte";
import { inLine, matches, EVERYTHING } from "./queue-order";
import { queueState } from "./queue-state.svelte";
import { Queue } from "./queue.svelte";

const at = (minutes: number): string => new Date(Date.UTC(2026, 10, 21) - minutes * 60_000).toISOString();
const past = (count: number): JobView[] =>
  Array.from({ length: count }, (_, index) =>
    fakeJob(`job-${index}`, { created_at: at(index), state: index === 170 ? "failed" : "saved" }),
  );
const waiting = (id: string, minutes: number): JobView =>
  fakeJob(id, { created_at: at(minutes), state: "planned", sent_at: null, finished_at: null, items: [] });

let stops: (() => void)[] = [];

async function started(options: FakeOptions): Promise<{ fake: Fake; queue: Queue }> {
  const fake = fakePlatform({ makingTakes: 0, ...options });
  usePlatform(fake);
  stops.push(events.start(fake));
  const queue = new Queue();
  await queue.start();
  stops.push(() => queue.stop());
  return { fake, queue };
}
const ids = (queue: Queue): string[] => queue.list.map((job) => job.id);

afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  queueState.stop();
  queueState.line = [];
  queueState.counts = null;
  vi.useRealTimers();
});

describe("Queue", () => {
  it("reads a page at a time to the end, what is open first", async () => {
    const open = [waiting("b", 3), waiting("a", 5), fakeJob("runs", { state: "sent", created_at: at(1) })];
    const { queue } = await started({ jobs: [...past(220), ...open] });
    expect([queue.list.length, queue.total, queue.more]).toEqual([100, 223, true]);
    expect(ids(queue).slice(0, 5)).toEqual(["runs", "a", "b", "job-0", "job-1"]);
    await queue.read();
    await queue.read();
    expect([queue.list.length, queue.more]).toEqual([223, false]);
    expect(new Set(ids(queue)).size).toBe(223);
    await queue.read();
    expect(queue.list.length).toBe(223);
  });

  it("is narrowed by the back end, and follows what happens within that", async () => {
    const { fake, queue } = await started({ jobs: past(200) });
    await queue.show({ show: "failed" });
    expect(ids(queue)).toEqual(["job-170"]);
    await queue.show({ show: "open" });
    expect(ids(queue)).toEqual([]);
    fake.emit({ type: "job", job: fakeJob("new", { state: "sent" }) });
    expect([ids(queue), queue.total]).toEqual([["new"], 1]);
    fake.emit({ type: "job", job: fakeJob("new", { state: "saved" }) });
    expect([ids(queue), queue.total]).toEqual([[], 0]);
    await queue.show({ show: "all", text: "no such words" });
    expect([ids(queue), queue.more]).toEqual([[], false]);
  });

  it("doesn't take an answer to another question", async () => {
    const { fake, queue } = await started({ jobs: past(3) });
    const slow = fake.commands.queuePage;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        queuePage: async (query) => {
          if (query.states.includes("saved")) await held;
          return slow(query);
        },
      },
    });
    const first = queue.show({ show: "done" });
    await queue.show({ show: "failed" });
    answer();
    await first;
    expect([ids(queue), queue.loading]).toEqual([[], false]);
  });

  it("follows jobs while it is started, without listing one twice", async () => {
    const { fake, queue } = await started({ jobs: past(2) });
    fake.emit(
      { type: "job", job: fakeJob("job-1", { ...queue.list[1], state: "cancelled" }) },
      { type: "job", job: fakeJob("job-9", { created_at: "2027-01-01T00:00:00Z", state: "sent" }) },
    );
    const shown = (): string[] => queue.list.map((job) => `${job.id} ${job.state}`);
    expect(shown()).toEqual(["job-9 sent", "job-0 saved", "job-1 cancelled"]);
    fake.emit({ type: "job", job: fakeJob("job-9", { created_at: "2027-01-01T00:00:00Z" }) });
    expect(shown()).toEqual(["job-9 saved", "job-0 saved", "job-1 cancelled"]);
    queue.stop();
    fake.emit({ type: "job", job: fakeJob("job-10") });
    expect(queue.list).toHaveLength(3);
  });

  it("says what is wrong and can be asked again", async () => {
    let broken = true;
    const fake = fakePlatform({ jobs: past(1) });
    const { queuePage } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        queuePage: (query) =>
          broken ? Promise.resolve({ status: "error", error: fakeError("internal") }) : queuePage(query),
      },
    });
    const queue = new Queue();
    await queue.start();
    expect([queue.failure?.code, queue.loading]).toEqual(["internal", false]);
    broken = false;
    await queue.start();
    expect([queue.failure, queue.list.length]).toEqual([null, 1]);
    queue.stop();
  });

  it("stands in the line that was kept, also before it is told anew", async () => {
    const { fake, queue } = await started({ jobs: [waiting("c", 1), waiting("b", 2), waiting("a", 3)] });
    await queue.move("c", "a");
    queue.stop();
    queueState.stop();
    // As after a restart.
    queueState.line = [];
    const later = new Queue();
    await later.start();
    expect(ids(later)).toEqual(["c", "a", "b"]);
    fake.emit({ type: "job", job: waiting("late", 9) });
    expect(ids(later)).toEqual(["c", "a", "b", "late"]);
    later.stop();
  });

  it("isn't turned back by a page that was read before something happened", async () => {
    const runs = fakeJob("runs", { state: "sent" });
    const { fake, queue } = await started({ jobs: [runs] });
    const { queuePage } = fake.commands;
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        queuePage: async (query) => {
          const old = await queuePage(query);
          await held;
          return old;
        },
      },
    });
    const read = queue.start();
    fake.emit({ type: "job", job: fakeJob("runs", { state: "saved" }) });
    answer();
    await read;
    expect([queue.list.map((job) => job.state), queue.total]).toEqual([["saved"], 1]);
  });

  it("leaves the order alone, and counts nothing, where a job only goes on in its place", async () => {
    let looks = 0;
    const going = (index: number, over: Partial<JobView> = {}): JobView => {
      const created = at(500 - index);
      const job = fakeJob(`open-${String(index).padStart(3, "0")}`, { state: "sent", ...over });
      return Object.defineProperty(job, "created_at", {
        enumerable: true,
        get: () => {
          looks += 1;
          return created;
        },
      });
    };
    const open = Array.from({ length: 500 }, (_, index) => going(index));
    const { fake, queue } = await started({ jobs: open.map((job) => ({ ...job })) });
    while (queue.more) await queue.read();
    fake.emit(...open.map((job) => ({ type: "job" as const, job })));
    await queueState.read();
    const { order, waiting } = queue;
    expect(order).toHaveLength(500);
    const asked = (): number =>
      fake.calls.filter((call) => ["queueCounts", "queuePage"].includes(call.name)).length;
    const before = asked();
    looks = 0;
    fake.emit({ type: "job", job: going(250, { attempts: 7 }) });
    expect(looks).toBeLessThan(10);
    expect(queue.order).toBe(order);
    expect(queue.waiting).toBe(waiting);
    expect(queue.list[250]?.attempts).toBe(7);
    expect(asked()).toBe(before);
    // Another state is counted, and stands where it stood.
    fake.emit({ type: "job", job: going(250, { state: "accepted" }) });
    expect(queue.order).toBe(order);
    await vi.waitFor(() => expect(asked()).toBe(before + 1));
    fake.emit({ type: "job", job: going(250, { state: "saved" }) });
    expect(queue.order.at(-1)).toBe("open-250");
    // What a filter hides isn't counted again either while its state is the same.
    await queue.show({ show: "failed" });
    await queueState.read();
    const hidden = asked();
    fake.emit({ type: "job", job: going(3, { attempts: 2 }) });
    await queueState.read();
    expect([queue.order.length, asked()]).toEqual([0, hidden + 1]);
  });

  it("counts no job twice that isn't read yet", async () => {
    const open = Array.from({ length: 300 }, (_, index) =>
      fakeJob(`open-${String(index).padStart(3, "0")}`, { state: "accepted", created_at: at(300 - index) }),
    );
    const { fake, queue } = await started({ jobs: [...open, ...past(50)] });
    expect([queue.list.length, queue.total]).toEqual([100, 350]);
    fake.emit(...open.slice(200).map((job) => ({ type: "job" as const, job })));
    await vi.waitFor(() => expect(fake.calls.filter((call) => call.name === "queuePage").length).toBe(2));
    expect(queue.total).toBe(350);
    // What lies behind all that was read comes with its page, in its place.
    fake.emit({ type: "job", job: fakeJob("job-40", { created_at: at(40), billing: "charged" }) });
    expect(ids(queue)).not.toContain("job-40");
    await queue.read();
    await queue.read();
    await queue.read();
    expect([queue.list.length, queue.total, queue.more]).toEqual([350, 350, false]);
  });

  it("lists no job twice that ends while a page is read", async () => {
    const open = Array.from({ length: 150 }, (_, index) =>
      fakeJob(`open-${String(index).padStart(3, "0")}`, { state: "accepted", created_at: at(300 - index) }),
    );
    const { fake, queue } = await started({ jobs: [...open, ...past(50)] });
    const [first] = open;
    if (first === undefined) throw new Error("there are some");
    const ended: JobView = { ...first, state: "saved" };
    const { queuePage } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        queuePage: async (query) => {
          const answer = await queuePage(query);
          // The page knows of it before it is told.
          return answer.status === "ok"
            ? { status: "ok", data: { ...answer.data, jobs: [...answer.data.jobs, ended] } }
            : answer;
        },
      },
    });
    await queue.read();
    const once = (): number => queue.order.filter((id) => id === ended.id).length;
    expect([once(), queue.get(ended.id)?.state]).toEqual([1, "saved"]);
    fake.emit({ type: "job", job: ended });
    expect([once(), queue.order.at(-1)]).toEqual([1, ended.id]);
  });

  it("notices that the past was cleared by somebody else", async () => {
    const { fake, queue } = await started({ jobs: past(5) });
    queue.stop();
    await queue.start();
    // The counts are followed before the list is by now, and take their time: whoever counts already is waited for.
    const { queueCounts } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        queueCounts: () => new Promise((resolve) => setTimeout(() => void queueCounts().then(resolve), 1)),
      },
    });
    await fake.commands.pruneJobs({ older_than_days: null, only_count: false });
    await vi.waitFor(() => expect(ids(queue)).toEqual([]));
  });

  it("is put in another order, paused and cleared", async () => {
    const { queue } = await started({
      jobs: [waiting("c", 1), waiting("b", 2), waiting("a", 3), ...past(2)],
    });
    expect(ids(queue).slice(0, 3)).toEqual(["a", "b", "c"]);
    expect(await queue.move("c", "a")).toBeNull();
    expect(ids(queue).slice(0, 3)).toEqual(["c", "a", "b"]);
    expect(await queue.move("c", null)).toBeNull();
    expect(ids(queue).slice(0, 3)).toEqual(["a", "b", "c"]);
    expect((await queue.move("job-0", null))?.code).toBe("not_found");
    expect(await queueState.pause(true)).toBeNull();
    expect(queueState.paused).toBe(true);
    const answer = await queue.prune({ older_than_days: null, only_count: false });
    expect(answer).toMatchObject({ status: "ok", data: { forgotten: 2, stay: 0 } });
    expect(ids(queue)).toEqual(["a", "b", "c"]);
  });
});

describe("the order", () => {
  it("keeps who came after it was told behind", () => {
    const list = [waiting("late", 0), waiting("b", 2), waiting("a", 3)];
    expect(list.toSorted(inLine(["b", "a"])).map((job) => job.id)).toEqual(["b", "a", "late"]);
  });

  it("finds by words in title and model, as the back end does", () => {
    const job = fakeJob("one", { title: "A Gondola", model: "wan-2.5" });
    const found = (text: string): boolean => matches(job, { ...EVERYTHING, text });
    expect(["", "gond", "WAN gondola", "boat"].map(found)).toEqual([true, true, true, false]);
  });
});

describe("once more", () => {
  it("shows the price first where the money is real, and sends at that price", async () => {
    const real = fakeJob("real", { pretend: false, account: "key-1" });
    const { fake, queue } = await started({ jobs: [real] });
    const again = new QueueAgain();
    expect(await again.begin(real, "duplicate")).toBeNull();
    expect(again.price?.amount).toEqual(real.estimate);
    expect(fake.calls.some((call) => call.name === "duplicateJob")).toBe(false);
    expect(await again.send()).toBeNull();
    expect(fake.calls.find((call) => call.name === "duplicateJob")?.args).toEqual([
      "real",
      { account: "key-1", amount: real.estimate },
    ]);
    expect(again.asked).toBeNull();
    expect(queue.total).toBe(2);
  });

  it("leaves alone what was asked meanwhile", async () => {
    const [one, other] = ["one", "other"].map((id) =>
      fakeJob(id, { pretend: false, account: "key-1", state: "failed", billing: "nothing" }),
    ) as [JobView, JobView];
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const { fake } = await started({ jobs: [one, other] });
    const { retryQuoted } = fake.commands;
    usePlatform({
      ...fake,
      commands: {
        ...fake.commands,
        retryQuoted: async (...args) => {
          await held;
          return retryQuoted(...args);
        },
      },
    });
    const again = new QueueAgain();
    await again.begin(one, "retry");
    const sent = again.send();
    again.leave();
    await again.begin(other, "retry");
    answer();
    expect(await sent).toBeNull();
    expect([again.asked?.job.id, again.sending]).toEqual(["other", false]);
  });

  it("asks even in the sandbox where something may be paid twice", async () => {
    const doubtful = fakeJob("doubt", { state: "unknown", billing: "unknown" });
    const plain = fakeJob("plain", { state: "failed", billing: "nothing" });
    const { fake } = await started({ jobs: [doubtful, plain] });
    const again = new QueueAgain();
    await again.begin(doubtful, "retry");
    expect([again.doubtful, again.asked?.job.id]).toEqual([true, "doubt"]);
    again.leave();
    await again.begin(plain, "retry");
    expect(again.asked).toBeNull();
    expect(fake.calls.filter((call) => call.name === "retryQuoted").map((call) => call.args)).toEqual([
      ["plain", false, { account: plain.account, amount: plain.estimate }],
    ]);
  });
});

describe("Notifying", () => {
  const words = ({ jobs, done, wrong }: { jobs: readonly JobView[]; done: number; wrong: number }) => ({
    title: jobs.map((job) => job.id).join(" "),
    body: `${done} ${wrong}`,
  });

  it("tells together what ends while nobody looks, and nothing else", async () => {
    vi.useFakeTimers();
    const fake = fakePlatform({ jobs: [] });
    usePlatform(fake);
    let looking = false;
    stops.push(
      events.start(fake),
      new Notifying().start(words, () => looking),
    );
    const told = (): unknown[] =>
      fake.calls.filter((call) => call.name === "notify").map((call) => call.args[0]);
    const goes = (id: string, over: Partial<JobView>): void => {
      fake.emit({ type: "job", job: fakeJob(id, { state: "sent" }) });
      fake.emit({ type: "job", job: fakeJob(id, over) });
    };
    goes("a", {});
    goes("b", { state: "failed" });
    goes("chat", { kind: "chat" });
    goes("off", { state: "cancelled" });
    // It was done long since.
    fake.emit({ type: "job", job: fakeJob("old") });
    await vi.advanceTimersByTimeAsync(2000);
    expect(told()).toEqual([{ title: "a b", body: "1 1" }]);
    looking = true;
    goes("c", {});
    await vi.advanceTimersByTimeAsync(2000);
    expect(told()).toHaveLength(1);
  });

  it("knows that the desktop takes none", async () => {
    usePlatform(fakePlatform({ desktop: { notices: false } }));
    const notifying = new Notifying();
    expect((await notifying.show({ title: "", body: "" }))?.code).toBe("no_notifications");
    expect(notifying.refused).toBe(true);
  });
});
