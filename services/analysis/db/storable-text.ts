/** A text as PostgreSQL can hold it: of all characters, U+0000 alone cannot be stored or compared with. */
export function storableText(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
