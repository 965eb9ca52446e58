import type { BoardView, DaySummary, ItemView, LibraryQuery, LineageLink } from "@/bindings";
import { fakeError, usd } from "./fake-data";
import type { Commands, Result } from "./platform";

type Rest = {
  readonly items: () => readonly ItemView[];
  readonly query: (asked: LibraryQuery) => readonly ItemView[];
  readonly find: (id: string) => ItemView | undefined;
  readonly edit: (id: string, change: Partial<ItemView>) => void;
  readonly tags: (id: string, add: readonly string[], remove: readonly string[]) => void;
  readonly tagsOf: (id: string) => readonly string[];
  readonly changed: (ids: string[]) => void;
  readonly boardsChanged: () => void;
  readonly links: readonly LineageLink[];
};

type LibraryCommands = Pick<
  Commands,
  | "libraryShape"
  | "changeItems"
  | "itemMarks"
  | "itemLineage"
  | "listBoards"
  | "saveBoard"
  | "deleteBoard"
  | "putOnBoard"
  | "checkLibrary"
  | "moveLibrary"
  | "beginLibrary"
  | "cancelLibraryWork"
>;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}
function fail(code: string): Promise<Result<never>> {
  return Promise.resolve({ status: "error", error: fakeError(code) });
}

function packed(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return btoa(text);
}

/** Writes the 16 bytes of an id; those of the fake's items that are no UUIDs can't be packed. */
function packId(id: string, into: Uint8Array, offset: number): void {
  const words = `${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${id.slice(19, 23)}${id.slice(24)}`;
  const view = new DataView(into.buffer, offset, 16);
  for (let word = 0; word < 4; word++) {
    view.setUint32(word * 4, Number.parseInt(words.slice(word * 8, word * 8 + 8), 16));
  }
}

export function daysOf(list: readonly ItemView[]): DaySummary[] {
  const days = new Map<string, number>();
  for (const item of list) days.set(item.day, (days.get(item.day) ?? 0) + 1);
  return [...days].map(([day, items]) => ({
    day,
    items,
    costs: [{ money: usd("0.04"), pretend: true, is_estimate: true }],
  }));
}

/** Boards, lineage and upkeep in memory. */
export function fakeLibrary(rest: Rest): LibraryCommands & { readonly boardsOf: (item: string) => string[] } {
  const boards = new Map<string, { name: string; items: string[] }>();
  let serial = 0;
  const view = (id: string, board: { name: string; items: readonly string[] }): BoardView => ({
    id,
    name: board.name,
    items: board.items.filter((item) => rest.find(item)?.trashed_at === null).length,
    cover: board.items.at(-1) ?? null,
  });
  return {
    boardsOf: (item) => [...boards].flatMap(([id, board]) => (board.items.includes(item) ? [id] : [])),
    libraryShape(asked) {
      const list = rest.query(asked);
      const ids = new Uint8Array(list.length * 16);
      const ratios = new Uint8Array(list.length * 2);
      for (const [index, item] of list.entries()) {
        packId(item.id, ids, index * 16);
        const ratio = item.height > 0 ? Math.round((item.width / item.height) * 100) : 100;
        ratios[index * 2] = ratio & 255;
        ratios[index * 2 + 1] = ratio >> 8;
      }
      return ok({
        total: list.length,
        ids: packed(ids),
        ratios: packed(ratios),
        days: asked.sort === "newest" || asked.sort === "oldest" ? daysOf(list) : [],
      });
    },
    changeItems(ids, patch) {
      for (const id of ids) {
        rest.edit(id, {
          ...(patch.rating == null ? {} : { rating: patch.rating }),
          ...(patch.favourite == null ? {} : { favourite: patch.favourite }),
        });
        rest.tags(id, patch.add_tags ?? [], patch.remove_tags ?? []);
      }
      rest.changed(ids);
      return ok(null);
    },
    itemMarks: (ids) =>
      ok(
        ids
          .map(rest.find)
          .filter((item) => item !== undefined)
          .map(({ id, rating, favourite }) => ({ id, rating, favourite, tags: [...rest.tagsOf(id)] })),
      ),
    itemLineage(id) {
      const near = new Set([id]);
      for (let before = 0; before !== near.size;) {
        before = near.size;
        for (const link of rest.links) {
          if (near.has(link.child)) near.add(link.parent);
          if (near.has(link.parent)) near.add(link.child);
        }
      }
      const items = [...near].map(rest.find).filter((item) => item !== undefined);
      return ok({
        items: items.sort((one, other) => one.made_at.localeCompare(other.made_at)),
        links: rest.links.filter((link) => near.has(link.child)),
        left_out: 0,
      });
    },
    listBoards: () =>
      ok(
        [...boards]
          .map(([id, board]) => view(id, board))
          .sort((one, other) => one.name.localeCompare(other.name)),
      ),
    saveBoard(id, name) {
      if (name.trim() === "") return fail("input_unsupported");
      const key = id ?? `board-${String((serial += 1))}`;
      const board = { name: name.trim(), items: boards.get(key)?.items ?? [] };
      boards.set(key, board);
      rest.boardsChanged();
      return ok(view(key, board));
    },
    deleteBoard(id) {
      boards.delete(id);
      rest.boardsChanged();
      return ok(null);
    },
    putOnBoard(id, items, on) {
      const board = boards.get(id);
      if (board === undefined) return fail("not_found");
      const others = board.items.filter((item) => !items.includes(item));
      board.items = on ? [...others, ...items] : others;
      rest.boardsChanged();
      return ok(null);
    },
    checkLibrary: (hashes) =>
      ok({ files: rest.items().length, bytes: 81_000_000, hashed: hashes, cancelled: false, findings: [] }),
    beginLibrary: () => ok("/home/you/Pictures/Canaletto"),
    moveLibrary: () =>
      ok({
        folder: "/media/disk/canaletto",
        files: rest.items().length,
        bytes: 81_000_000,
        cancelled: false,
        left: [],
      }),
    cancelLibraryWork: () => ok(null),
  };
}
