type Some = { readonly id: string; readonly offline: boolean };

/** The model a form has where none was chosen: the first default that is among its models and answers, else the first that answers. */
export function usualOf<M extends Some>(
  models: readonly M[],
  defaults: readonly (string | null | undefined)[],
): M | null {
  for (const id of defaults) {
    const found = models.find((model) => model.id === id && !model.offline);
    if (found !== undefined) return found;
  }
  return models.find((model) => !model.offline) ?? models[0] ?? null;
}
