/** HTML between the Markdown, with everything taken out that loads, runs, styles or leads anywhere. */
import purify from "dompurify";
import { allowedAttributes, allowedTags } from "./tags";

export function sanitize(html: string): DocumentFragment {
  return purify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: allowedAttributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
