/** The words of the Voice room, which come with it. */
import { voice as voiceEn } from "./en/voice";
import { record as recordEn } from "./en/record";
import { transcript as transcriptEn } from "./en/transcript";
import { speech as speechEn } from "./en/speech";
import { learn } from "./index.svelte";
import { voice as voiceZh } from "./zh-CN/voice";
import { record as recordZh } from "./zh-CN/record";
import { transcript as transcriptZh } from "./zh-CN/transcript";
import { speech as speechZh } from "./zh-CN/speech";

learn({
  en: { voice: voiceEn, record: recordEn, transcript: transcriptEn, speech: speechEn },
  "zh-CN": { voice: voiceZh, record: recordZh, transcript: transcriptZh, speech: speechZh },
});
