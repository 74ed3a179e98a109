const HINTS = ["eyJ", "oauth2v2_", "earer", "EARER"].map((hint) => Buffer.from(hint));

/**
 * Where a text may hold one of the tokens of token-patterns.ts. They consist of letters that stand in any text, so that
 * strings cannot be told apart byte by byte; the few hints that they begin with or follow are searched for instead.
 * A prefilter only: it decides what is read, never what is masked.
 */
export class TokenHints {
  /** Where the next hint begins; the length of the text without one. */
  next = 0;
  readonly #bytes: Buffer;
  /** Where the next of each hint begins. */
  readonly #nexts = HINTS.map(() => -1);

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#search(0);
  }

  /** Whether a hint begins in bytes [start, end). To be asked of stretches in the order of the text. */
  within(start: number, end: number): boolean {
    if (this.next < start) this.#search(start);
    return this.next < end;
  }

  #search(from: number): void {
    this.next = this.#bytes.length;
    for (let i = 0; i < HINTS.length; i++) {
      if (this.#nexts[i]! < from) this.#nexts[i] = found(this.#bytes, HINTS[i]!, from);
      this.next = Math.min(this.next, this.#nexts[i]!);
    }
  }
}

function found(bytes: Buffer, hint: Buffer, from: number): number {
  const at = bytes.indexOf(hint, from);
  return at < 0 ? bytes.length : at;
}
