/** What a transcript was made of, as something to hear. */
import type { TranscriptSummary } from "@/bindings";
import { itemAddress } from "@/gallery/media";
import type { Source } from "@/stores/player.svelte";

export function soundOf(summary: TranscriptSummary | null): Source | null {
  if (summary?.item == null) return null;
  const { item, title, length_ms } = summary;
  return { key: item, address: itemAddress(item), title, lengthMs: length_ms };
}
