import { refusal } from "@gigtrail/platform/errors";

/** Bytes of bodies that the process has in hand at most. */
export const BODY_BUDGET_BYTES = 256 * 1024 * 1024;
/**
 * The part of them that one caller may have: nobody's slow uploads may keep everyone else out. A body that declares no
 * length counts as the largest, and four of those at once must fit.
 */
const CALLERS_SHARE = 3 / 4;
const RETRY_AFTER_MS = 1_000;

/** Bounds the memory that bodies take together: what is not reserved is not read. */
export class ByteBudget {
  readonly #used = new Map<string, number>();
  #total = 0;

  constructor(private readonly limitBytes: number = BODY_BUDGET_BYTES) {}

  /**
   * Takes room for a body of a caller (a member's id, or an address); call the result once when it is no longer held.
   * Throws `server_busy`.
   */
  reserve(bytes: number, caller: string): () => void {
    const callers = this.#used.get(caller) ?? 0;
    const isFull = this.#total + bytes > this.limitBytes || callers + bytes > this.limitBytes * CALLERS_SHARE;
    if (isFull) throw refusal("server_busy", { retryAfterMs: RETRY_AFTER_MS });
    this.#add(caller, bytes);
    let released = false;
    return () => {
      if (!released) this.#add(caller, -bytes);
      released = true;
    };
  }

  /** Bytes in hand now. */
  get usedBytes(): number {
    return this.#total;
  }

  #add(caller: string, bytes: number): void {
    this.#total += bytes;
    const callers = (this.#used.get(caller) ?? 0) + bytes;
    if (callers === 0) this.#used.delete(caller);
    else this.#used.set(caller, callers);
  }
}
