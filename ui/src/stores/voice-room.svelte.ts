/** Which part of the Voice room is shown, and what it was asked to show there. */
export const voiceTabs = ["record", "transcribe", "speak"] as const;
export type VoiceTab = (typeof voiceTabs)[number];

function isTab(value: string | undefined): value is VoiceTab {
  return (voiceTabs as readonly (string | undefined)[]).includes(value);
}

export class VoiceRoom {
  tab = $state<VoiceTab>("record");
  /** A sound the tab was asked to work on, and a transcript it was asked to open. */
  item = $state<string | null>(null);
  transcript = $state<string | null>(null);

  show(tab: VoiceTab, asked: { item?: string; transcript?: string } = {}): void {
    this.tab = tab;
    this.item = asked.item ?? null;
    this.transcript = asked.transcript ?? null;
  }

  /** Takes what the address asks for; without a tab all stays as it is. */
  read(query: Readonly<Record<string, string>>): void {
    const { tab, item, transcript } = query;
    if (!isTab(tab)) return;
    this.show(tab, { ...(item && { item }), ...(transcript && { transcript }) });
  }
}

export const voiceRoom = new VoiceRoom();
