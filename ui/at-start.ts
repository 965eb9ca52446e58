type Modules = { getModuleInfo(id: string): { importers: readonly string[] } | null };

/** Names the chunk of the modules that `entry` reaches without a dynamic import; the others are left alone. */
export function atStart(entry: string, chunk: string): (id: string, modules: Modules) => string | null {
  const known = new Map<string, boolean>();
  function reached(id: string, modules: Modules): boolean {
    const before = known.get(id);
    if (before !== undefined) return before;
    // Modules that import each other are reached by way of a third, or not at all.
    known.set(id, false);
    const importers = modules.getModuleInfo(id)?.importers ?? [];
    const found = id.endsWith(entry) || importers.some((importer) => reached(importer, modules));
    known.set(id, found);
    return found;
  }
  return (id, modules) => (!id.endsWith(entry) && reached(id, modules) ? chunk : null);
}
