import Boxes from "@lucide/svelte/icons/boxes";
import Clapperboard from "@lucide/svelte/icons/clapperboard";
import Image from "@lucide/svelte/icons/image";
import LibraryIcon from "@lucide/svelte/icons/library";
import ListVideo from "@lucide/svelte/icons/list-video";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import Mic from "@lucide/svelte/icons/mic";
import Music from "@lucide/svelte/icons/music";
import Settings2 from "@lucide/svelte/icons/settings-2";
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import Wallet from "@lucide/svelte/icons/wallet";
import type { Component } from "svelte";
import type { PlainKey } from "@/i18n/index.svelte";
import type { RoomId } from "@/stores/route.svelte";

export type Room = {
  id: RoomId;
  title: PlainKey;
  icon: Component;
  /** make: what creates. keep: what keeps and pays. tools: at the foot of the rail. */
  place: "make" | "keep" | "tools";
  load: () => Promise<{ default: Component }>;
};

/** The rooms in the order of the rail. */
export const rooms: readonly Room[] = [
  {
    id: "chat",
    title: "app.chat",
    icon: MessageCircle,
    place: "make",
    load: () => import("@/rooms/chat/ChatRoom.svelte"),
  },
  {
    id: "image",
    title: "app.image",
    icon: Image,
    place: "make",
    load: () => import("@/rooms/image/ImageRoom.svelte"),
  },
  {
    id: "voice",
    title: "app.voice",
    icon: Mic,
    place: "make",
    load: () => import("@/rooms/voice/VoiceRoom.svelte"),
  },
  {
    id: "film",
    title: "app.film",
    icon: Clapperboard,
    place: "make",
    load: () => import("@/rooms/film/FilmRoom.svelte"),
  },
  {
    id: "music",
    title: "app.music",
    icon: Music,
    place: "make",
    load: () => import("@/rooms/music/MusicRoom.svelte"),
  },
  {
    id: "library",
    title: "app.library",
    icon: LibraryIcon,
    place: "make",
    load: () => import("@/rooms/library/LibraryRoom.svelte"),
  },
  {
    id: "queue",
    title: "app.queue",
    icon: ListVideo,
    place: "keep",
    load: () => import("@/rooms/queue/QueueRoom.svelte"),
  },
  {
    id: "spend",
    title: "app.spend",
    icon: Wallet,
    place: "keep",
    load: () => import("@/rooms/spend/SpendRoom.svelte"),
  },
  {
    id: "models",
    title: "app.models",
    icon: Boxes,
    place: "keep",
    load: () => import("@/rooms/models/ModelsRoom.svelte"),
  },
  {
    id: "console",
    title: "app.console",
    icon: SquareTerminal,
    place: "tools",
    load: () => import("@/rooms/console/ConsoleRoom.svelte"),
  },
  {
    id: "settings",
    title: "app.settings",
    icon: Settings2,
    place: "tools",
    load: () => import("@/rooms/settings/SettingsRoom.svelte"),
  },
];
