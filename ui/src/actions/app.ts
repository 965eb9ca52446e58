import Boxes from "@lucide/svelte/icons/boxes";
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import Image from "@lucide/svelte/icons/image";
import Keyboard from "@lucide/svelte/icons/keyboard";
import KeyRound from "@lucide/svelte/icons/key-round";
import LibraryIcon from "@lucide/svelte/icons/library";
import ListVideo from "@lucide/svelte/icons/list-video";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import MessageCirclePlus from "@lucide/svelte/icons/message-circle-plus";
import Search from "@lucide/svelte/icons/search";
import Mic from "@lucide/svelte/icons/mic";
import Music from "@lucide/svelte/icons/music";
import Settings2 from "@lucide/svelte/icons/settings-2";
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import SunMoon from "@lucide/svelte/icons/sun-moon";
import Users from "@lucide/svelte/icons/users";
import UserRound from "@lucide/svelte/icons/user-round";
import Wallet from "@lucide/svelte/icons/wallet";
import type { AccountView } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import { accountName, accounts } from "@/stores/accounts.svelte";
import { app } from "@/stores/app.svelte";
import { notices } from "@/stores/notices.svelte";
import { route } from "@/stores/route.svelte";
import { shell } from "@/stores/shell.svelte";
import type { Action } from "./registry.svelte";

/** What can be done from anywhere. */
export const appActions: readonly Action[] = [
  {
    id: "go.chat",
    title: "app.goChat",
    group: "go",
    icon: MessageCircle,
    shortcut: "$mod+1",
    keywords: ["talk", "ask", "conversation", "聊天", "对话"],
    run: () => route.go("chat"),
  },
  {
    id: "chat.begin",
    title: "app.newConversation",
    group: "chat",
    icon: MessageCirclePlus,
    shortcut: "$mod+n",
    keywords: ["chat", "talk", "ask", "聊天", "对话"],
    // The room has an action of its own.
    guard: () => route.room !== "chat",
    run: () => route.go("chat", { new: "1" }),
  },
  {
    id: "go.image",
    title: "app.goImage",
    group: "go",
    icon: Image,
    shortcut: "$mod+2",
    keywords: ["make", "edit", "upscale", "cut out", "制作", "编辑", "放大", "抠图"],
    run: () => route.go("image"),
  },
  {
    id: "go.voice",
    title: "app.goVoice",
    group: "go",
    icon: Mic,
    shortcut: "$mod+3",
    keywords: ["record", "microphone", "transcribe", "speak", "speech", "录音", "转写", "朗读"],
    run: () => route.go("voice"),
  },
  {
    id: "go.film",
    title: "app.goFilm",
    group: "go",
    icon: Clapperboard,
    shortcut: "$mod+4",
    keywords: ["video", "movie", "clip", "animate", "视频", "影片"],
    run: () => route.go("film"),
  },
  {
    id: "go.music",
    title: "app.goMusic",
    group: "go",
    icon: Music,
    shortcut: "$mod+5",
    keywords: ["song", "lyrics", "sound effects", "歌曲", "歌词", "音效"],
    run: () => route.go("music"),
  },
  {
    id: "go.library",
    title: "app.goLibrary",
    group: "go",
    icon: LibraryIcon,
    shortcut: "$mod+6",
    keywords: ["pictures", "gallery", "search", "图片"],
    run: () => route.go("library"),
  },
  {
    id: "go.queue",
    title: "app.goQueue",
    group: "go",
    icon: ListVideo,
    shortcut: "$mod+7",
    keywords: ["jobs", "history", "failed", "任务"],
    run: () => route.go("queue"),
  },
  {
    id: "go.spend",
    title: "app.goSpend",
    group: "go",
    icon: Wallet,
    shortcut: "$mod+8",
    keywords: ["money", "cost", "charges", "balance", "ledger", "花费", "余额", "账单"],
    run: () => route.go("spend"),
  },
  {
    id: "go.models",
    title: "app.goModels",
    group: "go",
    icon: Boxes,
    shortcut: "$mod+9",
    keywords: ["prices", "compare", "favourites", "模型", "价格"],
    run: () => route.go("models"),
  },
  {
    id: "go.console",
    title: "app.goConsole",
    group: "go",
    icon: SquareTerminal,
    shortcut: "$mod+0",
    keywords: ["console", "api", "operations", "request", "curl", "控制台", "操作"],
    run: () => route.go("console"),
  },
  {
    id: "go.settings",
    title: "app.goSettings",
    group: "go",
    icon: Settings2,
    shortcut: "$mod+,",
    keywords: ["preferences", "language", "theme", "语言", "主题"],
    run: () => route.go("settings"),
  },
  {
    id: "account.manage",
    title: "app.goAccounts",
    group: "account",
    icon: Users,
    keywords: ["key", "keychain", "vault", "密钥"],
    run: () => route.go("settings", { section: "accounts" }),
  },
  {
    id: "account.add",
    title: "app.addKey",
    group: "account",
    icon: KeyRound,
    keywords: ["account", "api key", "账户"],
    run: (): void => {
      shell.addAccountOpen = true;
    },
  },
  {
    id: "app.palette",
    title: "app.showPalette",
    group: "app",
    icon: Search,
    shortcut: "$mod+K",
    hidden: true,
    run: (): void => {
      shell.paletteOpen = true;
    },
  },
  {
    id: "app.shortcuts",
    title: "app.showShortcuts",
    group: "app",
    icon: Keyboard,
    shortcut: "Shift+?",
    run: (): void => {
      shell.shortcutsOpen = true;
    },
  },
  {
    id: "app.theme",
    title: "app.switchTheme",
    group: "app",
    icon: SunMoon,
    keywords: ["dark", "light", "深色", "浅色"],
    run: () => app.change({ theme: app.theme === "dark" ? "light" : "dark" }),
  },
];

/** One action per account that isn't the one in use. */
export function accountActions(list: readonly AccountView[]): Action[] {
  return list
    .filter((account) => !account.selected)
    .map((account) => ({
      id: `account.select.${account.id}`,
      title: "app.switchAccount",
      words: () => t("app.selectAccount", { name: accountName(account) }),
      group: "account",
      icon: UserRound,
      run: async () => {
        const problem = await accounts.select(account.id);
        if (problem) notices.error(problem);
      },
    }));
}
