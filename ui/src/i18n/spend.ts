/** The words of the Spend room, which come with it. */
import { spend as en } from "./en/spend";
import { learn } from "./index.svelte";
import { spend as zhCN } from "./zh-CN/spend";

learn({ en: { spend: en }, "zh-CN": { spend: zhCN } });
