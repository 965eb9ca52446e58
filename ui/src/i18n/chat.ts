/** The words of the Chat room, which come with it. */
import { chat as en } from "./en/chat";
import { learn } from "./index.svelte";
import { chat as zhCN } from "./zh-CN/chat";

learn({ en: { chat: en }, "zh-CN": { chat: zhCN } });
