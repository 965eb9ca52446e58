/** Languages that a model can be told, by their names in the language that is shown. */
import { language, t } from "@/i18n/index.svelte";

const CODES =
  "af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mi mk mr ms my ne nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi yo zh".split(
    " ",
  );

/** What stands for a model that finds out. */
export const ANY = "any";

export function languageName(code: string): string {
  return new Intl.DisplayNames(language(), { type: "language" }).of(code) ?? code;
}

export function languageOptions(): { value: string; label: string; keywords: string[] }[] {
  const names = new Intl.DisplayNames(language(), { type: "language" });
  const english = new Intl.DisplayNames("en", { type: "language" });
  const list = CODES.map((code) => ({
    value: code,
    label: names.of(code) ?? code,
    keywords: [code, english.of(code) ?? ""],
  }));
  list.sort((one, other) => one.label.localeCompare(other.label, language()));
  return [{ value: ANY, label: t("transcript.languageAny"), keywords: [] }, ...list];
}
