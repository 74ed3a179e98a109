import { codeOfKey } from "./key-codes.ts";

const SLOTS = 4_096;
const MAX_CACHED_KEYS = 2_048;
const MAX_CACHED_KEY_BYTES = 64;

/** Code of each key seen, by its bytes: a recording repeats some forty keys a million times. Bounded, never evicted. */
export class KeyCache {
  readonly #hashes = new Int32Array(SLOTS);
  readonly #codes = new Uint8Array(SLOTS);
  readonly #keys: (Uint8Array | undefined)[] = Array.from({ length: SLOTS });
  #size = 0;

  /** Code of the key at bytes[start, end), which holds no escapes; `hash` is any function of these bytes. */
  codeOf(bytes: Buffer, start: number, end: number, hash: number): number {
    let slot = hash & (SLOTS - 1);
    for (let key = this.#keys[slot]; key !== undefined; key = this.#keys[slot]) {
      if (this.#hashes[slot] === hash && equals(key, bytes, start, end)) return this.#codes[slot] ?? 0;
      slot = (slot + 1) & (SLOTS - 1);
    }
    const code = codeOfKey(bytes.toString("utf8", start, end));
    if (end - start <= MAX_CACHED_KEY_BYTES && this.#size < MAX_CACHED_KEYS) {
      this.#size += 1;
      this.#hashes[slot] = hash;
      this.#codes[slot] = code;
      this.#keys[slot] = Uint8Array.prototype.slice.call(bytes, start, end);
    }
    return code;
  }
}

function equals(key: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
