import type { Adjustment, Background, ItemView, JobView, PictureBatch, PictureRequest } from "@/bindings";
import { fakeError, usd } from "./fake-data";
import type { Commands, Result } from "./platform";

type Rest = {
  readonly account: () => { id: string; pretend: boolean };
  readonly start: (request: PictureRequest, over?: Partial<JobView>) => JobView;
  readonly jobs: () => readonly JobView[];
  readonly cancel: (id: string) => JobView | null;
  readonly find: (id: string) => ItemView | undefined;
  readonly make: (over: Partial<ItemView>) => ItemView;
  readonly now: () => Date;
};

type PictureCommands = Pick<
  Commands,
  | "estimateBatch"
  | "startBatch"
  | "cancelBatch"
  | "retryBatch"
  | "promptHistory"
  | "keepMask"
  | "getMask"
  | "adjustPicture"
  | "composePicture"
>;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}

/** Every way to read `{dawn|dusk}`; what has no bar is words like any other. */
function wordings(prompt: string): string[] {
  const found = /\{([^{}]*\|[^{}]*)\}/.exec(prompt);
  if (found === null) return [prompt];
  const [whole, inside = ""] = found;
  return [...new Set(inside.split("|").flatMap((word) => wordings(prompt.replace(whole, word.trim()))))];
}

/** The cells of a batch: a request for each. */
function cells(batch: PictureBatch): PictureRequest[] {
  const models = batch.models.length > 0 ? batch.models : [batch.request.model];
  const styles = batch.styles.length > 0 ? batch.styles : [batch.request.style ?? ""];
  const all = wordings(batch.request.prompt);
  const prompts = batch.wording === "each" ? all : [null];
  return models.flatMap((model) =>
    styles.flatMap((style) =>
      prompts.flatMap((prompt) =>
        Array.from({ length: batch.each }, (_, index): PictureRequest => ({
          ...batch.request,
          kind: "make",
          model,
          // Chance, as far as a test can stand it.
          prompt: prompt ?? all[index % all.length] ?? "",
          style: style === "" ? null : style,
          seed: (batch.request.seed ?? 1) + index,
          variants: 1,
        })),
      ),
    ),
  );
}

function sized(item: ItemView, adjustment: Adjustment): { width: number; height: number } {
  const turned = adjustment.turn === 90 || adjustment.turn === 270;
  const whole = turned ? { width: item.height, height: item.width } : item;
  const { width, height } = adjustment.resize ?? adjustment.crop ?? whole;
  return { width, height };
}

/** Batches, masks and what is done to pictures here, in memory. */
export function fakePictures(rest: Rest): PictureCommands {
  const masks = new Map<string, string>();
  let serial = 0;
  const made = (id: string, over: Partial<ItemView>): Promise<Result<ItemView>> => {
    const item = rest.find(id);
    return item === undefined
      ? fail("file_missing")
      : ok(rest.make({ ...item, id: crypto.randomUUID(), ...over }));
  };
  return {
    estimateBatch(batch) {
      const all = cells(batch);
      const each = wordings(batch.request.prompt);
      return ok({
        pictures: all.length,
        requests: all.length,
        amount: usd((all.length * 0.01).toFixed(2)),
        surcharge: batch.request.enhance_prompt ?? false,
        account: rest.account().id,
        pretend: rest.account().pretend,
        wordings: each.slice(0, 8),
        wording_count: each.length,
        problem: all.length > 100 ? fakeError("too_many_pictures") : null,
      });
    },
    startBatch(batch) {
      serial += 1;
      const all = cells(batch);
      const id = `batch-${String(serial)}`;
      return ok(
        all.map((request, index) => rest.start(request, { batch: { id, index, of: all.length } })).reverse(),
      );
    },
    cancelBatch: (id) =>
      ok(
        rest
          .jobs()
          .filter((job) => job.batch?.id === id)
          .map((job) => rest.cancel(job.id) ?? job),
      ),
    retryBatch(id) {
      const unsent = rest
        .jobs()
        .filter((job) => job.batch?.id === id && job.billing === "nothing" && !job.dismissed);
      if (unsent.length === 0) return fail("not_found");
      return ok(
        unsent.flatMap(({ request, batch }) => (request === null ? [] : [rest.start(request, { batch })])),
      );
    },
    promptHistory(text, limit) {
      const times = new Map<string, number>();
      for (const job of rest.jobs()) {
        const prompt = job.request !== null && "prompt" in job.request ? job.request.prompt : "";
        if (prompt === "" || !prompt.toLowerCase().includes(text?.toLowerCase() ?? "")) continue;
        times.set(prompt, (times.get(prompt) ?? 0) + 1);
      }
      const used_at = rest.now().toISOString();
      return ok(
        [...times]
          .slice(0, limit)
          .map(([prompt, count]) => ({ prompt, negative_prompt: null, used_at, times: count })),
      );
    },
    keepMask(item, png) {
      const of = rest.find(item);
      if (of === undefined) return fail("file_missing");
      serial += 1;
      const id = `mask-${String(serial)}`;
      masks.set(id, png);
      return ok({ id, width: of.width, height: of.height, covered: 0.25 });
    },
    getMask(id) {
      const png = masks.get(id);
      return png === undefined ? fail("not_found") : ok(png);
    },
    adjustPicture(id, adjustment) {
      const item = rest.find(id);
      return item === undefined
        ? fail("file_missing")
        : made(id, { origin: "adjusted", cost: null, ...sized(item, adjustment) });
    },
    composePicture: (id: string, background: Background) =>
      made(id, { origin: "composed", cost: null, has_alpha: false, title: background.kind }),
  };
}
