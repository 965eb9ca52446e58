import { Channel } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { commands, type AppError, type AppEvent } from "@/bindings";
import type { Commands, Platform, Result } from "./platform";

type Answer = Promise<Result<unknown>>;

function isAppError(value: unknown): value is AppError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** Whatever was thrown, as the one error shape: a refused command throws text, a broken bridge an Error. */
function asError(thrown: unknown, operation: string): AppError {
  if (isAppError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, hint: null, retryable: false, operation, request_id: null, params: {} };
}

/** The same commands, but nothing is thrown: a broken bridge and a refused argument are errors like others. */
function caught(generated: object): Commands {
  const entries = Object.entries(generated) as [string, (...values: unknown[]) => Answer][];
  const safe = entries.map(([name, command]) => [
    name,
    async (...values: unknown[]): Answer => {
      try {
        const answer = await command(...values);
        return answer.status === "ok" ? answer : { status: "error", error: asError(answer.error, name) };
      } catch (thrown) {
        return { status: "error", error: asError(thrown, name) };
      }
    },
  ]);
  // Each is called and answers as before; only what it throws is another.
  return Object.fromEntries(safe) as Commands;
}

/** The back end of the window this page lives in. */
export function tauriPlatform(): Platform {
  return {
    commands: caught(commands),
    isTauri: true,
    channel: (handler) => new Channel(handler),
    listen(handler) {
      const unlisten = listen<AppEvent | AppEvent[]>("app-event", ({ payload }) => {
        handler(Array.isArray(payload) ? payload : [payload]);
      });
      return () => void unlisten.then((stop) => stop());
    },
  };
}
