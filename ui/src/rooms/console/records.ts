/** What can be done in the Console by key and from the palette. */
import Braces from "@lucide/svelte/icons/braces";
import Lightbulb from "@lucide/svelte/icons/lightbulb";
import ReceiptIcon from "@lucide/svelte/icons/receipt";
import Search from "@lucide/svelte/icons/search";
import SendHorizontal from "@lucide/svelte/icons/send-horizontal";
import SquareTerminal from "@lucide/svelte/icons/square-terminal";
import TextQuote from "@lucide/svelte/icons/text-quote";
import History from "@lucide/svelte/icons/history";
import type { Action } from "@/actions/registry.svelte";
import { consoleRoom } from "@/stores/console.svelte";
import { copyAsCurl, fillExample } from "./deeds";
import { view, type AnswerTab } from "./view.svelte";

export function consoleRecords(does: {
  readonly send: () => void;
  readonly find: () => void;
  readonly show: (tab: AnswerTab) => void;
}): readonly Action[] {
  const base = { group: "console", room: "console" } as const;
  const chosen = (): boolean => consoleRoom.draft !== null;
  return [
    {
      ...base,
      id: "console.send",
      title: "console.sendIt",
      icon: SendHorizontal,
      shortcut: "$mod+Enter",
      overDialogs: true,
      guard: () => (consoleRoom.draft?.problems.length ?? 1) === 0 && !consoleRoom.sending,
      run: does.send,
    },
    { ...base, id: "console.find", title: "console.focusFind", icon: Search, shortcut: "/", run: does.find },
    {
      ...base,
      id: "console.example",
      title: "console.fillExample",
      icon: Lightbulb,
      shortcut: "Alt+e",
      guard: chosen,
      run: fillExample,
    },
    {
      ...base,
      id: "console.view",
      title: "console.switchView",
      icon: Braces,
      shortcut: "Alt+j",
      guard: () => chosen() && consoleRoom.draft?.isBroken !== true,
      run: (): void => {
        view.json = !view.json;
      },
    },
    {
      ...base,
      id: "console.curl",
      title: "console.copyCurl",
      icon: SquareTerminal,
      guard: chosen,
      run: copyAsCurl,
    },
    {
      ...base,
      id: "console.answer",
      title: "console.showAnswer",
      icon: TextQuote,
      shortcut: "Alt+1",
      run: () => does.show("answer"),
    },
    {
      ...base,
      id: "console.receipt",
      title: "console.showReceipt",
      icon: ReceiptIcon,
      shortcut: "Alt+2",
      run: () => does.show("receipt"),
    },
    {
      ...base,
      id: "console.history",
      title: "console.showHistory",
      icon: History,
      shortcut: "Alt+3",
      run: () => does.show("history"),
    },
  ];
}
