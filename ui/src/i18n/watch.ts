/** The words of the film player, which come with it. */
import { watch as en } from "./en/watch";
import { learn } from "./index.svelte";
import { watch as zhCN } from "./zh-CN/watch";

learn({ en: { watch: en }, "zh-CN": { watch: zhCN } });
