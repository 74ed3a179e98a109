/** Whether a subject fits a pattern: `*` stands for one word, a final `>` for one or more (as in NATS). */
export function subjectMatches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const words = subject.split(".");
  for (const [index, word] of wanted.entries()) {
    if (word === ">") return words.length > index;
    if (words[index] === undefined || (word !== "*" && word !== words[index])) return false;
  }
  return words.length === wanted.length;
}
