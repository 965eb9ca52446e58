import type { AppError, Money } from "@/bindings";
import type {
  Answered,
  CallEvent,
  CallRecord,
  CallRow,
  JsonValue,
  OperationView,
  Receipt,
  With,
} from "@/console-contract";
import { platform, type Result } from "@/platform/platform";
import { overBudget } from "./over-budget.svelte";

/** More events than this of one stream are counted and not kept. */
const MOST_EVENTS = 5000;

export type StreamEvent = { readonly name: string | null; readonly data: string };

/** The one shape that the commands of all operations share. */
type Ask = (
  request: JsonValue,
  files: With,
  told: ReturnType<typeof platform.channel<CallEvent>>,
) => Promise<Result<Answered<JsonValue>>>;

/** One call of an operation: under way, answered or failed; or one of the history. */
export class Run {
  readonly operation: string;
  readonly startedAt: number;
  /** left: it goes on, and nobody here waits for it. */
  state = $state<"under_way" | "answered" | "failed" | "left">("under_way");
  /** The call's id in the history, once it is there. */
  call = $state<string | null>(null);
  job = $state<string | null>(null);
  sent = $state(false);
  /** Bytes. */
  received = $state<number | null>(null);
  text = $state("");
  reasoning = $state("");
  events = $state.raw<readonly StreamEvent[]>([]);
  eventsInAll = $state(0);
  answer = $state.raw<JsonValue | undefined>(undefined);
  answerCut = $state(false);
  items = $state.raw<readonly string[]>([]);
  receipt = $state.raw<Receipt | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** Its line of the history, which knows about the money. */
  row = $state.raw<CallRow | null>(null);
  /** The price that was shown when it was sent. */
  readonly estimate: Money | null;

  constructor(operation: string, startedAt: number, estimate: Money | null = null) {
    this.operation = operation;
    this.startedAt = startedAt;
    this.estimate = estimate;
  }

  /** A call of the history. */
  static of(record: CallRecord): Run {
    const run = new Run(record.row.operation, Date.parse(record.row.at), record.row.estimate);
    const { error, status } = record.row;
    // Without an answer and without an error it is under way elsewhere.
    run.state = error !== null ? "failed" : status === null ? "left" : "answered";
    run.call = record.row.id;
    run.job = record.row.job;
    run.items = record.row.items;
    run.receipt = record.receipt;
    run.problem = record.row.error;
    run.row = record.row;
    run.answerCut = record.answer_cut;
    run.answer = record.answer === null ? undefined : readAnswer(record.answer);
    return run;
  }

  /** Whether it streamed anything. */
  get streamed(): boolean {
    return this.eventsInAll > 0 || this.text !== "" || this.reasoning !== "";
  }

  async ask(operation: OperationView, request: JsonValue, goesWith: With): Promise<void> {
    // The bindings have a command of this shape for each operation, by its id.
    const commands = platform.commands as unknown as Record<string, Ask | undefined>;
    const ask = commands[operation.id];
    if (ask === undefined) {
      this.fail(missing(operation.id));
      return;
    }
    const { expected = null } = goesWith;
    const send = (goes: With): ReturnType<Ask> =>
      ask(
        request,
        goes,
        platform.channel<CallEvent>((event) => this.take(event)),
      );
    const answer = await (expected === null
      ? send(goesWith)
      : overBudget.at(expected, (agreed) => send({ ...goesWith, expected: agreed })));
    if (answer.status === "error") {
      this.fail(answer.error);
      return;
    }
    const { call, job, items, receipt } = answer.data;
    this.call = call;
    this.job = job ?? this.job;
    this.answer = answer.data.answer;
    this.items = items;
    this.receipt = receipt;
    this.state = "answered";
  }

  /** Takes what is told while it is under way. */
  take(event: CallEvent): void {
    switch (event.kind) {
      case "sent":
        this.sent = true;
        this.job = event.job;
        return;
      case "received":
        this.received = event.bytes;
        return;
      case "event":
        this.eventsInAll += 1;
        if (this.events.length < MOST_EVENTS)
          this.events = [...this.events, { name: event.name, data: event.data }];
        return;
      case "text":
        if (event.reasoning) this.reasoning += event.text;
        else this.text += event.text;
    }
  }

  fail(problem: AppError): void {
    this.problem = problem;
    this.call = problem.params["call"] ?? null;
    this.state = "failed";
  }

  /** Waits no longer; what comes all the same is still taken. */
  leave(): void {
    if (this.state === "under_way") this.state = "left";
  }
}

function readAnswer(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function missing(operation: string): AppError {
  return {
    code: "internal",
    message: `There is no command for ${operation}.`,
    hint: null,
    retryable: false,
    operation,
    request_id: null,
    params: {},
  };
}
