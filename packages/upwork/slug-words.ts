/** Longest text that slugWords gives back, in UTF-16 units. */
export const MAX_TITLE_CHARS = 300;

/**
 * The words of a job's slug, joined by spaces. A slug that was made from a search hit contains the mark-up of the
 * highlighting as words (`span-class-highlight-React-span-Developer`); those words are left out.
 */
export function slugWords(slug: string): string {
  const parts = slug.split(/[-\s]+/u).filter((part) => part !== "");
  const words: string[] = [];
  let openMarks = 0;
  let marked = false;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? "";
    if (part === "span" && parts[i + 1] === "class" && parts[i + 2] === "highlight") {
      openMarks++;
      marked = true;
      i += 2;
    } else if (part === "span" && openMarks > 0) {
      openMarks--;
    } else {
      words.push(part);
    }
  }
  // Only a slug with mark-up has its ampersands escaped; elsewhere "amp" is a word (guitar amp).
  const plain = marked ? words.map((word) => (word === "amp" ? "&" : word)) : words;
  return plain.join(" ").slice(0, MAX_TITLE_CHARS).toWellFormed().trim();
}
