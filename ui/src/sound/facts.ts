/** What is said of a sound in a few words. */
import "@/i18n/sound";
import type { SoundView } from "@/bindings";
import { number } from "@/i18n/format";
import { t } from "@/i18n/index.svelte";

/** Its rate, its channels and its coding. */
export function soundFacts({ rate, channels, codec }: SoundView): readonly string[] {
  const many =
    channels === 1
      ? t("sound.mono")
      : channels === 2
        ? t("sound.stereo")
        : t("sound.channels", { count: channels });
  const often = number(rate / 1000, { maximumFractionDigits: 1 });
  return [t("sound.kilohertz", { rate: often }), many, codec];
}
