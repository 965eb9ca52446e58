/** What of the tab is open and looked at; nothing of it is kept. */

/** Where the caret goes when the text of a line is shown to be typed into. */
export type Caret = { readonly line: number; readonly from: number; readonly to: number };

export const view = $state({
  /** The list, where it is a sheet. */
  list: false,
  library: false,
  speakers: false,
  pieces: false,
  /** What is heard stays in sight. */
  follow: true,
  /** The line that has the keyboard, or had it last. */
  line: null as number | null,
  /** The line whose menu is open, and the one whose speaker is chosen. */
  menu: null as number | null,
  speaking: null as number | null,
});

/** What one part of the tab asks of another. */
export const asks: {
  caret: Caret | null;
  /** Brings a line into sight; `focus` gives it the keyboard. */
  reveal: (line: number, focus?: boolean) => void;
  search: () => void;
} = { caret: null, reveal: () => undefined, search: () => undefined };

export function forget(): void {
  Object.assign(view, {
    line: null,
    menu: null,
    speaking: null,
    pieces: false,
    speakers: false,
    follow: true,
  });
  asks.caret = null;
}
