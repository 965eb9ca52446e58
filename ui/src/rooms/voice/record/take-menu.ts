/** What can be done with a sound. */
import AudioLines from "@lucide/svelte/icons/audio-lines";
import FileDown from "@lucide/svelte/icons/file-down";
import FolderOpen from "@lucide/svelte/icons/folder-open";
import LibraryIcon from "@lucide/svelte/icons/library";
import PencilLine from "@lucide/svelte/icons/pencil-line";
import Trash2 from "@lucide/svelte/icons/trash-2";
import UserRoundPlus from "@lucide/svelte/icons/user-round-plus";
import type { ItemView, SoundFormat } from "@/bindings";
import type { MenuEntry } from "@/components/menu";
import { showInFolder } from "@/gallery/item-actions";
import { showItems } from "@/gallery/show-items";
import { t } from "@/i18n/index.svelte";
import { voiceRoom } from "@/stores/voice-room.svelte";
import { bench } from "./bench.svelte";
import { exportAs, trash } from "./deeds";

const formats: readonly SoundFormat[] = ["wav", "flac", "opus"];

export function exportEntries(item: ItemView): MenuEntry[] {
  return formats.map((format) => ({
    label: t(`record.${format}`),
    detail: t(`record.${format}Hint`),
    run: () => void exportAs(item, format),
  }));
}

export function takeMenu(item: ItemView): MenuEntry[] {
  return [
    {
      label: t("record.transcribe"),
      icon: AudioLines,
      run: () => voiceRoom.show("transcribe", { item: item.id }),
    },
    {
      label: t("record.clone"),
      icon: UserRoundPlus,
      run: () => voiceRoom.show("speak", { item: item.id }),
    },
    "rule",
    { label: t("record.rename"), icon: PencilLine, shortcut: "F2", run: () => (bench.naming = item.id) },
    ...formats.map((format): MenuEntry => ({
      label: `${t("record.export")}: ${t(`record.${format}`)}`,
      icon: FileDown,
      run: () => void exportAs(item, format),
    })),
    { label: t("library.showInFolder"), icon: FolderOpen, run: () => void showInFolder(item) },
    { label: t("image.openLibrary"), icon: LibraryIcon, run: () => void showItems([item.id]) },
    "rule",
    {
      label: t("record.trash"),
      icon: Trash2,
      shortcut: "Delete",
      danger: true,
      run: () => void trash(item),
    },
  ];
}
