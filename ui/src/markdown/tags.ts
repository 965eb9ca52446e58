/** The HTML that is let through. None of it loads or runs anything, and it keeps no attributes but those of a cell. */
export const allowedTags = [
  ..."b i em strong sub sup br kbd mark code pre span p ul ol li details summary".split(" "),
  ..."table caption colgroup col thead tbody tfoot tr th td".split(" "),
];
export const allowedAttributes = ["colspan", "rowspan", "scope", "start", "open"];

const within = new Set("b i em strong sub sup kbd mark code span".split(" "));

/** Elements there are; what is none ("Vec<String>") was meant as text. */
const elements = new Set(
  (
    "a abbr address applet area article aside audio base bdi bdo big blink blockquote body button canvas center cite " +
    "data datalist dd del dfn dialog dir div dl dt embed fieldset figcaption figure font footer form frame frameset " +
    "h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input ins label legend link main map marquee math menu " +
    "meta meter nav nobr noframes noscript object optgroup option output param picture plaintext progress q rp rt " +
    "ruby s samp script search section select slot small source strike style svg template textarea time title track " +
    "tt u var video wbr xmp"
  ).split(" "),
);
for (const tag of allowedTags) elements.add(tag);

export type Tag =
  | { readonly kind: "open" | "close"; readonly name: string }
  | { readonly kind: "break" }
  | { readonly kind: "none" };

/** What a tag in a line of text is for; null when it isn't HTML at all. */
export function tagOf(raw: string): Tag | null {
  if (raw.startsWith("<!") || raw.startsWith("<?")) return { kind: "none" };
  const found = /^<(\/?)([a-z][a-z\d-]*)/i.exec(raw);
  const name = found?.[2]?.toLowerCase();
  if (name === undefined || !elements.has(name)) return null;
  if (name === "br") return { kind: "break" };
  if (!within.has(name)) return { kind: "none" };
  if (found?.[1] === "/") return { kind: "close", name };
  return raw.endsWith("/>") ? { kind: "none" } : { kind: "open", name };
}
