/** The words of the Music room, which come with it. */
import { music as en } from "./en/music";
import { learn } from "./index.svelte";
import { music as zhCN } from "./zh-CN/music";

learn({ en: { music: en }, "zh-CN": { music: zhCN } });
