import type { Component } from "svelte";

type Part =
  | "palette"
  | "shortcuts"
  | "addKey"
  | "welcome"
  | "closing"
  | "overBudget"
  | "notices"
  | "sound"
  | "comparing"
  | "exporting"
  | "exportReport"
  | "importReport"
  | "refine"
  | "quotedAgain";

/** What the first frame does without, each in a piece of its own that is loaded when it is first wanted. */
export const parts: Record<Part, () => Promise<{ default: Component }>> = {
  palette: () => import("@/shell/Palette.svelte"),
  shortcuts: () => import("@/shell/ShortcutsSheet.svelte"),
  addKey: () => import("@/shell/AddKeyDialog.svelte"),
  welcome: () => import("@/shell/Welcome.svelte"),
  closing: () => import("@/shell/ClosingDialog.svelte"),
  overBudget: () => import("@/shell/OverBudgetDialog.svelte"),
  quotedAgain: () => import("@/gallery/QuotedAgain.svelte"),
  refine: () => import("@/refine/Refining.svelte"),
  notices: () => import("@/shell/Notices.svelte"),
  sound: () => import("@/sound/Sound.svelte"),
  comparing: () => import("@/gallery/compare/Comparing.svelte"),
  exporting: () => import("@/gallery/ExportDialog.svelte"),
  exportReport: () => import("@/gallery/ExportReport.svelte"),
  importReport: () => import("@/gallery/ImportReport.svelte"),
};
