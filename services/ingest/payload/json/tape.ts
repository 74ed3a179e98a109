import { MAX_DEPTH, MAX_EVENT_VALUES } from "../limits.ts";

/** What a token is. */
export const TOKEN = { OBJECT: 0, ARRAY: 1, KEY: 2, STRING: 3, NUMBER: 4, LITERAL: 5 } as const;

const KIND_BITS = 4;
const KIND_MASK = 0b0111;
const SUSPECT_BIT = 0b1000;
const MARK_BIT = 1 << 30;
const FIRST_CAPACITY = 16_384;

/**
 * The tokens of one JSON value in the order of the text, 8 bytes each. A token has where it starts and, by its kind:
 * a container the number of the token after its last; a key its code (KEY); a string (with its quotes), number or
 * literal the offset behind it. Suspect tokens have to be looked at by the scrubber, marked ones are to be masked.
 * Unlike a parsed value it shows every one of several equal keys, and where each token lies.
 */
export class JsonTape {
  /** How many tokens there are. */
  length = 0;
  /** Some token is suspect, or some key or pair can make a rule of structure apply. */
  telling = false;
  /** The open containers, for whoever fills the tape. */
  readonly open = new Int32Array(MAX_DEPTH + 1);
  #starts = new Int32Array(FIRST_CAPACITY);
  #ends = new Int32Array(FIRST_CAPACITY);

  /** Forgets the tokens, keeps the memory. */
  clear(): void {
    this.length = 0;
    this.telling = false;
  }

  /** Adds a token; false when there are MAX_EVENT_VALUES already. */
  push(kind: number, start: number, end: number, suspect: boolean): boolean {
    const at = this.length;
    if (at === this.#starts.length && !this.#grow()) return false;
    this.#starts[at] = (start << KIND_BITS) | kind | (suspect ? SUSPECT_BIT : 0);
    this.#ends[at] = end;
    this.length = at + 1;
    if (suspect) this.telling = true;
    return true;
  }

  /** Closes the container at token `at`: what was pushed since lies in it. */
  close(at: number): void {
    this.#ends[at] = this.length;
    if (this.length - at === 3 && this.isStringPair(at)) this.telling = true;
  }

  /** Whether the container is an array of two strings, such as `["Cookie", "a=b"]`. */
  isStringPair(at: number): boolean {
    if (this.kind(at) !== TOKEN.ARRAY || this.end(at) !== at + 3) return false;
    return this.kind(at + 1) === TOKEN.STRING && this.kind(at + 2) === TOKEN.STRING;
  }

  /** What the token is. */
  kind(at: number): number {
    return this.#starts[at]! & KIND_MASK;
  }

  /** Offset of the token's first byte. */
  start(at: number): number {
    return this.#starts[at]! >> KIND_BITS;
  }

  /** Offset behind a string, number or literal; next token behind a container; code of a key. */
  end(at: number): number {
    return this.#ends[at]! & ~MARK_BIT;
  }

  /** The token behind this one and all that lies in it. */
  after(at: number): number {
    return this.kind(at) <= TOKEN.ARRAY ? this.end(at) : at + 1;
  }

  /** Whether the scrubber has to look at the token itself. */
  isSuspect(at: number): boolean {
    return (this.#starts[at]! & SUSPECT_BIT) !== 0;
  }

  /** Has the value masked whole; of a container, every string and number in it. Not for keys. */
  mark(at: number): void {
    this.#ends[at]! |= MARK_BIT;
  }

  /** Whether the value is to be masked whole. */
  isMarked(at: number): boolean {
    return (this.#ends[at]! & MARK_BIT) !== 0;
  }

  #grow(): boolean {
    const capacity = this.#starts.length * 2;
    if (capacity > MAX_EVENT_VALUES) return false;
    this.#starts = grown(this.#starts, capacity);
    this.#ends = grown(this.#ends, capacity);
    return true;
  }
}

function grown(old: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(capacity);
  bigger.set(old);
  return bigger;
}
