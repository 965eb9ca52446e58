import type { AppError, CharacterReviewsPage, CharacterView } from "@/bindings";
import { platform } from "@/platform/platform";

/** A pause after the last key, in milliseconds. */
const PAUSE = 220;

export const characterOrders = ["featured", "highestRating", "imports", "mostRecent"] as const;
export type CharacterOrder = (typeof characterOrders)[number];

/** Venice's characters to choose from. */
export class Characters {
  search = $state("");
  tags = $state.raw<readonly string[]>([]);
  adult = $state(false);
  web = $state(false);
  order = $state<CharacterOrder>("featured");
  list = $state.raw<readonly CharacterView[]>([]);
  more = $state(false);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  reviews = $state.raw<CharacterReviewsPage | null>(null);

  #run = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reviewed: string | null = null;

  /** The tags of those that are shown, the most common first. */
  readonly tagsShown: readonly string[] = $derived.by(() => {
    const counts = new Map<string, number>();
    for (const { tags } of this.list) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    const common = [...counts].sort((one, other) => other[1] - one[1]).map(([tag]) => tag);
    return [...this.tags, ...common.filter((tag) => !this.tags.includes(tag))].slice(0, 12);
  });

  type(text: string): void {
    this.search = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.read(), PAUSE);
  }

  toggle(tag: string): void {
    this.tags = this.tags.includes(tag) ? this.tags.filter((one) => one !== tag) : [...this.tags, tag];
    void this.read();
  }

  async read(from = 0): Promise<void> {
    const run = ++this.#run;
    const answer = await platform.commands.findCharacters({
      search: this.search.trim(),
      tags: [...this.tags],
      adult: this.adult,
      web_enabled: this.web,
      sort_by: this.order,
      offset: from,
    });
    if (run !== this.#run) return;
    this.loaded = true;
    this.problem = answer.status === "error" ? answer.error : null;
    if (answer.status === "error") return;
    this.list = from === 0 ? answer.data.characters : [...this.list, ...answer.data.characters];
    this.more = answer.data.more;
  }

  /** Reads what people say of one; the next page of it when called again. */
  async review(slug: string): Promise<void> {
    const again = this.#reviewed === slug && this.reviews !== null;
    const page = again ? this.reviews?.next : 1;
    if (page == null) return;
    if (!again) this.reviews = null;
    this.#reviewed = slug;
    const answer = await platform.commands.characterReviews(slug, page);
    if (this.#reviewed !== slug) return;
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    const before = again ? (this.reviews?.reviews ?? []) : [];
    this.reviews = { ...answer.data, reviews: [...before, ...answer.data.reviews] };
  }
}
