/** What can be done in the Speak tab by key and from the palette. */
import AudioLines from "@lucide/svelte/icons/audio-lines";
import CircleStop from "@lucide/svelte/icons/circle-stop";
import FileText from "@lucide/svelte/icons/file-text";
import MicVocal from "@lucide/svelte/icons/mic-vocal";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Speech from "@lucide/svelte/icons/speech";
import UsersRound from "@lucide/svelte/icons/users-round";
import type { Action } from "@/actions/registry.svelte";
import { t } from "@/i18n/index.svelte";
import { clones } from "@/stores/clones.svelte";
import { closing } from "@/stores/closing.svelte";
import { notices } from "@/stores/notices.svelte";
import { readings } from "@/stores/readings.svelte";
import { live } from "@/stores/speech-live.svelte";
import { speech } from "@/stores/speech.svelte";
import { openFile } from "./deeds";
import { view } from "./view.svelte";

export function speakRecords(does: { readonly send: () => void }): readonly Action[] {
  const base = { group: "voice", room: "voice" } as const;
  // What lies over the form has the keys: nobody sends what can't be seen.
  const isSeen = (): boolean => !view.clones && readings.asked === null && !closing.asking;
  return [
    {
      ...base,
      id: "voice.speak.send",
      title: "speech.send",
      icon: AudioLines,
      shortcut: "$mod+Enter",
      overDialogs: true,
      guard: () => speech.ready && !speech.sending && isSeen(),
      run: does.send,
    },
    {
      ...base,
      id: "voice.speak.read",
      title: "speech.read",
      icon: Speech,
      shortcut: "Alt+1",
      keywords: ["text to speech", "朗读"],
      run: () => speech.change({ mode: "read" }),
    },
    {
      ...base,
      id: "voice.speak.audition",
      title: "speech.audition",
      icon: UsersRound,
      shortcut: "Alt+2",
      keywords: ["compare voices", "试听"],
      run: () => speech.change({ mode: "audition" }),
    },
    {
      ...base,
      id: "voice.speak.open",
      title: "speech.openFile",
      icon: FileText,
      shortcut: "$mod+o",
      run: () => void openFile(),
    },
    {
      ...base,
      id: "voice.speak.clones",
      title: "speech.clonesTitle",
      icon: MicVocal,
      shortcut: "Alt+v",
      keywords: ["clone", "克隆"],
      run: () => view.showClones(),
    },
    {
      ...base,
      id: "voice.speak.clone",
      title: "speech.newClone",
      icon: MicVocal,
      guard: () => speech.speakers.some((model) => model.cloning !== null),
      run: () => {
        clones.begin();
        view.showClones(true);
      },
    },
    {
      ...base,
      id: "voice.speak.quiet",
      title: "speech.stopListening",
      icon: CircleStop,
      guard: () => live.reading !== null,
      run: () => live.stop(),
    },
    {
      ...base,
      id: "voice.speak.reset",
      title: "speech.resetForm",
      icon: RotateCcw,
      run: () => {
        const back = speech.reset();
        notices.info(
          t("speech.formReset"),
          back === null ? undefined : { label: t("common.undo"), run: back },
        );
      },
    },
  ];
}
