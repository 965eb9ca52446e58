import type { ChargeGroup, ChargeGrouping } from "@/bindings";
import { plain, type PlainKey } from "@/i18n/index.svelte";
import { dayWords, nameOf } from "./words";

/** What a group is called whose charges have nothing of the kind. */
const none: Record<ChargeGrouping, PlainKey> = {
  day: "spend.groupNoDay",
  kind: "spend.unknownPart",
  model: "spend.groupNoModel",
  account: "spend.unknownPart",
  work: "spend.groupNoWork",
};

export function groupName(grouping: ChargeGrouping, group: ChargeGroup): string {
  if (group.id === "") return plain(none[grouping]);
  switch (grouping) {
    case "day":
      return dayWords(group.id);
    case "kind":
    case "model":
    case "account":
      return nameOf(grouping, group.id, group.name);
    case "work":
      return group.name === "" ? group.id : group.name;
  }
}
