/** What the Record tab does. Each says how it went. */
import type { ItemView, SoundFormat } from "@/bindings";
import { complain, settleImport } from "@/gallery/item-actions";
import { trashAll, told } from "@/gallery/item-bulk";
import { t } from "@/i18n/index.svelte";
import { exporting } from "@/stores/exports.svelte";
import { imports, type Brought } from "@/stores/imports.svelte";
import { notices } from "@/stores/notices.svelte";
import { player } from "@/stores/player.svelte";
import { recorder } from "@/stores/recorder.svelte";
import { sounds } from "@/stores/sounds.svelte";
import { bench } from "./bench.svelte";

/** Begins a recording or ends the one that runs. What goes wrong is said where the recorder is. */
export async function record(): Promise<void> {
  await (recorder.recording ? recorder.end() : recorder.record());
}

export async function tryOut(): Promise<void> {
  await recorder.record(true);
}

export async function pause(): Promise<void> {
  complain(await recorder.pause(!recorder.paused));
}

export async function arm(open: boolean): Promise<void> {
  await (open ? recorder.arm(recorder.device?.id ?? null) : recorder.disarm());
}

/** Marks a place: of the recording that runs, or where the shown sound is. Answers whether nothing went wrong. */
export async function mark(label = ""): Promise<boolean> {
  const { id } = bench.sound;
  const problem = recorder.recording
    ? await recorder.mark(label)
    : id === null
      ? null
      : await bench.sound.add(player.atOf(id), label);
  complain(problem);
  return problem === null;
}

export async function removeMarker(index: number): Promise<void> {
  const { problem, undo } = await bench.sound.remove(index);
  if (problem !== null) complain(problem);
  else told(t("record.markerRemoved"), undo);
}

export async function rename(item: ItemView, title: string): Promise<void> {
  const words = title.trim();
  if (words === "" || words === item.title) return;
  complain(await sounds.rename(item.id, words));
}

export async function keepPart(): Promise<void> {
  const { part, item } = bench;
  if (part === null || item === null) return;
  const answer = await sounds.trim(item.id, part.from, part.to);
  if (answer.status === "error") {
    complain(answer.error);
    return;
  }
  notices.success(t("record.partKept"));
  // A part is no recording of its own making: it is among all sounds.
  if (answer.data.origin !== "recorded") await sounds.show("all");
  bench.select(answer.data.id);
}

export async function exportAs(item: ItemView, format: SoundFormat): Promise<void> {
  bench.writing = item.id;
  const answer = await sounds.export(item.id, format);
  bench.writing = null;
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) {
    notices.success(t("record.exported", { path: answer.data }), {
      label: t("record.showFolder"),
      run: () => void exporting.show().then(complain),
    });
  }
}

export async function trash(item: ItemView): Promise<void> {
  player.close(item.id);
  const next = bench.beside(item.id);
  const shown = bench.selected === item.id;
  await trashAll([item.id]);
  if (shown) bench.select(next);
}

/** Shows what was brought in, and all sounds with it. */
export async function take(brought: Brought): Promise<void> {
  const came = settleImport(brought);
  const first = came.find((item) => item.kind !== "picture");
  if (first === undefined) return;
  await sounds.show("all");
  bench.select(first.id);
}

export async function bringFiles(): Promise<void> {
  await take(await imports.pickSounds());
}
