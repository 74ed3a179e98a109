import { letGo } from "../let-go.ts";
import { MAX_EVENT_VALUES } from "../limits.ts";

/** What a token is. */
export const TOKEN = { OBJECT: 0, ARRAY: 1, KEY: 2, STRING: 3, NUMBER: 4, LITERAL: 5 } as const;

const MARK_BIT = 1 << 30;
const FIRST_CAPACITY = 1_024;

/** By how many bits a token's start is shifted: its kind and SUSPECT_BIT lie below. */
export const START_SHIFT = 4;
/** The bits of a token's kind. */
export const KIND_MASK = 0b0111;
/** Set beside the kind of a suspect token. */
export const SUSPECT_BIT = 0b1000;

/**
 * The tokens of one JSON value in the order of the text, 8 bytes each. A token has where it starts and, by its kind:
 * a container the number of the token after its last; a key its code (KEY); a string (with its quotes), number or
 * literal the offset behind it. Suspect tokens have to be looked at by the scrubber: a key, string or number for what
 * its text may hold, an object because a rule of structure may apply to it (telling.ts), an array because it is a pair
 * of strings, such as `["Cookie", "a=b"]`. Marked tokens are to be masked.
 * Unlike a parsed value it shows every one of several equal keys, and where each token lies.
 */
export class JsonTape {
  /** How many tokens there are. */
  length = 0;
  /** There may be something to mask. */
  telling = false;
  /** Where each token starts, its kind, and whether it is suspect. Only tokenize writes to it. */
  starts = new Int32Array(FIRST_CAPACITY);
  /** What else a token has, and whether it is marked. Only tokenize writes to it. */
  ends = new Int32Array(FIRST_CAPACITY);

  /** Forgets the tokens, keeps the memory. */
  clear(): void {
    this.length = 0;
    this.telling = false;
  }

  /** Makes room for twice as many tokens; false when that would be more than MAX_EVENT_VALUES. */
  grow(): boolean {
    const capacity = this.starts.length * 2;
    if (capacity > MAX_EVENT_VALUES) return false;
    this.starts = grown(this.starts, capacity);
    this.ends = grown(this.ends, capacity);
    return true;
  }

  /** Gives the memory back at once; the tape cannot be used afterwards. */
  letGo(): void {
    letGo(this.starts);
    letGo(this.ends);
  }

  /** Whether the container is an array of two strings. */
  isStringPair(at: number): boolean {
    if (this.kind(at) !== TOKEN.ARRAY || this.end(at) !== at + 3) return false;
    return this.kind(at + 1) === TOKEN.STRING && this.kind(at + 2) === TOKEN.STRING;
  }

  /** What the token is. */
  kind(at: number): number {
    return this.starts[at]! & KIND_MASK;
  }

  /** Offset of the token's first byte. */
  start(at: number): number {
    return this.starts[at]! >> START_SHIFT;
  }

  /** Offset behind a string, number or literal; next token behind a container; code of a key. */
  end(at: number): number {
    return this.ends[at]! & ~MARK_BIT;
  }

  /** The token behind this one and all that lies in it. */
  after(at: number): number {
    return this.kind(at) <= TOKEN.ARRAY ? this.end(at) : at + 1;
  }

  /** Whether the scrubber has to look at the token itself. */
  isSuspect(at: number): boolean {
    return (this.starts[at]! & SUSPECT_BIT) !== 0;
  }

  /** Has the value masked whole; of a container, every string and number in it. Not for keys. */
  mark(at: number): void {
    this.ends[at]! |= MARK_BIT;
  }

  /** Whether the value is to be masked whole. */
  isMarked(at: number): boolean {
    return (this.ends[at]! & MARK_BIT) !== 0;
  }
}

function grown(old: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(capacity);
  bigger.set(old);
  letGo(old);
  return bigger;
}
