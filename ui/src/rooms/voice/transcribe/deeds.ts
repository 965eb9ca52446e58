/** What can be done with transcripts. Each says how it went. */
import type { Money, TranscriptFormat, TranscriptSummary } from "@/bindings";
import { complain } from "@/gallery/item-complain";
import { language, t } from "@/i18n/index.svelte";
import { imports, type Brought } from "@/stores/imports.svelte";
import { notices } from "@/stores/notices.svelte";
import { player, type Source } from "@/stores/player.svelte";
import { route } from "@/stores/route.svelte";
import { transcribing } from "@/stores/transcribing.svelte";
import { transcripts } from "@/stores/transcripts.svelte";
import type { Undo } from "@/stores/undo.svelte";
import { languageName } from "./languages";
import { soundOf } from "./sound";
import { forget, view } from "./view.svelte";

export async function show(id: string): Promise<void> {
  view.list = false;
  if (transcripts.editor?.id === id) return;
  forget();
  await transcripts.show(id);
}

/** Puts the open one away for a new one. */
export function begin(): void {
  view.list = false;
  forget();
  transcripts.close();
}

export async function send(): Promise<void> {
  const answer = await transcribing.send();
  if (answer === null) return;
  if (answer.status === "error") {
    complain(answer.error);
    return;
  }
  transcripts.list.take(answer.data);
  await show(answer.data.id);
}

/** Says what is to be said of files that came in. */
function settled(brought: Brought): void {
  complain(brought.problem);
  const heard = brought.items.some((item) => item.kind !== "picture");
  if (brought.problem === null && !brought.nothing && !heard && imports.report === null) {
    notices.info(t("transcript.notHeard"));
  }
}

export async function pick(): Promise<void> {
  settled(await transcribing.pick());
}

export async function bring(files: Parameters<typeof transcribing.bring>[0]): Promise<void> {
  settled(await transcribing.bring(files));
}

function offerUndo(words: string, undo: Undo | null): void {
  notices.info(
    words,
    undo === null ? undefined : { label: t("common.undo"), run: () => void undo().then(complain) },
  );
}

export async function trash(row: TranscriptSummary): Promise<void> {
  const { problem, undo } = await transcripts.trash(row.id, true);
  if (problem === null) offerUndo(t("transcript.trashed", { name: row.title }), undo);
  else complain(problem);
}

export async function restore(row: TranscriptSummary): Promise<void> {
  const { problem, undo } = await transcripts.trash(row.id, false);
  if (problem === null) offerUndo(t("transcript.restored", { name: row.title }), undo);
  else complain(problem);
}

export async function rename(id: string, title: string): Promise<void> {
  complain(await transcripts.rename(id, title));
}

export async function exportAs(format: TranscriptFormat): Promise<void> {
  const answer = await transcripts.export(format);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) notices.success(t("transcript.exported", { name: answer.data }));
}

export async function copyAll(): Promise<void> {
  const answer = await transcripts.words("txt");
  if (answer.status === "error") {
    complain(answer.error);
    return;
  }
  try {
    await navigator.clipboard.writeText(answer.data);
    notices.success(t("transcript.copied"));
  } catch {
    notices.info(t("boards.notCopied"));
  }
}

export type Asked = "summary" | "minutes" | "translation";

/** The language that is read here, or where it was spoken the other one. */
function translatedTo(): string {
  const [mine, other] = language() === "en" ? ["en", "zh"] : ["zh", "en"];
  return transcripts.editor?.summary?.language?.startsWith(mine) === true ? other : mine;
}

/** Opens a new conversation that has it, with what is asked of it typed in. */
export async function toChat(asked: Asked): Promise<void> {
  const said = {
    summary: t("transcript.saySummary"),
    minutes: t("transcript.sayMinutes"),
    translation: t("transcript.sayTranslation", { language: languageName(translatedTo()) }),
  };
  const answer = await transcripts.toChat(said[asked]);
  if (answer.status === "error") complain(answer.error);
  else route.go("chat", { conversation: answer.data });
}

export async function retry(
  piece: number | null,
  model: string | null,
  evenIfCharged: boolean,
  most: Money | null,
): Promise<void> {
  const problem = await transcripts.retry(piece, model, evenIfCharged, most);
  // What it costs is read anew before it is asked for again.
  if (problem?.code === "price_changed") void transcribing.load();
  complain(problem);
}

export async function stop(): Promise<void> {
  complain(await transcripts.cancel());
}

// Listening.

/** What the open transcript was made of, if it can be heard. */
function source(): Source | null {
  return transcripts.editor === null ? null : soundOf(transcripts.editor.summary);
}

/** Where it is heard, in milliseconds. */
function at(): number {
  const sound = source();
  return sound === null ? 0 : player.atOf(sound.key);
}

export function hear(from: number): void {
  const sound = source();
  if (sound === null) return;
  view.follow = true;
  player.play(sound, from);
}

export function toggle(): void {
  const sound = source();
  if (sound !== null) player.toggle(sound);
}

export function by(milliseconds: number): void {
  const sound = source();
  if (sound === null) return;
  player.load(sound);
  player.by(milliseconds);
}

/** To the line before or after the one that is heard. */
export function stepLine(step: 1 | -1): void {
  const { editor } = transcripts;
  const sound = source();
  if (editor === null || sound === null) return;
  const now = editor.clock.lineAt(at());
  const { lines } = editor.text;
  for (let index = now + step; index >= 0 && index < lines.length; index += step) {
    const word = lines[index]?.words[0];
    if (word === undefined) continue;
    view.follow = true;
    player.load(sound);
    player.seek(word[1]);
    return;
  }
}
