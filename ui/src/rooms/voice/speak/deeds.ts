/** What is done in the Speak tab from more than one place. Each says how it went. */
import type { ReadingView, SoundFormat, SpeechRequest } from "@/bindings";
import { complain } from "@/gallery/item-complain";
import { t } from "@/i18n/index.svelte";
import { notices } from "@/stores/notices.svelte";
import { readings } from "@/stores/readings.svelte";
import { live } from "@/stores/speech-live.svelte";
import { speechTexts, type TextAnswer } from "@/stores/speech-texts.svelte";
import { speech } from "@/stores/speech.svelte";

/** Puts a text that was got into the form, and says what is to be said. */
export function settleText(answer: TextAnswer): void {
  if (answer.status === "error") {
    complain(answer.error);
    return;
  }
  if (typeof answer.data === "string") return;
  const back = speech.useText(answer.data);
  if (back !== null) notices.info(t("speech.textReplaced"), { label: t("common.undo"), run: back });
}

export async function openFile(): Promise<void> {
  settleText(await speechTexts.pick());
}

/** Sends what the form asks for; true when it was sent. */
export async function send(): Promise<boolean> {
  if (!speech.ready) return false;
  const { playLive, mode } = speech.fields;
  const answer = await speech.send();
  if (answer === "repriced") notices.info(t("speech.repriced"));
  if (answer === null || answer === "repriced") return false;
  if (answer.status === "error") {
    complain(answer.error);
    return false;
  }
  const [first] = answer.data;
  if (playLive && mode === "read" && first !== undefined) live.begin(first);
  return true;
}

export function useSettings(request: SpeechRequest): void {
  const back = speech.useRequest(request);
  notices.info(t("speech.settingsUsed"), back === null ? undefined : { label: t("common.undo"), run: back });
}

export async function again(reading: ReadingView): Promise<void> {
  if (readings.asking) return;
  const problem = await readings.again(reading);
  complain(problem);
  if (problem === null && readings.asked === null) notices.success(t("speech.againStarted"));
}

export async function exportSound(item: string, format: SoundFormat): Promise<void> {
  const answer = await readings.export(item, format);
  if (answer.status === "error") complain(answer.error);
  else if (answer.data !== null) notices.success(t("speech.exported", { path: answer.data }));
}

export function modelName(id: string): string {
  return speech.speakers.find((model) => model.id === id)?.name ?? id;
}

export function voiceName(request: SpeechRequest): string | null {
  if (request.voice === null) return null;
  const model = speech.speakers.find((one) => one.id === request.model);
  return model?.voices.find((voice) => voice.id === request.voice)?.name ?? request.voice;
}

/** The voice and model of a reading, in words. */
export function byWords(request: SpeechRequest): string {
  const voice = voiceName(request);
  const model = modelName(request.model);
  return voice === null ? model : t("speech.by", { voice, model });
}
