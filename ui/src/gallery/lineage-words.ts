import type { ItemView, LineageLink } from "@/bindings";
import { t } from "@/i18n/index.svelte";

const OPERATIONS = {
  made: "library.made",
  edited: "library.edited",
  upscaled: "library.upscaled",
  cut_out: "library.cutOut",
  adjusted: "boards.adjusted",
  composed: "boards.composed",
  recorded: "library.recorded",
  imported: "library.imported",
} as const;
const ROLES = {
  reference: "boards.roleReference",
  mask: "boards.roleMask",
  first_frame: "boards.roleFirstFrame",
  last_frame: "boards.roleLastFrame",
  sound: "boards.roleSound",
} as const;

/** What a link says: what was done with the picture, or as what it served. */
export function linkWords(link: LineageLink, child: ItemView | null): string {
  if (link.role !== "source") return t(ROLES[link.role]);
  return child === null ? "" : t(OPERATIONS[child.origin]);
}
