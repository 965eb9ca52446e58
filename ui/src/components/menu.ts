import type { Component } from "svelte";

/** A line of a menu; "rule" divides. */
export type MenuEntry =
  | "rule"
  | { heading: string }
  | {
      label: string;
      detail?: string;
      icon?: Component;
      shortcut?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Set where the line is one of a choice. */
      checked?: boolean;
      run: () => void;
    };
