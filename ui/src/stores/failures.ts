import type { FailurePlace } from "@/bindings";
import { platform } from "@/platform/platform";
import { route } from "./route.svelte";

/** More of a text is not written down anyway. */
const MOST = 8_192;

/** Hands on what failed in the page to whoever writes the log. It never fails itself. */
export function noteFailure(place: FailurePlace, problem: unknown): void {
  const { message, stack } = worded(problem);
  const failure = { place, room: route.room, message: message.slice(0, MOST), stack: stack.slice(0, MOST) };
  try {
    platform.commands.noteFailure(failure).catch(() => undefined);
  } catch {
    // Before there is a back end nothing can be written down.
  }
}

function worded(problem: unknown): { message: string; stack: string } {
  if (problem instanceof Error) {
    const message = `${problem.name}: ${problem.message}`;
    const stack = problem.stack ?? "";
    // Some web views say it all again before the stack.
    return { message, stack: stack.startsWith(message) ? stack.slice(message.length).trimStart() : stack };
  }
  try {
    return { message: String(problem), stack: "" };
  } catch {
    return { message: typeof problem, stack: "" };
  }
}

/** Notes all that fails and nobody catches. Answers how to stop. */
export function followFailures(page: EventTarget = globalThis): () => void {
  const onError = (event: Event): void => {
    if (!(event instanceof ErrorEvent)) return;
    // What was too late for one frame is measured in the next: nothing failed.
    if (event.message.startsWith("ResizeObserver loop")) return;
    noteFailure("elsewhere", event.error ?? event.message);
  };
  const onRejection = (event: Event): void => {
    if (event instanceof PromiseRejectionEvent) noteFailure("elsewhere", event.reason);
  };
  page.addEventListener("error", onError);
  page.addEventListener("unhandledrejection", onRejection);
  return () => {
    page.removeEventListener("error", onError);
    page.removeEventListener("unhandledrejection", onRejection);
  };
}
