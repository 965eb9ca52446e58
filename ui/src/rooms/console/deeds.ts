/** What can be done with the form, wherever it is asked for: each says how it went. */
import type { FileKind, JsonValue } from "@/console-contract";
import type { MediaKind } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { accounts } from "@/stores/accounts.svelte";
import { consoleRoom } from "@/stores/console.svelte";
import { isObject } from "@/stores/console-shape";
import { fileMark } from "@/stores/console-values";
import { ItemChoice } from "@/stores/item-choice.svelte";
import { notices } from "@/stores/notices.svelte";
import { curlOf } from "./curl";
import { exampleOf, textNamed, type ExampleNote, type Given } from "./examples";
import { withoutSecrets } from "./secrets";
import { view } from "./view.svelte";

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notices.success(t("console.copied"));
  } catch {
    notices.info(t("console.copyFailed"));
  }
}

export async function copyAsCurl(): Promise<void> {
  const { operation, draft } = consoleRoom;
  if (operation === null || draft === null) return;
  await copyText(curlOf(operation, withoutSecrets(operation, draft.value)));
}

export async function copyAsJson(): Promise<void> {
  const { operation, draft } = consoleRoom;
  if (operation === null || draft === null) return;
  await copyText(JSON.stringify(withoutSecrets(operation, draft.request), null, 2));
}

export function emptyForm(): void {
  const { draft } = consoleRoom;
  if (draft === null || draft.isEmpty) return;
  const before = draft.value;
  draft.clear();
  view.example = null;
  notices.info(t("console.cleared"), { label: t("common.undo"), run: () => draft.replace(before) });
}

const KINDS: Partial<Record<FileKind, MediaKind>> = { image: "picture", audio: "sound", video: "film" };

/** What an example asked for before it could be had. */
class Wants {
  readonly models = new Set<string>();
  readonly files = new Set<FileKind>();
  readonly answers = new Set<string>();
}

/** What is to be told of an example: one note for each operation its values come from. */
class Said {
  readonly #fields = new Map<string, string[]>();
  readonly #found = new Set<string>();
  withoutFile = false;
  withoutWallet = false;

  from(operation: string, field: string, found: boolean): void {
    this.#fields.set(operation, [...(this.#fields.get(operation) ?? []), field]);
    if (found) this.#found.add(operation);
  }

  get notes(): readonly ExampleNote[] {
    const notes: ExampleNote[] = [...this.#fields].map(([operation, fields]) => ({
      kind: this.#found.has(operation) ? "from" : "wants",
      fields,
      operation,
    }));
    if (this.withoutFile) notes.push({ kind: "file" });
    if (this.withoutWallet) notes.push({ kind: "wallet" });
    return notes;
  }
}

/**
 * Fills the form with the operation's example. It is asked twice: first for what it wants, so that all of it can be
 * fetched, and then for its values.
 */
export async function fillExample(): Promise<void> {
  const { operation, draft } = consoleRoom;
  if (operation === null || draft === null || view.filling) return;
  view.filling = true;
  try {
    const wants = new Wants();
    exampleOf(operation.id, wanting(wants));
    const [files, answers] = await Promise.all([
      newestFiles([...wants.files]),
      lastAnswers([...wants.answers]),
      consoleRoom.models.ensure([...wants.models]),
    ]);
    const said = new Said();
    const value = exampleOf(operation.id, giving(files, answers, said));
    const before = draft.value;
    const lost = !draft.isEmpty && JSON.stringify(before) !== JSON.stringify(value);
    draft.replace(value);
    view.example = { operation: operation.id, notes: said.notes };
    if (lost) {
      const run = (): void => draft.replace(before);
      notices.info(t("console.exampleReplaced"), { label: t("common.undo"), run });
    }
  } finally {
    view.filling = false;
  }
}

async function newestFiles(kinds: readonly FileKind[]): Promise<Map<FileKind, JsonValue>> {
  const found = new Map<FileKind, JsonValue>();
  for (const kind of kinds) {
    const media = KINDS[kind];
    if (media === undefined) continue;
    const choice = new ItemChoice();
    await choice.read(media, "", 1);
    const [item] = choice.list;
    if (item) found.set(kind, fileMark({ item: item.id }, item.title));
  }
  return found;
}

async function lastAnswers(operations: readonly string[]): Promise<Map<string, JsonValue>> {
  const found = new Map<string, JsonValue>();
  for (const operation of operations) {
    const answer = await consoleRoom.lastAnswer(operation);
    if (answer !== null) found.set(operation, answer);
  }
  return found;
}

function wanting(wants: Wants): Given {
  return {
    model: (kind) => {
      wants.models.add(kind);
      return "";
    },
    setting: (_model, _place, usual) => usual,
    file: (kind) => {
      wants.files.add(kind);
      return undefined;
    },
    last: (operation) => {
      wants.answers.add(operation);
      return undefined;
    },
    wallet: () => undefined,
    nonce: () => "",
    day: () => "",
  };
}

function giving(
  files: ReadonlyMap<FileKind, JsonValue>,
  answers: ReadonlyMap<string, JsonValue>,
  said: Said,
): Given {
  return {
    model: (kind, fits) => {
      const there = consoleRoom.models.of([kind]).filter((model) => !model.offline);
      const fitting = there.filter(
        (model) => fits === undefined || fits(isObject(model.spec) ? model.spec : {}),
      );
      return (fitting[0] ?? there[0])?.id ?? "";
    },
    setting: (model, place, usual) => {
      const spec = consoleRoom.models.find(model)?.spec;
      const found = place.reduce<JsonValue | undefined>(
        (at, name) => (isObject(at) ? at[name] : undefined),
        spec,
      );
      const first = Array.isArray(found) ? found[0] : undefined;
      return typeof first === "string" ? first : usual;
    },
    file: (kind) => {
      const found = files.get(kind);
      if (found === undefined) said.withoutFile = true;
      return found;
    },
    last: (operation, key, field) => {
      const answer = answers.get(operation);
      const found = answer === undefined ? undefined : textNamed(key, answer);
      said.from(operation, field, found !== undefined);
      return found;
    },
    wallet: () => {
      const address = accounts.selected?.wallet ?? undefined;
      if (address === undefined) said.withoutWallet = true;
      return address;
    },
    nonce: (bytes) =>
      [...crypto.getRandomValues(new Uint8Array(bytes))]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(""),
    day: (later) => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10),
  };
}
