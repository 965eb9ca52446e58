/** What can be done in the Models room by key and from the palette. */
import Columns3 from "@lucide/svelte/icons/columns-3";
import Newspaper from "@lucide/svelte/icons/newspaper";
import PanelRight from "@lucide/svelte/icons/panel-right";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Scale from "@lucide/svelte/icons/scale";
import Search from "@lucide/svelte/icons/search";
import Star from "@lucide/svelte/icons/star";
import type { Action } from "@/actions/registry.svelte";
import { models } from "@/stores/models.svelte";
import { notices } from "@/stores/notices.svelte";
import { view } from "./view.svelte";

/** What lies over the table has the keys. */
function isSeen(): boolean {
  const details = view.open !== null && models.find(view.open) !== null;
  return !details && !view.comparing && !view.news;
}

export async function favour(id: string): Promise<void> {
  const problem = await models.favourite(id, !models.isFavourite(id));
  if (problem !== null) notices.error(problem);
}

export async function refresh(): Promise<void> {
  await models.load(true);
}

export function modelRecords(does: { readonly search: () => void }): readonly Action[] {
  const base = { group: "models", room: "models" } as const;
  const withRow = (run: (id: string) => void): Pick<Action, "guard" | "run"> => ({
    guard: () => view.at !== null && models.find(view.at) !== null && isSeen(),
    run: () => {
      if (view.at !== null) run(view.at);
    },
  });
  return [
    {
      ...base,
      id: "models.search",
      title: "models.search",
      icon: Search,
      shortcut: "/",
      guard: isSeen,
      run: does.search,
    },
    {
      ...base,
      id: "models.open",
      title: "models.open",
      icon: PanelRight,
      shortcut: "i",
      ...withRow((id) => (view.open = id)),
    },
    {
      ...base,
      id: "models.favour",
      title: "models.favour",
      icon: Star,
      shortcut: "f",
      ...withRow((id) => void favour(id)),
    },
    {
      ...base,
      id: "models.compareRow",
      title: "models.compare",
      icon: Scale,
      shortcut: "c",
      ...withRow((id) => models.compare(id)),
    },
    {
      ...base,
      id: "models.sideBySide",
      title: "models.compareTitle",
      icon: Columns3,
      shortcut: "Shift+C",
      guard: () => models.compared.length > 1 && isSeen(),
      run: (): void => {
        view.comparing = true;
      },
    },
    {
      ...base,
      id: "models.news",
      title: "models.news",
      icon: Newspaper,
      shortcut: "n",
      guard: isSeen,
      run: (): void => {
        view.news = true;
      },
    },
    {
      ...base,
      id: "models.refresh",
      title: "models.refresh",
      icon: RefreshCw,
      guard: () => !models.loading,
      run: refresh,
    },
  ];
}
