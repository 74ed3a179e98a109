import { codeOfKey } from "./key-codes.ts";

const SLOT_BITS = 12;
const WORDS = 4;
/** Longer keys are kept by their text: so many bytes fit into the words. */
const MAX_WORD_BYTES = 16;
const MAX_LONG_KEYS = 1_000;
const MAX_LONG_KEY_BYTES = 100;
/** The primes of xxHash: they spread the bits of a word over the upper ones. */
const PRIMES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/** Which bits of each word belong to a key, for each length. */
const MASKS = Int32Array.from({ length: (MAX_WORD_BYTES + 1) * WORDS }, (_, i) => {
  const bytes = Math.min(4, Math.max(0, Math.floor(i / WORDS) - (i % WORDS) * 4));
  return bytes === 4 ? -1 : (1 << (bytes * 8)) - 1;
});

const words = new Int32Array(WORDS << SLOT_BITS);
const lengths = new Int8Array(1 << SLOT_BITS).fill(-1);
const codes = new Uint8Array(1 << SLOT_BITS);
const longKeys = new Map<string, number>();

/**
 * Code of the key whose bytes between the quotes are [start, end); `view` is of the same bytes. Remembers keys: a
 * recording repeats some forty a million times. A key is kept as its bytes in four words, and compared whole: one that
 * hashes like another is looked up anew, never taken for it. New keys push out old ones, so that nobody can fill the
 * table for good.
 */
export function codeOfKeyAt(bytes: Buffer, view: DataView, start: number, end: number): number {
  const length = end - start;
  if (length > MAX_WORD_BYTES || start + MAX_WORD_BYTES > bytes.length) return codeOfLongKey(bytes, start, end);
  const mask = length * WORDS;
  const a = view.getInt32(start, true) & MASKS[mask]!;
  const b = view.getInt32(start + 4, true) & MASKS[mask + 1]!;
  const c = view.getInt32(start + 8, true) & MASKS[mask + 2]!;
  const d = view.getInt32(start + 12, true) & MASKS[mask + 3]!;
  const slot =
    (Math.imul(a, PRIMES[0]) ^ Math.imul(b, PRIMES[1]) ^ Math.imul(c, PRIMES[2]) ^ Math.imul(d, PRIMES[3])) >>>
    (32 - SLOT_BITS);
  if (holds(slot, length, a, b, c, d)) return codes[slot]!;
  const other = slot ^ 1;
  if (holds(other, length, a, b, c, d)) return codes[other]!;
  // The newer one first, the older one is pushed out.
  words.copyWithin(other * WORDS, slot * WORDS, (slot + 1) * WORDS);
  lengths[other] = lengths[slot]!;
  codes[other] = codes[slot]!;
  words.set([a, b, c, d], slot * WORDS);
  lengths[slot] = length;
  return (codes[slot] = decodedCode(bytes.toString("utf8", start, end)));
}

function holds(slot: number, length: number, a: number, b: number, c: number, d: number): boolean {
  const at = slot * WORDS;
  if (words[at] !== a || lengths[slot] !== length) return false;
  return words[at + 1] === b && words[at + 2] === c && words[at + 3] === d;
}

function codeOfLongKey(bytes: Buffer, start: number, end: number): number {
  const key = bytes.toString("utf8", start, end);
  const known = longKeys.get(key);
  if (known !== undefined) return known;
  const code = decodedCode(key);
  if (longKeys.size === MAX_LONG_KEYS) longKeys.clear();
  if (end - start <= MAX_LONG_KEY_BYTES) longKeys.set(key, code);
  return code;
}

function decodedCode(key: string): number {
  if (!key.includes("\\")) return codeOfKey(key);
  const decoded: unknown = JSON.parse(`"${key}"`);
  if (typeof decoded !== "string") throw new TypeError("a key is a string");
  return codeOfKey(decoded);
}
