/** The formatters of `Intl` take milliseconds to make and are asked for with every amount: one of each is kept. */
function kept<Options, Made>(make: (language: string, options?: Options) => Made) {
  const made = new Map<string, Made>();
  return (language: string, options?: Options): Made => {
    const key = `${language} ${JSON.stringify(options)}`;
    const found = made.get(key) ?? make(language, options);
    made.set(key, found);
    return found;
  };
}

export const numberFormat = kept((language, options?: Intl.NumberFormatOptions) => {
  return new Intl.NumberFormat(language, options);
});
export const dateFormat = kept((language, options?: Intl.DateTimeFormatOptions) => {
  return new Intl.DateTimeFormat(language, options);
});
export const relativeTimeFormat = kept((language, options?: Intl.RelativeTimeFormatOptions) => {
  return new Intl.RelativeTimeFormat(language, options);
});
export const pluralRules = kept((language) => new Intl.PluralRules(language));
