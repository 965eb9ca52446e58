import { describe, expect, it } from "vitest";
import type { JobView, MakeRequest } from "@/bindings";
import { fakeId, fakeItem, fakeJob } from "@/platform/fake-data";
import { sharedSeed, tableOf, wishOf } from "./table";
import { stripOf } from "./strip";

const plain: MakeRequest = {
  model: "one",
  prompt: "Fog",
  negative_prompt: null,
  width: null,
  height: null,
  aspect_ratio: "1:1",
  resolution: null,
  quality: null,
  steps: null,
  cfg_scale: null,
  seed: 1,
  style: null,
  variants: 1,
  safe_mode: true,
  hide_watermark: true,
};

function batch(requests: readonly Partial<MakeRequest>[]): JobView[] {
  return requests.map((over, index) => {
    const request = { ...plain, ...over };
    return fakeJob(`job-${String(index)}`, {
      model: request.model,
      request: { kind: "make", ...request },
      wanted: request.variants,
      items: [],
      state: "planned",
      batch: { id: "batch-1", index, of: requests.length },
    });
  });
}

const cells = (table: ReturnType<typeof tableOf>) =>
  table.rows.map((row) =>
    row.cells.map((cell) => (cell === null ? null : `${cell.job.id}/${String(cell.index)}`)),
  );

describe("a batch as a table", () => {
  it("has the longer of its axes side by side as long as that fits, the others down the page", () => {
    const models = ["one", "two", "three"];
    const table = tableOf(
      batch(
        models.flatMap((model) =>
          ["Ink", ""].flatMap((style) => [1, 2].map((seed) => ({ model, style, seed }))),
        ),
      ),
    );
    expect(table.columns.map((heading) => heading.value)).toEqual(models);
    expect(table.rows.map((row) => row.headings.map((heading) => heading.value))).toEqual([
      ["Ink", "0"],
      ["Ink", "1"],
      ["", "0"],
      ["", "1"],
    ]);
    expect(cells(table)[1]).toEqual(["job-1/0", "job-5/0", "job-9/0"]);
    expect([table.flat, table.byChance]).toEqual([false, false]);
  });

  it("is one line of pictures where they differ in one thing alone", () => {
    const seeds = tableOf(batch([{ variants: 4 }, { variants: 2, seed: 5 }]));
    expect([seeds.flat, seeds.columns.length]).toEqual([true, 6]);
    expect(cells(seeds)).toEqual([["job-0/0", "job-0/1", "job-0/2", "job-0/3", "job-1/0", "job-1/1"]]);
    const alone = tableOf(batch([{}]));
    expect(cells(alone)).toEqual([["job-0/0"]]);
  });

  it("goes down the page with what is too many to stand side by side", () => {
    const models = Array.from({ length: 8 }, (_, index) => `model-${String(index)}`);
    const table = tableOf(batch(models.flatMap((model) => ["a", "b"].map((prompt) => ({ model, prompt })))));
    expect([table.columns.length, table.rows.length]).toEqual([2, 8]);
  });

  it("doesn't take wordings that chance chose for an axis", () => {
    const table = tableOf(
      batch([
        { model: "one", prompt: "dawn", seed: 1 },
        { model: "one", prompt: "dusk", seed: 2 },
        { model: "two", prompt: "dawn", seed: 1 },
        { model: "two", prompt: "dawn", seed: 2 },
      ]),
    );
    expect(table.byChance).toBe(true);
    expect(table.columns.map((heading) => heading.value)).toEqual(["one", "two"]);
    expect(cells(table)).toEqual([
      ["job-0/0", "job-2/0"],
      ["job-1/0", "job-3/0"],
    ]);
  });

  it("puts a job that was sent again where the first one stood", () => {
    const [one, two] = batch([{ model: "one" }, { model: "two" }]);
    if (!one || !two) throw new Error("there are two");
    const again = { ...one, id: "again", state: "sent" as const };
    expect(cells(tableOf([one, again, two]))).toEqual([["again/0", "job-1/0"]]);
  });

  it("names the seed that a line shares, where each picture's is known", () => {
    const jobs = batch([
      { model: "one", seed: 7 },
      { model: "two", seed: 7 },
    ]);
    const slots = jobs.map((job) => ({ job, index: 0 }));
    expect(sharedSeed(slots, () => null)).toBe(7);
    const [four] = batch([{ variants: 4, seed: 7 }]);
    if (!four) throw new Error("there is one");
    expect(sharedSeed([{ job: four, index: 1 }], () => null)).toBeNull();
    const item = fakeItem(0, new Date(), { seed: 9 });
    const made = { ...four, items: [fakeId(0)] };
    expect(sharedSeed([{ job: made, index: 0 }], (id) => (id === item.id ? item : null))).toBe(9);
  });
});

describe("the strip of work", () => {
  it("folds a batch into one entry and leaves out what is done", () => {
    const jobs = batch([{}, { model: "two" }]);
    const list = [
      fakeJob("done", { state: "saved" }),
      fakeJob("call", { kind: "call", state: "sent" }),
      fakeJob("failed", { state: "failed", items: [] }),
      ...jobs,
    ];
    const entries = stripOf(list, new Map([["batch-1", jobs]]));
    expect(entries.map((entry) => [entry.key, entry.jobs.length])).toEqual([
      ["failed", 1],
      ["batch-1", 2],
    ]);
    expect(entries[1]?.title).toBe("Fog");
  });

  it("names a batch by its words as they were written", () => {
    const [job] = batch([{ prompt: "at dawn" }]);
    if (job?.request?.kind !== "make") throw new Error("it makes pictures");
    const written = { ...job, request: { ...job.request, written_as: "at {dawn|dusk}" } };
    expect([wishOf(job), wishOf(written)]).toEqual(["at dawn", "at {dawn|dusk}"]);
  });
});
