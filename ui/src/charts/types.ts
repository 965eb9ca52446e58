/** One colour of a chart. */
export type Series = {
  readonly id: string;
  readonly label: string;
  /** A colour of CSS. */
  readonly colour: string;
};

/** What stands at one place of the horizontal axis. */
export type Column = {
  readonly id: string;
  /** Its whole name, as it is read out. */
  readonly label: string;
  /** Its name under the axis. */
  readonly tick: string;
  /** One for each series; null where there is nothing to draw. */
  readonly values: readonly (ColumnValue | null)[];
  /** All of it, in words; for bars that are stacked. */
  readonly total?: string;
};

export type ColumnValue = {
  /** How high it is drawn. Only for drawing: it has no more digits than a pixel needs. */
  readonly height: number;
  /** What it is, in words and to the last digit. */
  readonly words: string;
};

/** A line across all columns, e.g. what is allowed in each. */
export type Limit = { readonly height: number; readonly words: string };

/** A cell of the table behind a chart: what is shown, and what is written to a file. */
export type Cell = { readonly shown: string; readonly exact: string };

export type Table = {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The first columns are words; those from here on are figures. */
  readonly figuresFrom: number;
  /** The columns from here on are only written to files; none where it isn't given. */
  readonly shownUntil?: number;
};

/** What is asked to be kept of a chart. */
export type ChartFile = {
  readonly title: string;
  readonly format: "png" | "svg" | "csv";
  /** PNG as Base64, the others as text. */
  readonly content: string;
};
