/** The words of waveforms and the player, which come with what shows them first. */
import { sound as en } from "./en/sound";
import { learn } from "./index.svelte";
import { sound as zhCN } from "./zh-CN/sound";

learn({ en: { sound: en }, "zh-CN": { sound: zhCN } });
