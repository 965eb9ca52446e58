/** Pictures on their way from the wall to a board. */
import { complain } from "@/gallery/item-complain";
import { chosenIds } from "@/gallery/item-bulk";
import { items } from "@/stores/items.svelte";
import { library } from "@/stores/library.svelte";

/** Names what is dragged, so that nothing but a board takes it. */
const KIND = "application/x-canaletto-items";

class Dragging {
  ids = $state.raw<readonly string[]>([]);
  readonly active: boolean = $derived(this.ids.length > 0);
}
export const dragging = new Dragging();

/** A small sign with the number of pictures, instead of the picture of one of them. */
function sign(count: number): HTMLElement {
  const badge = document.createElement("div");
  badge.textContent = String(count);
  badge.className = "drag-sign";
  document.body.append(badge);
  // The browser paints it now; then it has served.
  setTimeout(() => badge.remove());
  return badge;
}

/** A picture of the wall is dragged: with Alt its file to another program, else within the window. */
export function dragBegins(event: DragEvent): void {
  const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-item]") : null;
  const id = cell?.dataset["item"];
  if (id === undefined || event.dataTransfer === null) return;
  // What is in the trash goes nowhere but back.
  if (library.filter.trashed) {
    event.preventDefault();
    return;
  }
  if (!library.selection.selected.has(id)) library.selection.pick(id);
  const ids = chosenIds();
  if (event.altKey) {
    event.preventDefault();
    void items.dragOut(ids).then(complain);
    return;
  }
  dragging.ids = ids;
  event.dataTransfer.effectAllowed = "copy";
  event.dataTransfer.setData(KIND, String(ids.length));
  event.dataTransfer.setDragImage(sign(ids.length), -10, -6);
}

export function dragEnds(): void {
  dragging.ids = [];
}

/** Whether what is held over a board may be dropped there. */
export function isOurs(event: DragEvent): boolean {
  return dragging.active && event.dataTransfer?.types.includes(KIND) === true;
}
