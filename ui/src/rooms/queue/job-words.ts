import type { JobKind, JobState } from "@/bindings";
import type { PlainKey } from "@/i18n/index.svelte";

export const stateWords: Record<JobState, PlainKey> = {
  planned: "queue.statePlanned",
  sent: "queue.stateSent",
  accepted: "queue.stateAccepted",
  ready: "queue.stateReady",
  saved: "queue.stateSaved",
  failed: "queue.stateFailed",
  cancelled: "queue.stateCancelled",
  unknown: "queue.stateUnknown",
};

export const kindWords: Record<JobKind, PlainKey> = {
  make: "queue.kindMake",
  edit: "queue.kindEdit",
  upscale: "queue.kindUpscale",
  cut_out: "queue.kindCutOut",
  call: "queue.kindCall",
  chat: "queue.kindChat",
  speak: "queue.kindSpeak",
  transcribe: "queue.kindTranscribe",
  clone: "queue.kindClone",
};
