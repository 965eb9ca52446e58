/** The words of accounts, keys and wallets, which come with their dialogs and pages. */
import { accounts as en } from "./en/accounts";
import { learn } from "./index.svelte";
import { accounts as zhCN } from "./zh-CN/accounts";

learn({ en: { accounts: en }, "zh-CN": { accounts: zhCN } });
