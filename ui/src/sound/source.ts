/** Where sounds are heard from, and where their waveforms are. */
import type { ItemView } from "@/bindings";
import { itemAddress } from "@/gallery/media";
import { app } from "@/stores/app.svelte";
import type { Source } from "@/stores/player.svelte";

/** An item of the library as something to play; of a film its sound. */
export function sourceOf(item: ItemView): Source {
  return { key: item.id, address: itemAddress(item.id), title: item.title, lengthMs: item.duration_ms };
}

/** The waveform of a part of an item, times in milliseconds. */
export function peaksAddress(item: string, from: number, to: number, count: number): string {
  const asked = `from=${Math.round(from)}&to=${Math.round(to)}&count=${count}`;
  return `${app.state?.media_origin ?? ""}/peaks/${item}?${asked}`;
}
