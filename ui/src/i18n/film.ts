/** The words of the Film room, which come with it. */
import { film as en } from "./en/film";
import { learn } from "./index.svelte";
import { film as zhCN } from "./zh-CN/film";

learn({ en: { film: en }, "zh-CN": { film: zhCN } });
