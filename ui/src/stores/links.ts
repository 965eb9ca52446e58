import { platform } from "@/platform/platform";
import { notices } from "./notices.svelte";

/** The pages outside that the window links to; the back end opens these in the browser. */
export const pages = {
  keys: "https://venice.ai/settings/api",
  venice: "https://venice.ai",
} as const;

export function openPage(page: keyof typeof pages): Promise<void> {
  return openAddress(pages[page]);
}

/** Opens a page that an operation names. */
export async function openAddress(address: string): Promise<void> {
  const answer = await platform.commands.openLink(address);
  if (answer.status === "error") notices.error(answer.error);
}
