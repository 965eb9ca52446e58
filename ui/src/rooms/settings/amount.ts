/** Decimal text as it is kept; null when it is no amount. The comma of other languages is a point. */
export function amountOf(text: string): string | null {
  const plain = text
    .trim()
    .replace(/^\$\s*/, "")
    .replace(",", ".");
  return /^\d{1,7}(\.\d{1,6})?$/.test(plain) && /[1-9]/.test(plain) ? plain : null;
}
