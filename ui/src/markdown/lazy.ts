/** What most answers do without is fetched when one needs it, and is at hand from then on. */
type SetFormula = (place: HTMLElement, tex: string, display: boolean) => boolean;
type Sanitize = (html: string) => DocumentFragment;

function later<T>(fetch: () => Promise<T>): (use: (it: T) => void) => void {
  let here: { readonly it: T } | null = null;
  let coming: Promise<T> | null = null;
  return (use) => {
    if (here !== null) {
      use(here.it);
      return;
    }
    coming ??= fetch();
    coming.then(
      (it) => {
        here = { it };
        use(it);
      },
      // Without it the source stays as it is shown; the next that needs it tries again.
      () => (coming = null),
    );
  };
}

export const loadKatex = later<SetFormula>(async () => (await import("./katex")).setFormula);
export const loadSanitize = later<Sanitize>(async () => (await import("./sanitize")).sanitize);
