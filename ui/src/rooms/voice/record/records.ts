/** What can be done in the Record tab by key and from the palette. */
import Bookmark from "@lucide/svelte/icons/bookmark";
import FileAudio from "@lucide/svelte/icons/file-audio";
import Mic from "@lucide/svelte/icons/mic";
import Pause from "@lucide/svelte/icons/pause";
import Play from "@lucide/svelte/icons/play";
import Radio from "@lucide/svelte/icons/radio";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import RotateCw from "@lucide/svelte/icons/rotate-cw";
import type { Action } from "@/actions/registry.svelte";
import { sourceOf } from "@/sound/source";
import { player } from "@/stores/player.svelte";
import { recorder } from "@/stores/recorder.svelte";
import { voiceRoom } from "@/stores/voice-room.svelte";
import { bench } from "./bench.svelte";
import { arm, bringFiles, mark, pause, record } from "./deeds";

const STEP = 5000;

/** A button or a line of a list that has the focus keeps the space bar. */
function onButton(): boolean {
  return document.activeElement?.closest("button, a, [role=button], [role=radio], summary") != null;
}

function listening(): boolean {
  return voiceRoom.tab === "record" && !recorder.recording && bench.item !== null;
}

function by(milliseconds: number): void {
  if (bench.item === null) return;
  player.load(sourceOf(bench.item));
  player.by(milliseconds);
}

export function recordRecords(): readonly Action[] {
  const base = { group: "voice", room: "voice" } as const;
  const here = (): boolean => voiceRoom.tab === "record";
  return [
    {
      ...base,
      id: "record.switch",
      title: "record.switchRecord",
      icon: Mic,
      shortcut: "r",
      keywords: ["record", "stop", "take", "录音"],
      guard: () => here() && !recorder.testing && recorder.doing === null,
      run: record,
    },
    {
      ...base,
      id: "record.pause",
      title: "record.switchPause",
      icon: Pause,
      shortcut: "p",
      guard: () => here() && recorder.recording,
      run: pause,
    },
    {
      ...base,
      id: "record.mark",
      title: "record.markNow",
      icon: Bookmark,
      shortcut: "m",
      keywords: ["marker", "bookmark", "标记"],
      guard: () => here() && (recorder.recording || bench.item !== null),
      run: () => void mark(),
    },
    {
      ...base,
      id: "record.arm",
      title: "record.switchArm",
      icon: Radio,
      shortcut: "a",
      keywords: ["microphone", "arm", "麦克风"],
      guard: () => here() && recorder.take === null && recorder.doing === null,
      run: () => arm(!recorder.armed),
    },
    {
      ...base,
      id: "record.play",
      title: "record.switchPlay",
      icon: Play,
      shortcut: "Space",
      guard: () => listening() && !onButton(),
      run: () => {
        if (bench.item !== null) player.toggle(sourceOf(bench.item));
      },
    },
    {
      ...base,
      id: "record.back",
      title: "record.back",
      icon: RotateCcw,
      shortcut: "j",
      guard: listening,
      run: () => by(-STEP),
    },
    {
      ...base,
      id: "record.forward",
      title: "record.forward",
      icon: RotateCw,
      shortcut: "l",
      guard: listening,
      run: () => by(STEP),
    },
    {
      ...base,
      id: "record.bring",
      title: "record.bringFile",
      icon: FileAudio,
      shortcut: "$mod+o",
      guard: here,
      run: bringFiles,
    },
  ];
}
