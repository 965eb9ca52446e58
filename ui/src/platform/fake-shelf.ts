import type { ItemView } from "@/bindings";

/** The items of the fake library, newest first, found by id at once however many there are. */
export class FakeShelf {
  readonly list: ItemView[];
  #places: Map<string, number> | null = null;

  constructor(list: ItemView[]) {
    this.list = list;
  }

  find(id: string): ItemView | undefined {
    const place = this.#placeOf(id);
    return place === undefined ? undefined : this.list[place];
  }

  edit(id: string, change: Partial<ItemView>): void {
    const place = this.#placeOf(id);
    const item = place === undefined ? undefined : this.list[place];
    if (place !== undefined && item) this.list[place] = { ...item, ...change };
  }

  add(...items: readonly ItemView[]): void {
    this.list.unshift(...items);
    this.#places = null;
  }

  remove(items: readonly ItemView[]): void {
    const gone = new Set(items.map((item) => item.id));
    const kept = this.list.filter((item) => !gone.has(item.id));
    this.list.length = 0;
    for (const item of kept) this.list.push(item);
    this.#places = null;
  }

  #placeOf(id: string): number | undefined {
    this.#places ??= new Map(this.list.map((item, index) => [item.id, index]));
    return this.#places.get(id);
  }
}
