import type { Remedy } from "@/errors/table";
import { t } from "@/i18n/index.svelte";
import { accounts } from "@/stores/accounts.svelte";
import { openPage } from "@/stores/links";
import { route } from "@/stores/route.svelte";

/** The button that goes with an error, or null where no click helps. `again` is what trying again means here. */
export function remedyAction(remedy: Remedy, again?: () => void): { label: string; run: () => void } | null {
  switch (remedy) {
    case "again":
      return again ? { label: t("common.tryAgain"), run: again } : null;
    case "accounts":
      return { label: t("app.openAccounts"), run: () => route.go("settings", { section: "accounts" }) };
    case "vault":
      return { label: t("app.openVault"), run: () => route.go("settings", { section: "accounts" }) };
    case "limit":
      return { label: t("app.openLimit"), run: () => route.go("settings", { section: "spending" }) };
    case "top_up": {
      const account = accounts.selected;
      const run =
        account?.kind === "wallet"
          ? (): void => route.go("settings", { section: "accounts", account: account.id })
          : (): void => void openPage("keys");
      return { label: t("app.topUp"), run };
    }
    case "queue":
      return route.room === "queue" ? null : { label: t("app.showQueue"), run: () => route.go("queue") };
    case "models":
      // Where models are chosen in the form itself there is nowhere to go.
      return ["image", "voice", "film", "music"].includes(route.room)
        ? null
        : { label: t("app.chooseModel"), run: () => route.go("image") };
    // Only a conversation can be shortened, and its room knows how.
    case "context":
    case "none":
      return null;
  }
}
