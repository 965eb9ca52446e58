import type { Snippet } from "svelte";

/** What a room lends to the frame around it. */
export class Shell {
  controls = $state.raw<Snippet | null>(null);
  paletteOpen = $state(false);
  shortcutsOpen = $state(false);
  addAccountOpen = $state(false);
  /** The account an admin key is wanted for. */
  adminFor = $state<string | null>(null);

  /** Shows `controls` in the top bar beside the room's title; call it in an effect, its answer takes them away. */
  lend(controls: Snippet): () => void {
    this.controls = controls;
    return () => {
      if (this.controls === controls) this.controls = null;
    };
  }
}

export const shell = new Shell();
