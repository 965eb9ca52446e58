import type { ItemView } from "@/bindings";
import type { Commands, Result } from "./platform";

type TransferCommands = Pick<
  Commands,
  | "pickFolder"
  | "pauseImport"
  | "exportNames"
  | "exportItems"
  | "cancelExport"
  | "showExport"
  | "saveChart"
  | "dragItems"
  | "showLibraryFolder"
>;

function ok<T>(data: T): Promise<Result<T>> {
  return Promise.resolve({ status: "ok", data });
}

/** Folders, exports and dragging, in memory. */
export function fakeTransfers(rest: {
  readonly find: (id: string) => ItemView | undefined;
}): TransferCommands {
  return {
    pickFolder: () => ok([{ handle: "picked-folder", name: "Photographs", bytes: 0, is_folder: true }]),
    pauseImport: () => ok(null),
    exportNames(ids, options) {
      const extension = options.format === "original" ? "webp" : options.format;
      return ok(
        ids.slice(0, 3).map((id, index) => {
          const item = rest.find(id);
          const name = options.name_pattern
            .replaceAll("{title}", item?.title ?? "")
            .replaceAll("{date}", item?.day ?? "")
            .replaceAll("{model}", item?.model ?? "")
            .replaceAll("{seed}", String(item?.seed ?? ""))
            .replaceAll("{number}", String(index + 1).padStart(3, "0"));
          return `${name}.${extension}`;
        }),
      );
    },
    exportItems: (ids, options) =>
      ok({
        target: options.zip ? "canaletto.zip" : "Exports",
        written: ids.length,
        bytes: ids.length * 400_000,
        refused: [],
        cancelled: false,
      }),
    cancelExport: () => ok(null),
    showExport: () => ok(null),
    saveChart: (title, format) => ok(`/home/user/${title}.${format}`),
    showLibraryFolder: () => ok(null),
    dragItems: () => ok(null),
  };
}
