import type { AppError, BoardView } from "@/bindings";
import { platform, type Result } from "@/platform/platform";
import { events } from "./events";
import { EVERYTHING } from "./library-query";
import { unpack } from "./library-shape";
import { failed, type Outcome } from "./undo.svelte";

/** The user's boards, and what is put on them. */
export class Boards {
  list = $state.raw<readonly BoardView[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  #stop: (() => void) | null = null;
  #reading: Promise<void> | null = null;
  #stale = false;

  /** Reads the boards and follows them from then on. Calling it again does nothing. */
  async start(): Promise<void> {
    if (this.#stop) return;
    // Items that come into the trash or out of it change the counts.
    const stops = [events.on("boards", () => void this.read()), events.on("items", () => void this.read())];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
    await this.read();
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Reads the boards; what is asked for while that goes on is met by one more reading. */
  read(): Promise<void> {
    this.#stale = true;
    this.#reading ??= this.#readOn().finally(() => (this.#reading = null));
    return this.#reading;
  }

  async #readOn(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      const answer = await platform.commands.listBoards();
      this.loaded = true;
      this.problem = answer.status === "error" ? answer.error : null;
      if (answer.status === "ok") this.list = answer.data;
    }
  }

  get(id: string | null | undefined): BoardView | null {
    return this.list.find((board) => board.id === id) ?? null;
  }

  /** The board of this name, whatever its capitals. */
  named(name: string): BoardView | null {
    const sought = name.trim().toLocaleLowerCase();
    return this.list.find((board) => board.name.toLocaleLowerCase() === sought) ?? null;
  }

  /** A new board, or the one that has the name already. */
  async create(name: string): Promise<Result<BoardView>> {
    const there = this.named(name);
    if (there !== null) return { status: "ok", data: there };
    const answer = await platform.commands.saveBoard(null, name.trim());
    if (answer.status === "ok") await this.read();
    return answer;
  }

  async rename(id: string, name: string): Promise<AppError | null> {
    const answer = await platform.commands.saveBoard(id, name.trim());
    if (answer.status === "error") return answer.error;
    await this.read();
    return null;
  }

  /** Takes a board away; its items stay. Taken back, a board of the same name holds the same items. */
  async remove(id: string): Promise<Outcome> {
    const board = this.get(id);
    const [here, inTrash] = await Promise.all([this.itemsOf(id), this.itemsOf(id, true)]);
    if (here.status === "error") return failed(here.error);
    if (inTrash.status === "error") return failed(inTrash.error);
    const answer = await platform.commands.deleteBoard(id);
    if (answer.status === "error") return failed(answer.error);
    await this.read();
    // Put back from the first made to the last, so that the latest shows the board.
    const items = [...here.data, ...inTrash.data].reverse();
    return {
      problem: null,
      undo: async () => {
        const again = await platform.commands.saveBoard(null, board?.name ?? "");
        if (again.status === "error") return again.error;
        const put = items.length > 0 ? await platform.commands.putOnBoard(again.data.id, items, true) : null;
        await this.read();
        return put?.status === "error" ? put.error : null;
      },
    };
  }

  /** Puts items on a board or takes them off it; taken back, those that were there before stay. */
  async put(ids: readonly string[], board: string, on: boolean): Promise<Outcome> {
    const there = await this.itemsOf(board);
    if (there.status === "error") return failed(there.error);
    const before = new Set(there.data);
    const moved = ids.filter((id) => before.has(id) !== on);
    const place = async (list: readonly string[], to: boolean): Promise<AppError | null> => {
      const answer = await platform.commands.putOnBoard(board, [...list], to);
      if (answer.status === "error") return answer.error;
      await this.read();
      return null;
    };
    const problem = await place(ids, on);
    if (problem !== null) return failed(problem);
    return { problem: null, undo: moved.length === 0 ? null : () => place(moved, !on) };
  }

  /** How many of these items are on each board. */
  async countOf(ids: readonly string[]): Promise<Result<ReadonlyMap<string, number>>> {
    const sought = new Set(ids);
    const counts = new Map<string, number>();
    const lists = await Promise.all(this.list.map((board) => this.itemsOf(board.id)));
    for (const [index, list] of lists.entries()) {
      if (list.status === "error") return list;
      const board = this.list[index];
      if (board) counts.set(board.id, list.data.filter((id) => sought.has(id)).length);
    }
    return { status: "ok", data: counts };
  }

  /** The ids of what is on a board, the latest made first. */
  async itemsOf(board: string, trashed = false): Promise<Result<readonly string[]>> {
    const query = { ...EVERYTHING, board, trashed, cursor: null, limit: 1 };
    const answer = await platform.commands.libraryShape(query);
    if (answer.status === "error") return answer;
    const { ids } = unpack(answer.data);
    return { status: "ok", data: Array.from({ length: ids.length }, (_, index) => ids.at(index) ?? "") };
  }
}

export const boards = new Boards();
