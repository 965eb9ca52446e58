import type { Translated } from "../words";
import type { voice as source } from "../en/voice";

export const voice: Translated<typeof source> = {
  tabs: "房间功能",
  record: "录音",
  transcribe: "转写",
  speak: "朗读",
};
