import { beforeEach, describe, expect, it } from "vitest";
import type { PictureRequest } from "@/bindings";
import { fakePlatform, type Fake } from "@/platform/fake";
import { fakeId, fakeItem, fakeModels } from "@/platform/fake-data";
import { usePlatform } from "@/platform/platform";
import { items } from "./items.svelte";
import { EMPTY_FORM, readForm, requestOf, withRecipe, type FormFields } from "./pictures-form";
import { movedReference, referencesTaken, withReferences } from "./refining-form";
import { Refining } from "./refining.svelte";

const now = new Date("2026-11-21T14:32:00Z");
const source = fakeItem(3, now);
const retouch = fakeModels.edit[0]!;
const edit: FormFields = {
  ...EMPTY_FORM,
  mode: "edit",
  source: source.id,
  editPrompt: "Make it winter",
  references: ["a", "b", "c"],
  mask: { id: "mask-1", item: source.id },
};
const asked = (fields: FormFields, model = retouch): PictureRequest | null =>
  requestOf(fields, { make: null, edit: model }, source, false);

describe("an edit", () => {
  it("sends as many references as the model takes beside picture and mask, and keeps the others", () => {
    expect(asked(edit)).toMatchObject({ mask: "mask-1", references: ["a"], quality: null });
    expect(asked({ ...edit, mask: null })).toMatchObject({ mask: null, references: ["a", "b"] });
    expect(asked(edit, { ...retouch, max_input_images: 10 })).toMatchObject({ references: ["a", "b", "c"] });
    expect(asked(edit, { ...retouch, max_input_images: null })).toMatchObject({ references: [] });
    expect([referencesTaken(retouch, true), referencesTaken(null, false)]).toEqual([1, 0]);
  });

  it("never sends a mask that was painted on another picture", () => {
    expect(asked({ ...edit, mask: { id: "mask-1", item: "another" } })).toMatchObject({ mask: null });
  });

  it("asks for a quality where the model has tiers", () => {
    const tiers = { ...retouch, qualities: ["low", "high"], default_quality: "low" };
    expect(asked(edit, tiers)).toMatchObject({ quality: "low" });
    expect(asked({ ...edit, editQuality: "high" }, tiers)).toMatchObject({ quality: "high" });
    expect(asked({ ...edit, editQuality: "gone" }, tiers)).toMatchObject({ quality: "low" });
  });

  it("comes back from what was kept and from a recipe", () => {
    expect(readForm(JSON.stringify(edit))).toEqual(edit);
    const broken = { ...edit, mask: { id: 4 }, references: ["a", 7], editQuality: {} };
    expect(readForm(JSON.stringify(broken))).toMatchObject({
      mask: null,
      references: ["a"],
      editQuality: null,
    });
    const recipe = asked(edit, { ...retouch, max_input_images: 9 })!;
    expect(withRecipe(EMPTY_FORM, recipe)).toMatchObject({
      mask: { id: "mask-1", item: source.id },
      references: ["a", "b", "c"],
    });
  });

  it("orders its references", () => {
    expect(withReferences(["a", "b"], ["b", "c"])).toEqual(["a", "b", "c"]);
    expect(movedReference(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
    expect(movedReference(["a", "b"], "b", 1)).toEqual(["a", "b"]);
  });
});

describe("the editors", () => {
  let fake: Fake;
  beforeEach(() => {
    fake = fakePlatform({ now: () => now, jobs: [] });
    usePlatform(fake);
  });

  it("open on pictures only, and the background only behind what is see-through", () => {
    const refining = new Refining();
    refining.open("crop", { ...source, kind: "film" });
    expect(refining.editor).toBeNull();
    refining.open("background", source);
    expect(refining.editor).toBeNull();
    refining.open("background", { ...source, has_alpha: true });
    expect([refining.editor, refining.item?.id]).toEqual(["background", source.id]);
    refining.close();
    expect([refining.editor, refining.item]).toEqual([null, null]);
  });

  it("make new pictures that are known at once, and are busy meanwhile", async () => {
    const refining = new Refining();
    const asking = refining.adjust(fakeId(3), {
      turn: 0,
      flip_horizontal: false,
      flip_vertical: false,
      crop: { x: 0, y: 0, width: 10, height: 20 },
      resize: null,
    });
    expect(refining.busy).toBe(true);
    const answer = await asking;
    if (answer.status === "error") throw new Error(answer.error.code);
    expect(refining.busy).toBe(false);
    expect(items.get(answer.data.id)).toMatchObject({ origin: "adjusted", width: 10, height: 20 });
    const missing = await refining.compose("gone", { kind: "colour", colour: "#ffffff" });
    expect([missing.status, refining.busy]).toEqual(["error", false]);
  });
});
