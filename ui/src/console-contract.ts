/** What the Console room and the back end agree on. */
import type { AppError, Billing, Expected, Money, Picked, Receipt as ReceiptRead } from "@/bindings";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key in string]: JsonValue };

/** Who may call an operation. */
export type Auth = "optional" | "key" | "api_key" | "admin" | "wallet";

/** An operation of the API, with the JSON Schema its form is made from. */
export type OperationView = {
  id: string;
  method: string;
  path: string;
  group: string;
  auth: Auth;
  paid: boolean;
  streams: boolean;
  schema: JsonValue;
};

/** A file of a request: an item of the library, or the handle of what was picked, dropped or pasted. */
export type FileRef = { item: string } | { picked: string };

/** What goes with a request. */
export type With = {
  /** Files by their place in the request, as JSON pointers. */
  files: { [key in string]: FileRef };
  /** What the button said; null for what costs nothing. */
  expected: Expected | null;
  /** Send it although its price isn't known and a limit is set. */
  accept_unpriced: boolean;
};

/** What is told while a call is under way. */
export type CallEvent =
  | { kind: "sent"; job: string | null }
  | { kind: "received"; bytes: number }
  | { kind: "event"; name: string | null; data: string }
  | { kind: "text"; text: string; reasoning: boolean };

/** An answer, and what was made of it. */
export type Answered<T> = {
  call: string;
  job: string | null;
  answer: T;
  /** The items that were made of it, in order. */
  items: string[];
  receipt: Receipt;
};

/** What a call would cost, and whether it can be sent. */
export type CallPrice = {
  /** null = unknown, or nothing for what is free. */
  amount: Money | null;
  /** The amount is the most it can come to. */
  up_to: boolean;
  surcharge: boolean;
  account: string;
  pretend: boolean;
  problem: AppError | null;
};

/** A line of the history. */
export type CallRow = {
  id: string;
  at: string;
  operation: string;
  account: string;
  pretend: boolean;
  status: number | null;
  took_ms: number | null;
  estimate: Money | null;
  /** What the ledger says it was charged; null while it hasn't said. */
  charged: Money | null;
  billing: Billing;
  job: string | null;
  items: string[];
  error: AppError | null;
};

export type CallsPage = { calls: CallRow[]; next: string | null };

/** A file that went with a call; `file` is null where it is gone. */
export type SentFile = { name: string; file: FileRef | null };

/** All that is known of a call. */
export type CallRecord = {
  row: CallRow;
  request: JsonValue;
  files: { [key in string]: SentFile };
  /** JSON or text, cut at 256 kB. */
  answer: string | null;
  answer_cut: boolean;
  receipt: Receipt | null;
};

/** What an answer says of itself. It always comes whole; only what is read from disk may lack parts. */
export type Receipt = Required<ReceiptRead>;

/** A model to choose in a form. */
export type ModelChoice = {
  id: string;
  name: string;
  /** `text`, `image`, `tts` …, as Venice names kinds. */
  kind: string;
  offline: boolean;
  /** The user chose it as the one to use where a form has none. */
  is_default: boolean;
  /** Its lowest price; null = unknown. */
  price: Money | null;
  /** What the price is for. */
  per: "picture" | "million_tokens" | "million_characters" | "second" | "piece" | null;
  /** Venice's `model_spec`, as it came: capabilities, constraints, voices … */
  spec: JsonValue;
};

/** What file dialogs can be asked for. */
export type FileKind = "image" | "audio" | "video" | "document" | "any";

type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: AppError }>;

/** The commands of the Console room. Beside these there is one for each operation, named by its id. */
export type ConsoleCommands = {
  listOperations: () => Answer<OperationView[]>;
  priceOperation: (operation: string, request: JsonValue, places: string[]) => Answer<CallPrice>;
  listModelChoices: (kinds: string[]) => Answer<ModelChoice[]>;
  pickFile: (kind: FileKind) => Answer<Picked | null>;
  listCalls: (operation: string | null, cursor: string | null, limit: number) => Answer<CallsPage>;
  getCall: (id: string) => Answer<CallRecord>;
  forgetCalls: (ids: string[] | null) => Answer<null>;
  copySecret: (storedAs: string) => Answer<null>;
};
