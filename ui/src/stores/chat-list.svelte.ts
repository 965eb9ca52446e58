import type { AppError, ConversationPatch, ConversationRow, FolderView } from "@/bindings";
import { platform } from "@/platform/platform";
import { events } from "./events";

const PAGE = 100;
/** Titles are searched in so many conversations at most. */
const MOST_SEARCHED = 5000;

export type Shelf =
  { kind: "all" } | { kind: "folder"; id: string } | { kind: "archived" } | { kind: "trashed" };

/** The conversations of a shelf: pinned ones first, then by their last message. */
export class ConversationList {
  shelf = $state.raw<Shelf>({ kind: "all" });
  rows = $state.raw<readonly ConversationRow[]>([]);
  folders = $state.raw<readonly FolderView[]>([]);
  total = $state(0);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);

  #next: string | null = null;
  #run = 0;
  #reading: Promise<void> | null = null;
  #again = false;
  /** What is just leaving the shelf, and may still be read as being there. */
  readonly #leaving = new Set<string>();
  #stop: (() => void) | null = null;

  /** Reads the first page and follows all changes from then on. */
  async start(): Promise<void> {
    this.#stop ??= events.on("conversations", () => void this.refresh());
    await Promise.all([this.load(), this.loadFolders()]);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#run += 1;
    this.#reading = null;
  }

  async put(shelf: Shelf): Promise<void> {
    this.shelf = shelf;
    this.rows = [];
    this.loaded = false;
    await this.load();
  }

  get(id: string): ConversationRow | null {
    return this.rows.find((row) => row.id === id) ?? null;
  }

  /** Reads as many as are shown, at least a page. */
  async load(): Promise<void> {
    const run = ++this.#run;
    const wanted = Math.max(PAGE, this.rows.length);
    const rows: ConversationRow[] = [];
    let cursor: string | null = null;
    do {
      const page = await this.#page(cursor);
      if (run !== this.#run) return;
      if (page === null) break;
      rows.push(...page.conversations);
      this.total = page.total;
      cursor = page.next;
    } while (cursor !== null && rows.length < wanted);
    this.#next = cursor;
    this.rows = rows.filter((row) => !this.#leaving.has(row.id));
    this.loaded = true;
  }

  /** Reads the next page, if there is one. */
  async more(): Promise<void> {
    if (this.#next === null || !this.loaded) return;
    const run = this.#run;
    const cursor = this.#next;
    this.#next = null;
    const page = await this.#page(cursor);
    if (run !== this.#run) return;
    if (page === null) {
      this.#next = cursor;
      return;
    }
    this.#next = page.next;
    const known = new Set(this.rows.map((row) => row.id));
    this.rows = [...this.rows, ...page.conversations.filter((row) => !known.has(row.id))];
  }

  /** Reads all of them, so that titles can be searched. */
  async all(): Promise<void> {
    while (this.#next !== null && this.rows.length < MOST_SEARCHED) {
      const before = this.rows.length;
      await this.more();
      if (this.rows.length === before) return;
    }
  }

  async loadFolders(): Promise<void> {
    const answer = await platform.commands.listFolders();
    if (answer.status === "ok") this.folders = answer.data;
    else this.problem = answer.error;
  }

  /** Reads again what is shown; one reading at a time, however many changes come. */
  async refresh(): Promise<void> {
    if (this.#reading !== null) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = (async () => {
      do {
        this.#again = false;
        await Promise.all([this.load(), this.loadFolders()]);
      } while (this.#again);
    })().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Changes some, at once to see and then for good. */
  async change(ids: readonly string[], patch: ConversationPatch): Promise<AppError | null> {
    const leaves = patch.trashed != null || patch.archived != null;
    const before = this.rows;
    if (leaves) for (const id of ids) this.#leaving.add(id);
    this.rows = leaves
      ? before.filter((row) => !ids.includes(row.id))
      : before.map((row) => (ids.includes(row.id) ? withPatch(row, patch) : row));
    const answer = await platform.commands.changeConversations([...ids], patch);
    for (const id of ids) this.#leaving.delete(id);
    if (answer.status === "error") {
      this.rows = before;
      return answer.error;
    }
    // What only changes its place is read in its new order; what is being read just now may be from before.
    if (leaves || patch.pinned != null || patch.folder != null) {
      this.#run += 1;
      void this.refresh();
    }
    return null;
  }

  /** Deletes for good what is in the trash; null = all of it. */
  async forget(ids: readonly string[] | null): Promise<AppError | null> {
    const answer = await platform.commands.deleteConversations(ids === null ? null : [...ids]);
    if (answer.status === "error") return answer.error;
    await this.refresh();
    return null;
  }

  async saveFolder(id: string | null, name: string): Promise<FolderView | AppError> {
    const answer = await platform.commands.saveFolder(id, name);
    if (answer.status === "error") return answer.error;
    await this.loadFolders();
    return answer.data;
  }

  async deleteFolder(id: string): Promise<AppError | null> {
    const answer = await platform.commands.deleteFolder(id);
    if (answer.status === "error") return answer.error;
    if (this.shelf.kind === "folder" && this.shelf.id === id) await this.put({ kind: "all" });
    await this.refresh();
    return null;
  }

  async #page(cursor: string | null) {
    const { shelf } = this;
    const answer = await platform.commands.listConversations(
      {
        folder: shelf.kind === "folder" ? shelf.id : null,
        archived: shelf.kind === "archived",
        trashed: shelf.kind === "trashed",
      },
      cursor,
      PAGE,
    );
    this.problem = answer.status === "error" ? answer.error : null;
    return answer.status === "ok" ? answer.data : null;
  }
}

function withPatch(row: ConversationRow, patch: ConversationPatch): ConversationRow {
  return {
    ...row,
    title: patch.title != null && patch.title !== "" ? patch.title : row.title,
    pinned: patch.pinned ?? row.pinned,
    folder: patch.folder == null ? row.folder : patch.folder === "" ? null : patch.folder,
  };
}
