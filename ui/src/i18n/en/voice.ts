/** The Voice room itself. */
export const voice = {
  tabs: "What the room does",
  record: "Record",
  transcribe: "Transcribe",
  speak: "Speak",
} as const;
