/** The web view's own menu offers to go back and to load the page anew, which would throw away what is open: it is left
 * only where it copies or pastes. */

const TEXT =
  "textarea, [contenteditable='true'], input:not([type]), input:is([type='text'], [type='search'], " +
  "[type='password'], [type='number'], [type='url'], [type='email'])";

function isUseful(event: MouseEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  if (target.closest(TEXT) !== null) return true;
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(target, true);
}

/** Follows right clicks until what it gives back is called. */
export function followPageMenu(): () => void {
  const follow = (event: MouseEvent): void => {
    if (!isUseful(event)) event.preventDefault();
  };
  document.addEventListener("contextmenu", follow);
  return () => document.removeEventListener("contextmenu", follow);
}
