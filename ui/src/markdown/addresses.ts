const openable = new Set(["http:", "https:", "mailto:"]);

/** The address of a link that may be opened, in full; null for any other: scripts, data, files, places in no page. */
export function safeAddress(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return null;
  }
  return openable.has(url.protocol) && (url.protocol === "mailto:" || url.hostname !== "") ? url.href : null;
}

/** The name of the place a web address leads to. */
export function hostOf(address: string): string {
  try {
    return new URL(address).hostname.replace(/^www\./, "");
  } catch {
    return "";
  }
}
