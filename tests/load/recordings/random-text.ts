/** A source of numbers from 0 (included) to 1 (excluded) that gives the same ones each run (xorshift32, Marsaglia 2003). */
export function createRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const WORD_LETTERS = 7;

/** Words of random letters, which gzip makes little smaller and in which nothing looks like a secret. */
export function randomWords(random: () => number, count: number): string {
  const words = Array.from({ length: count }, () =>
    Array.from({ length: WORD_LETTERS }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join(""),
  );
  return words.join(" ");
}
