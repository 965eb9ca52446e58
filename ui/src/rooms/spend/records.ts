/** What can be done in the Spend room by key and from the palette. */
import ChartColumn from "@lucide/svelte/icons/chart-column";
import FileDown from "@lucide/svelte/icons/file-down";
import ReceiptText from "@lucide/svelte/icons/receipt-text";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Search from "@lucide/svelte/icons/search";
import type { Action } from "@/actions/registry.svelte";
import { readAgain, saveCharges } from "./saving";
import { view } from "./view.svelte";

export function spendRecords(does: { readonly search: () => void }): readonly Action[] {
  const base = { group: "spend", room: "spend" } as const;
  return [
    {
      ...base,
      id: "spend.overview",
      title: "spend.overview",
      icon: ChartColumn,
      shortcut: "o",
      guard: () => view.shown !== "overview",
      run: (): void => {
        view.shown = "overview";
      },
    },
    {
      ...base,
      id: "spend.charges",
      title: "spend.charges",
      icon: ReceiptText,
      shortcut: "c",
      guard: () => view.shown !== "charges",
      run: (): void => {
        view.shown = "charges";
      },
    },
    { ...base, id: "spend.search", title: "spend.search", icon: Search, shortcut: "/", run: does.search },
    { ...base, id: "spend.sync", title: "spend.sync", icon: RefreshCw, shortcut: "r", run: readAgain },
    { ...base, id: "spend.export", title: "spend.exportCsv", icon: FileDown, run: saveCharges },
  ];
}
