/** What can be done in the Chat room by key and from the palette. */
import ArrowDownToLine from "@lucide/svelte/icons/arrow-down-to-line";
import BookMarked from "@lucide/svelte/icons/book-marked";
import CircleStop from "@lucide/svelte/icons/circle-stop";
import Copy from "@lucide/svelte/icons/copy";
import Download from "@lucide/svelte/icons/download";
import FileUp from "@lucide/svelte/icons/file-up";
import MessageCirclePlus from "@lucide/svelte/icons/message-circle-plus";
import Paperclip from "@lucide/svelte/icons/paperclip";
import Pencil from "@lucide/svelte/icons/pencil";
import Search from "@lucide/svelte/icons/search";
import SlidersHorizontal from "@lucide/svelte/icons/sliders-horizontal";
import Sparkles from "@lucide/svelte/icons/sparkles";
import TextCursorInput from "@lucide/svelte/icons/text-cursor-input";
import Trash2 from "@lucide/svelte/icons/trash-2";
import UsersRound from "@lucide/svelte/icons/users-round";
import type { Action } from "@/actions/registry.svelte";
import { complain } from "@/gallery/item-actions";
import { chat } from "@/stores/chat.svelte";
import { begin, copyMessage, editLast, exportThese, importSome, stop, trash } from "./deeds";
import { places, view } from "./view.svelte";

const hasMessages = (): boolean => chat.open.path.length > 0;

export function chatRecords(does: {
  readonly find: () => void;
  readonly settings: () => void;
}): readonly Action[] {
  const base = { group: "chat", room: "chat" } as const;
  const lastAnswer = () => {
    const step = chat.open.path.findLast((one) => one.role === "assistant");
    return step ? chat.open.message(step.id) : null;
  };
  return [
    {
      ...base,
      id: "chat.new",
      title: "app.newConversation",
      icon: MessageCirclePlus,
      shortcut: "$mod+n",
      keywords: ["talk", "ask", "对话"],
      run: begin,
    },
    {
      ...base,
      id: "chat.find",
      title: "chat.find",
      icon: Search,
      shortcut: "$mod+f",
      keywords: ["search", "搜索"],
      run: does.find,
    },
    {
      ...base,
      id: "chat.compose",
      title: "chat.goCompose",
      icon: TextCursorInput,
      shortcut: "/",
      run: () => places.composer?.focus(),
    },
    {
      ...base,
      id: "chat.stop",
      title: "chat.stop",
      icon: CircleStop,
      shortcut: "Escape",
      guard: () => chat.open.writing !== null,
      run: stop,
    },
    {
      ...base,
      id: "chat.editLast",
      title: "chat.editLast",
      icon: Pencil,
      shortcut: "$mod+ArrowUp",
      guard: hasMessages,
      run: () => void editLast(),
    },
    {
      ...base,
      id: "chat.copyLast",
      title: "chat.copyLast",
      icon: Copy,
      shortcut: "$mod+Shift+c",
      guard: () => lastAnswer() !== null,
      run: () => {
        const message = lastAnswer();
        if (message) void copyMessage(message);
      },
    },
    {
      ...base,
      id: "chat.toEnd",
      title: "chat.toEnd",
      icon: ArrowDownToLine,
      shortcut: "$mod+End",
      guard: hasMessages,
      run: () => places.toEnd?.(),
    },
    {
      ...base,
      id: "chat.model",
      title: "chat.chooseModel",
      icon: Sparkles,
      shortcut: "$mod+m",
      keywords: ["model", "模型"],
      run: () => {
        view.models = true;
      },
    },
    {
      ...base,
      id: "chat.settings",
      title: "chat.switchSettings",
      icon: SlidersHorizontal,
      shortcut: "$mod+Shift+s",
      keywords: ["system prompt", "temperature", "preset", "schema", "提示词", "预设"],
      run: does.settings,
    },
    {
      ...base,
      id: "chat.attach",
      title: "chat.attachFiles",
      icon: Paperclip,
      shortcut: "$mod+o",
      run: () => void chat.composer.pick().then(complain),
    },
    {
      ...base,
      id: "chat.characters",
      title: "chat.characters",
      icon: UsersRound,
      keywords: ["character", "persona", "角色"],
      run: () => {
        view.characters = true;
      },
    },
    {
      ...base,
      id: "chat.prompts",
      title: "chat.prompts",
      icon: BookMarked,
      keywords: ["prompt", "template", "提示词"],
      run: () => {
        view.prompts = true;
      },
    },
    {
      ...base,
      id: "chat.exportMarkdown",
      title: "chat.exportMarkdown",
      icon: Download,
      guard: () => chat.open.id !== null && hasMessages(),
      run: () => exportThese([chat.open.id ?? ""], "markdown"),
    },
    {
      ...base,
      id: "chat.exportJson",
      title: "chat.exportJson",
      icon: Download,
      guard: () => chat.open.id !== null && hasMessages(),
      run: () => exportThese([chat.open.id ?? ""], "json"),
    },
    { ...base, id: "chat.import", title: "chat.import", icon: FileUp, run: importSome },
    {
      ...base,
      id: "chat.trash",
      title: "chat.trashThis",
      icon: Trash2,
      guard: () => chat.open.id !== null && hasMessages(),
      run: () => trash([chat.open.id ?? ""]),
    },
  ];
}
