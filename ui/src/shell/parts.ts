/** What the first frame does without, each in a piece of its own that is loaded when it is first wanted. */
export const parts = {
  palette: () => import("@/shell/Palette.svelte"),
  shortcuts: () => import("@/shell/ShortcutsSheet.svelte"),
  addKey: () => import("@/shell/AddKeyDialog.svelte"),
  welcome: () => import("@/shell/Welcome.svelte"),
  notices: () => import("@/shell/Notices.svelte"),
};
