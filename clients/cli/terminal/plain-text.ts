/**
 * Text of others (names, addresses, titles) made safe to print: control characters could move the cursor or rewrite
 * the screen, direction marks could make a line read as another one. Each becomes `?`.
 */
export function toPlainText(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "?");
}
