/** The words of the Models room, which come with it. */
import { models as en } from "./en/models";
import { learn } from "./index.svelte";
import { models as zhCN } from "./zh-CN/models";

learn({ en: { models: en }, "zh-CN": { models: zhCN } });
