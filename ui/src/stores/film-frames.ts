import type { FilmFacts, ItemView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { items } from "./items.svelte";

/** What a kept film is. */
export function filmFacts(item: string): Promise<Result<FilmFacts>> {
  return platform.commands.filmFacts(item);
}

/** Keeps a frame of a film as a picture; `png` is Base64. */
export async function keepFrame(film: string, at: number, png: string): Promise<Result<ItemView>> {
  const answer = await platform.commands.keepFrame(film, Math.round(at), png);
  if (answer.status === "ok") items.keep([answer.data]);
  return answer;
}

/** Has a film shown by this frame wherever it is shown small; `png` is Base64. */
export async function keepPoster(film: string, png: string): Promise<Result<ItemView>> {
  const answer = await platform.commands.keepPoster(film, png);
  if (answer.status === "ok") items.keep([answer.data]);
  return answer;
}
