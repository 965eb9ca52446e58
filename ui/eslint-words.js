/**
 * Words a user reads come from the catalogues: no text with letters in a template, and none in the attributes that
 * are read out or shown. Names that are the same in every language pass.
 */
const shownAttributes = new Set([
  "aria-label",
  "title",
  "placeholder",
  "alt",
  "label",
  "text",
  "description",
  "hint",
]);
const sameEverywhere = /^(?:Canaletto|Venice|MIT|PNG|JPEG|WebP|×|≈)$/;

function hasWords(text) {
  const trimmed = text.trim();
  return /\p{L}{2,}/u.test(trimmed) && !sameEverywhere.test(trimmed);
}

const rule = {
  meta: {
    type: "problem",
    docs: { description: "Words a user reads come from the catalogues." },
    messages: { words: "“{{text}}” is hard-coded: put it into src/i18n and use t()." },
    schema: [],
  },
  create(context) {
    const report = (node, text) =>
      context.report({ node, messageId: "words", data: { text: text.trim().slice(0, 40) } });
    return {
      SvelteText(node) {
        const parent = node.parent?.type;
        if (parent !== "SvelteElement" && parent !== "SvelteIfBlock" && parent !== "SvelteEachBlock") return;
        const name = node.parent.name?.name;
        if (name === "style" || name === "script") return;
        if (hasWords(node.value)) report(node, node.value);
      },
      SvelteAttribute(node) {
        if (!shownAttributes.has(node.key?.name)) return;
        for (const part of node.value ?? []) {
          if (part.type === "SvelteLiteral" && hasWords(part.value)) report(part, part.value);
        }
      },
    };
  },
};

export default { rules: { "no-hard-coded-words": rule } };
