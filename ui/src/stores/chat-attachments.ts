import { platform, type Result } from "@/platform/platform";

/** What can be read in a document, a search or a page. */
export function readAttachment(id: string): Promise<Result<string>> {
  return platform.commands.readAttachment(id);
}
