import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { AppError, AppEvent, Result } from "@/bindings";
import type { Commands, Platform } from "./platform";

type Answer = Promise<Result<unknown, AppError>>;

function isAppError(value: unknown): value is AppError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** Whatever was thrown, as the one error shape: a refused command throws text, a broken bridge an Error. */
function asError(thrown: unknown, operation: string): AppError {
  if (isAppError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, hint: null, retryable: false, operation, request_id: null, params: {} };
}

async function call(name: string, args?: Record<string, unknown>): Answer {
  try {
    return { status: "ok", data: await invoke(name, args) };
  } catch (thrown) {
    return { status: "error", error: asError(thrown, name) };
  }
}

/** The parameter names of each command, as the back end spells them on the wire. */
const parameters: { readonly [K in keyof Commands]: readonly string[] } = {
  appState: [],
  changeSettings: ["patch"],
  openLink: ["url"],
  listAccounts: [],
  addKeyAccount: ["name", "key"],
  selectAccount: ["id"],
  renameAccount: ["id", "name"],
  forgetAccount: ["id"],
  testAccount: ["id"],
  vaultStatus: [],
  retryKeychain: [],
  useVaultFile: ["passphrase"],
  pictureModels: ["refresh"],
  pictureStyles: [],
  estimatePicture: ["request"],
  startPicture: ["request"],
  openJobs: [],
  listJobs: ["cursor", "limit"],
  cancelJob: ["id"],
  retryJob: ["id", "evenIfCharged"],
  dismissJob: ["id"],
  pickPictures: [],
  pastePicture: [],
  importPicked: ["handles"],
  cancelImport: [],
  libraryPage: ["query"],
  libraryDays: ["query"],
  libraryFacets: [],
  libraryStatus: [],
  getItem: ["id"],
  getItems: ["ids"],
  changeItem: ["id", "patch"],
  trashItems: ["ids"],
  restoreItems: ["ids"],
  emptyTrash: [],
  exportItem: ["id", "withRecipe"],
  showItemInFolder: ["id"],
  copyItem: ["id"],
};

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function commandsOf(table: Readonly<Record<string, readonly string[]>>): Commands {
  const made: Record<string, (...values: unknown[]) => Answer> = {};
  for (const [name, names] of Object.entries(table)) {
    const command = snakeCase(name);
    made[name] = (...values) =>
      call(command, Object.fromEntries(names.map((parameter, index) => [parameter, values[index]])));
  }
  // The table has every name of `Commands`; what an answer holds is the back end's word.
  return made as unknown as Commands;
}

/** The back end of the window this page lives in. */
export function tauriPlatform(): Platform {
  return {
    commands: commandsOf(parameters),
    isTauri: true,
    listen(handler) {
      const unlisten = listen<AppEvent | AppEvent[]>("app-event", ({ payload }) => {
        handler(Array.isArray(payload) ? payload : [payload]);
      });
      return () => void unlisten.then((stop) => stop());
    },
  };
}
